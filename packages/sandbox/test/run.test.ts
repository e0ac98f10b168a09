// What a run is to whoever starts it: result, output, errors with places, host calls, limits of its own, through real children.
import type { HostReply } from '@castellan/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScriptPool } from '../src/index.ts';
import { NEVER, NOBODY, noting, openPool, specOf, told } from './support/pools.ts';

let pool: ScriptPool;
beforeAll(async () => {
  pool = await openPool();
});
afterAll(() => pool[Symbol.asyncDispose]());

const run = async (source: string, more: Parameters<typeof specOf>[1] = {}) =>
  pool.run(specOf(source, more), NOBODY, NEVER);

describe('the entry', () => {
  it.each([
    ['result = {"a": [1, 2.5, None, True, "é"]}', [], { a: [1, 2.5, null, true, 'é'] }],
    ['def main():\n  return 1', [], 1],
    ['def main(a, b = 2, *rest, **names):\n  return [a, b, rest]', [1, { x: [null] }, 'z'], [1, { x: [null] }, ['z']]],
    ['result = 1\ndef main():\n  return 2', [], 2],
    ['def main():\n  pass', [], null],
    ['x = 1', [], 'script_invalid: there is neither a function `main` nor a `result`'],
    ['result = 1', [1], 'arguments_invalid: only `main` takes arguments, and there is none'],
    ['def main(a):\n  return a', [], 'arguments_invalid: function main missing 1 argument (a)'],
    ['def main():\n  return main', [], 'result_invalid: json.encode: cannot encode function as JSON'],
    [
      'result = [0.1 + 0.2, 1e300, -1.5e-9, 9007199254740991, "1" * 20]',
      [],
      [0.1 + 0.2, 1e300, -1.5e-9, 2 ** 53 - 1, '1'.repeat(20)],
    ],
    ['result = 1 << 60', [], 'result_invalid: an int of the result is beyond 2^53: give it as a string'],
    ['def main(', [], "script_invalid: 1:10: got end of file, want ')'"],
    ['result = missing', [], 'script_invalid: 1:10: undefined: missing'],
    ['result = [][0]', [], 'program_failed: index 0 out of range: empty list'],
  ])('%j with %j', async (source, args, expected) => {
    expect(told(await run(source, { args }))).toEqual(expected);
  });

  it('a fault says where, innermost last', async () => {
    const source = 'def inner(x):\n  fail("no", x)\ndef main():\n  inner(1)\n';
    const { result } = await run(source);
    expect(result).toEqual({
      ok: false,
      error: {
        code: 'program_failed',
        message: 'fail: no 1',
        traceback: ['test:4:8: in main', 'test:2:7: in inner', '<builtin>: in fail'],
      },
    });
  });
});

describe('output', () => {
  it('is prints and lines of the log, in order, with their levels', async () => {
    const outcome = await run('print("a", 1)\nlog.warn("b", [2])\nlog.debug("")\nresult = 0');
    expect(outcome.output.map(({ level, text }) => [level, text])).toEqual([
      ['print', 'a 1'],
      ['warn', 'b [2]'],
      ['debug', ''],
    ]);
    expect(outcome.used).toMatchObject({ calls: 0, waitedMs: 0, receivedBytes: 0 });
    expect(outcome.used.steps).toBeGreaterThan(0);
    expect(outcome.used.memoryBytes).toBeGreaterThan(0);
  });

  it('is kept of a program that failed later', async () => {
    const outcome = await run('print("a")\nfail("b")');
    expect(outcome.output.map(({ text }) => text)).toEqual(['a']);
  });
});

