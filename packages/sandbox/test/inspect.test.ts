// What is told of a source without running it: header, capabilities out of the tree, and that both say the same (S2, S4). Run here, in the
// process of the test: the child only hands it on.
import {
  capabilitiesSchema,
  inspectionSchema,
  scriptLimitsSchema,
  scriptNameSchema,
  secretNameSchema,
} from '@castellan/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inspect } from '../src/inspect/inspect.ts';
import { HOST, LIMITS, MOST, SCRIPT, SECRET, TOOL } from '../src/inspect/names.ts';

/** Faults as `line:column message`. */
function faultsOf(source: string): readonly string[] {
  const inspection = inspect(source);
  expect(inspectionSchema.safeParse(inspection).error).toBeUndefined();
  return inspection.kind === 'sound'
    ? []
    : inspection.faults.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

const sound = (source: string) => {
  const inspection = inspect(source);
  expect(inspection).toMatchObject({ kind: 'sound' });
  return inspection.kind === 'sound' ? inspection : undefined;
};

it('says everything of a script', () => {
  const source = `# Copies what is new.
# @description: copies new items
# @author: mia@example.org
#@version: 1.2
# @secrets: API_KEY, OTHER.KEY
# @hosts: api.example.org *.example.com:8443, [::1]:8080

# @tools: files/write_file
# @limits: time=2m steps=10M memory=128MB, output=1MB calls=0
load("helpers", "join", other = "part")
load("more", "x")

def main(day, limit = 10, name = "a\\n", *rest, key, **others):
    http.get("https://api.example.org/items/" + day, headers = {"a": secrets.get("API_KEY")})
    http.post(url = "https://x.y.example.com:8443")
    http.request("PUT", "http://[::1]:8080/x?y" % day)
    tools.call("files", "write_file", {"path": day})
    return secrets.has("OTHER.KEY")
`;
  expect(inspect(source)).toEqual({
    kind: 'sound',
    about: { description: 'copies new items', author: 'mia@example.org', version: '1.2' },
    capabilities: {
      secrets: ['API_KEY', 'OTHER.KEY'],
      hosts: ['*.example.com:8443', '[::1]:8080', 'api.example.org'],
      tools: ['files/write_file'],
      limits: { seconds: 120, steps: 10_000_000, memoryBytes: 134_217_728, outputBytes: 1_048_576, calls: 0 },
    },
    loads: ['helpers', 'more'],
    entry: 'main',
    parameters: ['day', 'limit=10', 'name="a\\n"', '*rest', 'key', '**others'],
  });
});

it('a script that says nothing may do nothing, within the usual limits', () => {
  expect(sound('result = 1')).toMatchObject({
    about: { description: '', author: '', version: '' },
    capabilities: { secrets: [], hosts: [], tools: [], limits: scriptLimitsSchema.parse({}) },
    entry: 'result',
    parameters: [],
  });
});

describe('a header is faulty', () => {
  it.each([
    ['# @sudo: yes', '1:3 the header knows no `@sudo`'],
    ['# @author: a\n# @author: b', '2:3 `@author` is there twice'],
    ['# @secret: A\n# @secrets: B', '2:3 `@secrets` is there twice'],
    ['# @author a', '1:3 a line of the header is written `# @key: value`'],
    ['# @__proto__: a', '1:3 a line of the header is written `# @key: value`'],
    ['# @constructor: a', '1:3 the header knows no `@constructor`'],
    ['# @hosts: Example.org', '1:11 `Example.org` is no name for `@hosts`'],
    ['# @hosts: *', '1:11 `*` is no name for `@hosts`'],
    ['# @hosts: *.org', '1:11 `*.org` is no name for `@hosts`'],
    ['# @hosts: https://a.example', '1:11 `https://a.example` is no name for `@hosts`'],
    ['# @secrets: 1A', '1:13 `1A` is no name for `@secrets`'],
    ['# @secrets:', '1:3 `@secrets` names nothing'],
    ['# @secrets: A, A', '1:16 `@secrets` names `A` twice'],
    ['# @tools: files', '1:11 `files` is no name for `@tools`'],
    ['# @tools: files/*', '1:11 `files/*` is no name for `@tools`'],
    ['# @limits: time=30', '1:12 `time=30` has no unit'],
    ['# @limits: time=5 minutes', '1:12 `time=5` has no unit'],
    ['# @limits: time=1h', '1:12 `time=1h` has a unit that `time` has not'],
    ['# @limits: time=301s', '1:12 `time` is from 1 to 300, not 301'],
    ['# @limits: steps=2G', '1:12 `steps` is from 1000 to 1000000000, not 2000000000'],
    ['# @limits: calls=1001', '1:12 `calls` is from 0 to 1000, not 1001'],
    ['# @limits: memory=1GB', '1:12 `memory=1GB` has a unit that `memory` has not'],
    ['# @limits: constructor=1', '1:12 `constructor=1` is no limit'],
    ['# @limits: time=-1s', '1:12 `time=-1s` is no limit'],
    ['# @limits: calls=1 calls=2', '1:20 the limit `calls` is there twice'],
    [`# @description: ${'x'.repeat(301)}`, '1:3 `@description` is longer than 300 characters'],
    [
      `# @hosts: ${Array.from({ length: 33 }, (_, at) => `h${at}.example`).join(' ')}`,
      '1:3 `@hosts` names more than 32',
    ],
  ])('%s', (header, fault) => {
    expect(faultsOf(`${header}\nresult = 1\n`)).toContain(fault);
  });

  it('ends where the program begins', () => {
    expect(faultsOf('x = 1\n# @sudo: yes\nresult = """\n# @sudo: no\n"""\n')).toEqual([]);
  });

  it('may have a byte order mark and other line ends', () => {
    expect(sound('# @author: a\r\n# @version: 2\r\nresult = 1\r\n')?.about).toMatchObject({
      author: 'a',
      version: '2',
    });
  });
});

describe('what is used and not declared', () => {
  it.each([
    ['secrets.get("A")', 'the secret `A` is used and not declared'],
    ['(secrets).get(("A"))', 'the secret `A` is used and not declared'],
    ['http.get("https://a.example/x")', 'the host `a.example` is used and not declared'],
    ['http.get("https://A.EXAMPLE:443/x")', 'the host `a.example` is used and not declared'],
    ['http.get("http://a.example:443/x")', 'the host `a.example:443` is used and not declared'],
    ['http.get("https://b.c.org/" + x + "/y" + x)', 'the host `b.c.org` is used and not declared'],
    ['http.get(("https://b.c.org/%s?%s") % (x, x))', 'the host `b.c.org` is used and not declared'],
    ['http.get("https://b.c.org/{}".format(x))', 'the host `b.c.org` is used and not declared'],
    ['http.request("GET", url = "https://b.c.org")', 'the host `b.c.org` is used and not declared'],
    [
      'http.get("https://user:pass@b.c.org/")',
      '`https://user:pass@b.c.org/` is no URL of http or https with a host and without a password',
    ],
    [
      'http.get("file:///etc/passwd")',
      '`file:///etc/passwd` is no URL of http or https with a host and without a password',
    ],
    ['tools.call("a", "b")', 'the tool `a/b` is used and not declared'],
    ['tools.call(tool = "b", module = "a")', 'the tool `a/b` is used and not declared'],
  ])('%s', (expression, fault) => {
    expect(faultsOf(`x = "x"\nresult = [${expression}]\n`)).toEqual([`2:11 ${fault}`]);
  });

  it.each([
    ...[
      'secrets.get(x)',
      'secrets.get("A" + x)',
      'secrets.get(*["A"])',
      'secrets.other("A")',
      'secrets',
      '[secrets]',
      'getattr(secrets, "get")',
      'dir(secrets)',
    ],
    ...['secrets.get', '(lambda s: s)(secrets)', '[s for s in [secrets]]', 'secrets.get("A" if x else "B")'],
  ])('%s may be any secret, and there is none', (expression) => {
    expect(faultsOf(`x = "x"\nresult = ${expression}\n`)).toEqual([
      expect.stringMatching(/^2:\d+ a secret is used here that the source does not name, and none is declared$/),
    ]);
    expect(faultsOf(`# @secrets: A, B\nx = "x"\nresult = ${expression}\n`)).toEqual([]);
  });

  it.each([
    ...[
      'http.get(x)',
      'http.get("https://" + x)',
      'http.get("https://a.example" + x)',
      'http.get("https://%s/" % x)',
      'http.get("https://{}.b.org/".format(x))',
    ],
    ...[
      'http.get(x + "https://a.example/")',
      'http.get(**{"url": "https://a.example/"})',
      'http.get("https://a.example/".replace("a", x))',
      'http',
      'getattr(http, x)',
    ],
    ...[
      'http.get("https://a.example/", url = "https://b.example/")',
      'http.put("https://a.example/")',
      'http.get',
      'http.get("https://a{}.org/".format(x))',
    ],
  ])('%s may be any host, and there is none', (expression) => {
    expect(faultsOf(`x = "x"\nresult = ${expression}\n`)).toEqual([
      expect.stringMatching(/ a host is used here that the source does not name/),
    ]);
    expect(faultsOf(`# @hosts: q.example\nx = "x"\nresult = ${expression}\n`)).toEqual([]);
  });

  it.each([
    'tools.call(x, "b")',
    'tools.call("a", x)',
    'tools',
    'tools.call',
    'tools.call(*x)',
    'tools.other("a", "b")',
  ])('%s may be any tool, and there is none', (expression) => {
    expect(faultsOf(`x = "x"\nresult = ${expression}\n`)).toEqual([expect.stringMatching(/ a tool is used here that/)]);
    expect(faultsOf(`# @tools: a/b\nx = "x"\nresult = ${expression}\n`)).toEqual([]);
  });

  it('wherever it stands', () => {
    const source = `
def main(a = secrets.get("A"), *b):
    def inner(x = lambda: secrets.get("B")):
        for i in [secrets.get("C")]:
            if secrets.get("D"):
                return {secrets.get("E"): [secrets.get("F") for _ in range(3) if secrets.get("G")]}
        x[secrets.get("H")] += secrets.get("I")[secrets.get("J"):]
    return inner
`;
    expect(faultsOf(source).map((fault) => /`(.)`/.exec(fault)?.[1])).toEqual([...'ABCDEFGHIJ']);
  });

  it('a name of the program is no module', () => {
    expect(faultsOf('def f(secrets, http):\n  return secrets.get("A") + http.get("x")\nresult = 1')).toEqual([]);
    expect(faultsOf('def main():\n  tools = struct(call = len)\n  return tools.call("a")')).toEqual([]);
  });
});

describe('what is declared and not used', () => {
  it.each([
    ['# @secrets: A, B', 'secrets.get("A")', '1:16 the secret `B` is declared and nothing uses it'],
    ['# @secrets: A', 'secrets.list()', '1:13 the secret `A` is declared and nothing uses it'],
    [
      '# @hosts: a.example, *.a.example',
      'http.get("https://a.example/")',
      '1:22 the host `*.a.example` is declared and nothing uses it',
    ],
    ['# @hosts: a.example:8443', 'http.get("https://a.example:8443/") and 1', undefined],
    ['# @hosts: *.b.org', 'http.get("https://a.b.org/")', undefined],
    ['# @tools: a/b a/c', 'tools.call("a", "b")', '1:15 the tool `a/c` is declared and nothing uses it'],
  ])('%s with %s', (header, expression, fault) => {
    expect(faultsOf(`${header}\nresult = ${expression}\n`)).toEqual(fault === undefined ? [] : [fault]);
  });
});

describe('the entry and loads', () => {
  it.each([
    ['x = 1', '0:0 there is neither a function `main` nor a `result`'],
    ['main = 1', '0:0 `main` has to be a function: `def main(): …`'],
    ['load("../etc", "x")\nresult = x', '1:6 `../etc` is no name of a script'],
    ['result = (1, }', "1:15 got '}', want ')'"],
    ['result = y', '1:10 undefined: y'],
    ['while True: pass', '1:1 this Starlark dialect does not support while loops'],
  ])('%s', (source, fault) => {
    expect(faultsOf(source)).toContain(fault);
  });

  it('many faults are told at once, in order', () => {
    const faults = faultsOf(
      `# @sudo: a\n${[1, 2, 3].map((n) => `x${n} = secrets.get("A")\n`).join('')}\nresult = http.get(x1)`,
    );
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual(['1:3', '2:6', '3:6', '4:6', '6:10']);
    expect(faultsOf('secrets.get("A")\n'.repeat(1000))).toHaveLength(50);
  });
});

describe('the contract', () => {
  const { shape } = capabilitiesSchema;
  it('has the same patterns', () => {
    const name = fc.stringMatching(/^[*.:[\]a-zA-Z0-9_/-]{0,70}$/);
    fc.assert(
      fc.property(name, (text) => {
        expect(SECRET.test(text)).toBe(secretNameSchema.safeParse(text).success);
        expect(SCRIPT.test(text)).toBe(scriptNameSchema.safeParse(text).success);
        expect(HOST.test(text)).toBe(shape.hosts.safeParse([text]).success);
        expect(TOOL.test(text)).toBe(shape.tools.safeParse([text]).success);
      }),
      { numRuns: 2000 },
    );
    for (const text of ['*.a.b', 'a.b:80', '[::1]:80', 'a_b.c', `${'a'.repeat(254)}b`, 'a'.repeat(256), 'x/y', 'a.b\n'])
      expect([text, HOST.test(text)]).toEqual([text, shape.hosts.safeParse([text]).success]);
  });

  it('has the same bounds', () => {
    for (const [name, { least, most, standard }] of Object.entries(LIMITS)) {
      const allows = (amount: number): boolean => scriptLimitsSchema.safeParse({ [name]: amount }).success;
      expect([name, allows(least), allows(least - 1), allows(most), allows(most + 1)]).toEqual([
        name,
        true,
        false,
        true,
        false,
      ]);
      expect(scriptLimitsSchema.parse({})).toMatchObject({ [name]: standard });
    }
    const list = (length: number, make: (at: string) => string): string[] =>
      Array.from({ length }, (_, at) => make(String(at).padStart(3, '0')));
    expect(shape.secrets.safeParse(list(MOST.secrets, (at) => `A${at}`)).success).toBe(true);
    expect(shape.secrets.safeParse(list(MOST.secrets + 1, (at) => `A${at}`)).success).toBe(false);
    expect(shape.hosts.safeParse(list(MOST.hosts + 1, (at) => `a${at}`)).success).toBe(false);
    expect(shape.tools.safeParse(list(MOST.tools, (at) => `a/b${at}`)).success).toBe(true);
    expect(shape.tools.safeParse(list(MOST.tools + 1, (at) => `a/b${at}`)).success).toBe(false);
  });

  it('parses whatever comes of any source', () => {
    const piece = fc.constantFrom(
      ...[
        '# @secrets: A, é',
        '# @',
        '# @limits: time=99999999999s',
        'secrets',
        'http.get(',
        '"https://a.b/',
        '")',
        '\n',
        ' ',
        'def main(',
        '):',
        'x',
        '=',
        '(',
        ')',
        '[',
        '😀',
        '\u0000',
        'load("',
        '*',
        ',',
        'result',
        'y'.repeat(400),
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(inspectionSchema.safeParse(inspect(pieces.join(''))).error).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});
