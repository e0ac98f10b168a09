// A secret through everything that can be done with a value (S5, S8). The child has no value to give away; what is shown here is that none of
// the ways to make one out of the name, or to ask what it is like, leads anywhere.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScriptPool } from '../src/index.ts';
import { NEVER, noting, openPool, specOf, told } from './support/pools.ts';

let pool: ScriptPool;
beforeAll(async () => {
  pool = await openPool({ warm: 2 });
});
afterAll(() => pool[Symbol.asyncDispose]());

async function run(expression: string) {
  const { calls, host } = noting((call) => ({ kind: 'value', value: call.kind === 'secret' }));
  const source = `
s = secrets.get("A")
t = secrets.get("B")
def main():
    return ${expression}
`;
  const outcome = await pool.run(specOf(source, { secrets: ['A', 'B'] }), host, NEVER);
  return { outcome, calls };
}

describe('reads as what stands in its place', () => {
  it.each([
    ['[repr(s), str([s]), repr({"k": (s,)})]', ['[REDACTED:A]', '[[REDACTED:A]]', '{"k": ([REDACTED:A],)}']],
    ['[type(s), bool(s), s == s, s != s]', ['secret', true, true, false]],
    [
      '[s == t, s == "A", s == secrets.get("A"), s in ["A", t], s == "[REDACTED:A]"]',
      [false, false, false, false, false],
    ],
    ['["%r" % s, "{!r}".format(s), "%s" % [s]]', ['[REDACTED:A]', '[REDACTED:A]', '[[REDACTED:A]]']],
    ['repr("Bearer " + s + "/" + t)', 'Bearer [REDACTED:A]/[REDACTED:B]'],
    ['[dir(s), hasattr(s, "value"), hasattr(s, "parts"), hasattr(s, "extension")]', [[], false, false, false]],
    ['[secrets.list(), secrets.has("A"), secrets.has("C")]', [['A', 'B'], true, false]],
  ])('%s', async (expression, expected) => {
    expect(told((await run(expression)).outcome)).toEqual(expected);
  });

  it('printed, logged and failed with', async () => {
    const { outcome } = await run('[print(s, "x" + s), log.info(s, [s]), fail(s)]');
    expect(outcome.output.map(({ text }) => text)).toEqual([
      '[REDACTED:A] x[REDACTED:A]',
      '[REDACTED:A] [[REDACTED:A]]',
    ]);
    expect(told(outcome)).toBe('program_failed: fail: [REDACTED:A]');
  });
});