describe('limits', () => {
  it.each([
    ['steps', 'def main():\n  for i in range(1000000): pass', { steps: 1000 }, /^steps_exceeded: /],
    ['memory', 'result = "x" * 100000000', {}, /^memory_exceeded: /],
    [
      'depth',
      'def f(n):\n  return n([n])\ndef main():\n  g = [None]\n  return map(g)\ndef map(g):\n  return 0',
      {},
      /^0$/,
    ],
    ['output', 'def main():\n  for i in range(100): print("0123456789")', { outputBytes: 256 }, /^output_exceeded: /],
    ['output, by the result', 'result = "x" * 300', { outputBytes: 256 }, /^output_exceeded: the result/],
    [
      'output, by lines',
      'def main():\n  for i in range(20000): print()',
      { outputBytes: 4_000_000 },
      /^output_exceeded: /,
    ],
    [
      'calls',
      'def main():\n  for i in range(5): tools.call("a", "b")',
      { calls: 2 },
      /^calls_exceeded: made more than 2 calls/,
    ],
    [
      'questions',
      'def main():\n  for i in range(20000): time.now()',
      {},
      /^calls_exceeded: made more than 10000 calls/,
    ],
    ['the result', 'result = "x" * 262144', { outputBytes: 4_000_000 }, /^result_invalid: the result is longer/],
    [
      'the depth of the result',
      'def main():\n  x = []\n  for i in range(70): x = [x]\n  return x',
      {},
      /^result_invalid: the result is nested/,
    ],
  ])('%s', async (_name, source, limits, expected) => {
    const { host } = noting(() => ({ kind: 'value', value: 0 }));
    expect(String(told(await pool.run(specOf(source, { limits }), host, NEVER)))).toMatch(expected);
  });

  it.each(['"x" * 260000', '"\\n" * 130000', '["\\"", "]" * 1000, 1]'])(
    'a result within them: %s',
    async (expression) => {
      expect((await run(`result = ${expression}`, { limits: { outputBytes: 4_000_000 } })).result.ok).toBe(true);
    },
  );

  it('time, and the child is gone', async () => {
    const outcome = await pool.run(
      specOf('def main():\n  for i in range(1000000000): pass', { limits: { seconds: 1, steps: 1_000_000_000 } }),
      NOBODY,
      NEVER,
    );
    expect(told(outcome)).toBe('time_exceeded: took longer than 1 seconds');
  });

  it('a program may have more memory than children that wait are made for', async () => {
    const source = 'def main():\n  a = ["x" * 1000000 + str(i) for i in range(30)]\n  return len(a)';
    expect(told(await run(source, { limits: { memoryBytes: 268_435_456 } }))).toBe(30);
  });
});

describe('host calls', () => {
  const http: HostReply = {
    kind: 'http',
    status: 201,
    headers: { 'content-type': 'application/json', __proto__x: 'y' },
    body: '{"id": 7, "list": [1, 2.5]}',
    url: 'https://api.example.org/items/7',
  };

  it('http: what is asked, and what comes back', async () => {
    const { calls, host } = noting(() => http);
    const source = `
def main():
    r = http.post("https://api.example.org/items", json = {"n": 1}, headers = {"X-A": "b"}, params = {"q": "a b&c", "n": 2}, timeout = 2.5)
    return [r.status, r.headers["content-type"], r.json()["id"], type(r.body), r.url]
`;
    expect(told(await pool.run(specOf(source), host, NEVER))).toEqual([
      201,
      'application/json',
      7,
      'string',
      'https://api.example.org/items/7',
    ]);
    expect(calls).toEqual([
      {
        kind: 'http',
        method: 'POST',
        url: ['https://api.example.org/items?q=a%20b%26c&n=2'],
        headers: [['X-A', ['b']]],
        body: { kind: 'json', text: ['{"n":1}'] },
        auth: null,
        timeoutMs: 2500,
      },
    ]);
  });

  it('http: bytes go and come as they are', async () => {
    const { calls, host } = noting(() => ({ ...http, body: { base64: '/wA=' } }));
    const source =
      'def main():\n  r = http.request("put", "http://h/", body = b"\\x00\\xff")\n  return [type(r.body), list(r.body.elems())]';
    expect(told(await pool.run(specOf(source), host, NEVER))).toEqual(['bytes', [255, 0]]);
    expect(calls).toMatchObject([{ method: 'PUT', body: { kind: 'bytes', base64: 'AP8=' } }]);
  });

  it('tools: arguments as JSON, and structured data back', async () => {
    const { calls, host } = noting(() => ({ kind: 'value', value: { ok: [1, null] } }));
    const source = 'result = tools.call("files", "read", {"path": "a", "deep": {"x": [True, 1.5, None]}})';
    expect(told(await pool.run(specOf(source), host, NEVER))).toEqual({ ok: [1, null] });
    expect(calls).toEqual([
      { kind: 'tool', module: 'files', tool: 'read', arguments: ['{"path":"a","deep":{"x":[true,1.5,null]}}'] },
    ]);
  });

  it("time: the clock is the host's", async () => {
    const { calls, host } = noting((call) => ({
      kind: 'value',
      value: call.kind === 'now' ? 1_700_000_000_123 : null,
    }));
    const source = 'def main():\n  time.sleep(0.25)\n  return [time.now().unix, time.now().nanosecond]';
    expect(told(await pool.run(specOf(source), host, NEVER))).toEqual([1_700_000_000, 123_000_000]);
    expect(calls).toEqual([{ kind: 'sleep', ms: 250 }, { kind: 'now' }, { kind: 'now' }]);
  });

  it('a refusal ends the program with its code, where the call stands', async () => {
    const { host } = noting(() => ({ kind: 'refused', code: 'call_refused', message: 'no such host', hint: 'ask' }));
    const { result } = await pool.run(specOf('def main():\n  http.get("https://a.example/")\n'), host, NEVER);
    expect(result).toEqual({
      ok: false,
      error: {
        code: 'call_refused',
        message: 'no such host',
        hint: 'ask',
        traceback: ['test:2:11: in main', '<builtin>: in http.get'],
      },
    });
  });

  it.each([
    ['http.get("ftp://a/")', 'http.get: a URL begins with http:// or https:// and the name of a host'],
    ['http.get(1)', 'http.get: for parameter url: want string or secret'],
    ['http.get("http://a/", headers = {"a b": "c"})', /a name of a header/],
    ['http.get("http://a/", headers = {"a": "c\\r\\nd: e"})', /a line break/],
    ['http.post("http://a/", body = "a", json = {})', 'http.post: want body or json, not both'],
    ['http.request("BREW", "http://a/")', /want one of the methods/],
    ['http.get("http://a/", timeout = 0)', /want more than 0/],
    ['http.get("http://a/", timeout = float("nan"))', /want more than 0/],
    ['http.post("http://a/", body = "x" * 1100000)', /a call is longer than/],
    ['tools.call("a", "b", [1])', 'tools.call: want a dict of arguments'],
    ['tools.call("a", "b", {1: 2})', 'tools.call: a key of a dict is no string'],
    ['time.sleep(31)', 'time.sleep: want from 0 to 30 seconds'],
    ['time.sleep(-1)', 'time.sleep: want from 0 to 30 seconds'],
    ['http.get("http://a/", params = {"a": []})', /want strings, numbers or secrets/],
  ])('%s is refused in the child', async (expression, message) => {
    const { result } = await run(`def main():\n  return ${expression}`, { limits: { memoryBytes: 268_435_456 } });
    expect(result.ok ? 'ok' : result.error.message).toMatch(message);
  });
});

