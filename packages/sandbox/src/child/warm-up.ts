// Runs a program that does what programs do, so that the first one that counts does not wait for the engine to read our own.
import type { Channel } from './channel.ts';
import { execute } from './execute.ts';

const PROGRAM = `
# @description: warms up
def total(items, start = 0, *rest, **names):
    sum = start
    for i, (name, price) in enumerate(items):
        if price > 2 and name != "b" or not rest:
            sum += price * 2 - i % 3
        elif price == 0:
            continue
        else:
            break
    return sum

def main(data):
    rows = [(row["name"], row["price"]) for row in data["rows"] if row.get("price", 0) >= 1]
    names = {name: "%s=%d" % (name, price) for name, price in rows}
    answer = http.post("https://a.example/b?c=d", json = {"key": secrets.get("A"), "rows": rows}, headers = {"x-a": "Bearer " + secrets.get("A")})
    text = ", ".join(sorted(names.values(), key = lambda x: x.upper())).replace("=", ":")
    log.info("total", total(rows, start = 1), answer.status)
    print("{} {name}".format(text[1:3], name = text.split(":")[0].strip()), len(rows), str(time.now())[:4])
    found = answer.json()
    return struct(total = total(rows), found = found["x"], all = list(range(3)) + [math.ceil(1.5)], text = json.encode(names), ok = "a" in text)
`;

const REPLIES: Readonly<Record<string, unknown>> = {
  http: {
    kind: 'http',
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: '{"x": [1, 2.5, null]}',
    url: '',
  },
  now: { kind: 'value', value: 0 },
};

/** Hears what a host would say. */
function standIn(): Channel {
  let asked = 'now';
  return {
    say(message) {
      const said = JSON.parse(JSON.stringify(message)) as { call?: { kind: string } };
      asked = said.call?.kind ?? asked;
      return true;
    },
    hear: () => REPLIES[asked],
  };
}

export function warmUp(): void {
  execute(
    {
      kind: 'run',
      name: 'warm',
      source: PROGRAM,
      loads: [],
      args: '[{"rows": [{"name": "a", "price": 1}, {"name": "b", "price": 3}, {"name": "c", "price": 5}]}]',
      limits: { seconds: 1, steps: 100_000, memoryBytes: 1_000_000, outputBytes: 10_000, calls: 10 },
      secrets: ['A'],
      reachesOut: true,
    },
    standIn(),
  );
}