describe('fails', () => {
  it.each([
    ...['s', '[s]', '{"a": s}', 'struct(a = s)', '"x" + s', 'str(s)', '"%s" % s', '"{}".format(s)', '",".join([s])'],
    ...['json.encode(s)', 'json.encode([s])', 'json.encode({"a": "b" + s})', 'json.decode(s)', 'json.indent(s)'],
    ...[
      'len(s)',
      's[0]',
      's[1:2]',
      'list(s)',
      'tuple(s)',
      'set(s)',
      '[x for x in s]',
      'dict(s)',
      'enumerate(s)',
      'zip(s)',
    ],
    ...[
      'sorted([s, t])',
      's < t',
      'max(s, t)',
      'min([s, t])',
      'reversed(s)',
      'hash(s)',
      '{s: 1}',
      'set([s])',
      '{(s,): 1}',
    ],
    ...['int(s)', 'float(s)', 'ord(s)', 'bytes(s)', 'chr(s)', 'any(s)', 's.upper()', 's.elems()', 's.startswith("a")'],
    ...[
      's.value',
      'getattr(s, "parts")',
      's()',
      's + 1',
      '1 + s',
      '[1] + s',
      '2 * s',
      's * 2',
      's - s',
      's | s',
      '-s',
      '~s',
      's // 2',
    ],
    ...[
      '"a" in s',
      's in "abc"',
      '"abc".find(s)',
      '"abc".replace(s, "x")',
      '"abc".replace("a", s)',
      '"abc".split(s)',
      '"abc".strip(s)',
    ],
    ...['"abc".startswith(s)', '"abc".count(s)', '"abc".join([1])', 's.join(["a", "b"])', '"abc" == s and [][0] or s'],
    ...[
      'print(sep = s)',
      'struct(a = s).a + [1]',
      'math.ceil(s)',
      'time.parse_time(s)',
      'range(s)',
      '[1, 2][s]',
      '{"a": 1}[s]',
      '"a%dc" % s',
    ],
    ...[
      'log.info(x = s)',
      'http.request(s, "https://a/")',
      'tools.call(s, "b")',
      'tools.call("a", s)',
      'tools.call("a", "b", s)',
    ],
    ...[
      'tools.call("a", "b", {s: 1})',
      'http.get("https://" + s)',
      'http.get("https://" + s + "/")',
      'http.get("https://a" + s + ".org/")',
    ],
    ...[
      'http.get(s)',
      'http.get("https://a", params = {s: "b"})',
      'http.get("https://a/", headers = {s: "b"})',
      'secrets.get(s)',
      'time.sleep(s)',
    ],
    ...['http.get("https://a/", timeout = s)', 'http.post("https://a/", json = {"a": {s: 1}})'],
  ])('%s', async (expression) => {
    const { outcome, calls } = await run(expression);
    expect(outcome.result).toMatchObject({ ok: false });
    expect(told(outcome)).not.toMatch(/^script_invalid|undefined: /);
    expect(calls).toEqual([]);
  });
});

describe('goes to the host as a name, in its place', () => {
  const A = { secret: 'A', as: 'text' };
  it.each<readonly [string, object]>([
    [
      'http.get("https://a/", headers = {"Authorization": "Bearer %s" % s, "X": "{}:{}".format(t, s)})',
      {
        headers: [
          ['Authorization', ['Bearer ', A]],
          ['X', [{ secret: 'B', as: 'text' }, ':', A]],
        ],
      },
    ],
    ['http.get("https://a/p?k=" + s + "&x=1")', { url: ['https://a/p?k=', A, '&x=1'] }],
    ['http.get("https://a", params = {"k": "é" + s})', { url: ['https://a/?k=%C3%A9', { secret: 'A', as: 'url' }] }],
    ['http.get("https://a/?x=1", params = {"k": s})', { url: ['https://a/?x=1&k=', { secret: 'A', as: 'url' }] }],
    ['http.get("https://a/", auth = ("me", s))', { auth: { user: ['me'], password: [A] } }],
    [
      'http.post("https://a/", body = ",".join([s, "x", str(t)]))',
      { body: { kind: 'text', text: [A, ',x,', { secret: 'B', as: 'text' }] } },
    ],
    [
      'http.post("https://a/", json = {"k": \'"\' + s, "l": [s], "n": struct(m = t)})',
      {
        body: {
          kind: 'json',
          text: [
            '{"k":"\\"',
            { secret: 'A', as: 'json' },
            '","l":["',
            { secret: 'A', as: 'json' },
            '"],"n":{"m":"',
            { secret: 'B', as: 'json' },
            '"}}',
          ],
        },
      },
    ],
    [
      'tools.call("a", "b", {"k": s + s})',
      { arguments: ['{"k":"', { secret: 'A', as: 'json' }, { secret: 'A', as: 'json' }, '"}'] },
    ],
  ])('%s', async (expression, expected) => {
    const { calls } = await run(expression);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject(expected);
  });
});

describe('names', () => {
  it('that are not declared are missing', async () => {
    expect(told((await run('secrets.get("OTHER")')).outcome)).toBe(
      'capability_missing: secrets.get: the header declares no secret `OTHER`',
    );
  });

  it('cost the same, whatever they stand for', async () => {
    const used = async (expression: string) => (await run(expression)).outcome.used.memoryBytes;
    expect(await used('repr(s + "x") == ""')).toBe(await used('repr(t + "x") == ""'));
  });
});