describe('a program that was not approved', () => {
  it.each([
    'http.get("https://a.example/")',
    'tools.call("a", "b")',
    'secrets.get("A")',
    'secrets.has("A")',
    'secrets.list()',
  ])('%s is a capability that is missing', async (expression) => {
    const outcome = await run(`def main():\n  return ${expression}`, { reachesOut: false, secrets: ['A'] });
    expect(outcome.result).toMatchObject({ ok: false, error: { code: 'capability_missing' } });
  });

  it('has everything else', async () => {
    const { host } = noting(() => ({ kind: 'value', value: 5 }));
    const outcome = await pool.run(
      specOf('result = [json.encode(math.pi), time.now().unix]', { reachesOut: false }),
      host,
      NEVER,
    );
    expect(told(outcome)).toEqual(['3.141592653589793', 0]);
  });
});

describe('load', () => {
  const tools = { script: 'tools-lib', source: 'def double(x):\n  return 2 * x\nprint("loaded")\n' };
  it('gives what was sent along, and runs it once', async () => {
    const loads = [
      tools,
      { script: 'other', source: 'load("tools-lib", "double")\ndef four(x):\n  return double(double(x))\n' },
    ];
    const outcome = await run('load("tools-lib", "double")\nload("other", "four")\nresult = double(1) + four(1)', {
      loads,
    });
    expect(told(outcome)).toBe(6);
    expect(outcome.output.map(({ text }) => text)).toEqual(['loaded']);
  });

  it.each([
    [
      'nothing else',
      'load("/etc/passwd", "x")\nresult = 1',
      [tools],
      'program_failed: cannot load /etc/passwd: it is no script that this one declares',
    ],
    [
      'no circle',
      'load("a", "x")\nresult = 1',
      [
        { script: 'a', source: 'load("b", "x")' },
        { script: 'b', source: 'load("a", "x")' },
      ],
      /cycle in load graph/,
    ],
    [
      'within the same budget',
      'load("a", "x")\nresult = 1',
      [{ script: 'a', source: 'x = [i for i in range(10000)]' }],
      /^steps_exceeded/,
    ],
    ['not what cannot be read', 'load("a", "x")\nresult = 1', [{ script: 'a', source: 'x = (' }], /cannot load a: /],
  ])('%s', async (_name, source, loads, expected) => {
    expect(told(await run(source, { loads, limits: { steps: 5000 } }))).toMatch(expected);
  });
});
