// What a grant covers and what it never covers, case by case.
import { type ArgumentPattern, type Effect, type Grant, type JsonObject, NEW_SESSION } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globMatches } from '../src/grants/glob.ts';
import { covers, decide, suggestGrants, taskGrant } from '../src/index.ts';
import { call, effect, grant, NOW, policy, shippedPolicy, UNKNOWN } from './fixtures.ts';

const kit = policy();

function covered(
  change: Partial<Grant>,
  args: JsonObject = {},
  effects: readonly Effect[] = [effect('send')],
  tool = 'risky',
) {
  const grants = [grant({ tool, ...change })];
  const input = {
    call: call('kit', tool, args),
    effects,
    policy: kit,
    session: { ...NEW_SESSION, interactive: true },
    grants,
    now: NOW,
  };
  return decide(input).grant !== undefined;
}

verifies(['H8', 'G-C08'], 'a grant covers its own agent, session, task and project, while it lasts', () => {
  const rows: readonly (readonly [string, Partial<Grant>, boolean])[] = [
    ['as it stands', {}, true],
    ['another agent', { agent: 'agent_000002' }, false],
    ['its session', { scope: { kind: 'session', session: 'session_000001' } }, true],
    ['another session', { scope: { kind: 'session', session: 'session_000002' } }, false],
    ['its task', { scope: { kind: 'task', task: 'task_000001' } }, true],
    ['another task', { scope: { kind: 'task', task: 'task_000002' } }, false],
    ['its project', { scope: { kind: 'project', workspace: '/home/user/project' } }, true],
    ['a project above', { scope: { kind: 'project', workspace: '/home/user' } }, false],
    ['its folder', { cwd: '/home/user/project' }, true],
    ['another folder: `./build.sh` is another program there', { cwd: '/home/user/project/other' }, false],
    ['another tool', { tool: 'once' }, false],
    ['another module', { module: 'kot' }, false],
    ['under an alias', { module: 'toolkit' }, false],
    ['revoked', { revokedAt: NOW - 1 }, false],
    ['revoked later, by a clock that went back', { revokedAt: NOW + 5 }, false],
    ['ends now', { expiresAt: NOW }, false],
    ['ends in a millisecond', { expiresAt: NOW + 1 }, true],
    ['begins later', { createdAt: NOW + 1 }, false],
    ['used up', { usesLeft: 0 }, false],
    ['one use left', { usesLeft: 1 }, true],
  ];
  for (const [name, change, expected] of rows) expect(covered(change), name).toBe(expected);
});

describe('arguments', () => {
  const one = (match: ArgumentPattern['match'], name = 'to'): Partial<Grant> => ({ arguments: [{ name, match }] });
  const rows: readonly (readonly [string, ArgumentPattern['match'], JsonObject, boolean])[] = [
    ['equal', { kind: 'equals', value: 'a' }, { to: 'a' }, true],
    ['equal in another order of keys', { kind: 'equals', value: { a: 1, b: 2 } }, { to: { b: 2, a: 1 } }, true],
    ['a number is not its text', { kind: 'equals', value: 1 }, { to: '1' }, false],
    ['missing', { kind: 'equals', value: 'a' }, {}, false],
    ['inherited', { kind: 'prefix', value: 'f' }, Object.create({ to: 'f' }) as JsonObject, false],
    ['prefix', { kind: 'prefix', value: '/a/b/' }, { to: '/a/b/c' }, true],
    ['prefix that climbs out', { kind: 'prefix', value: '/a/b/' }, { to: '/a/b/../../etc' }, false],
    ['prefix within a word', { kind: 'prefix', value: '/a/b' }, { to: '/a/bc' }, false],
    [
      'prefix of a host',
      { kind: 'prefix', value: 'https://example.org' },
      { to: 'https://example.org.evil.com/' },
      false,
    ],
    [
      'prefix of a host and a user',
      { kind: 'prefix', value: 'https://example.org' },
      { to: 'https://example.org@evil.com/' },
      false,
    ],
    ['glob', { kind: 'glob', value: '/a/*.txt' }, { to: '/a/b.txt' }, true],
    ['glob stays in its folder', { kind: 'glob', value: '/a/*.txt' }, { to: '/a/b/c.txt' }, false],
    ['glob across folders', { kind: 'glob', value: '/a/**.txt' }, { to: '/a/b/c.txt' }, true],
    ['glob that climbs out', { kind: 'glob', value: '/a/**' }, { to: '/a/../etc' }, false],
    ['a text nobody meant', { kind: 'glob', value: '**' }, { to: 'x'.repeat(20_000) }, false],
  ];
  for (const [name, match, args, expected] of rows) test(name, () => expect(covered(one(match), args)).toBe(expected));

  const commands: readonly (readonly [string, boolean])[] = [
    ['npm test', true],
    ['npm test -- --watch', true],
    ['npm testing', false],
    ['npm test; curl evil', false],
    ['npm test && rm -rf ~', false],
    ['npm test | sh', false],
    ['npm test > ~/.bashrc', false],
    ['npm test $(curl evil)', false],
    ['npm test `curl evil`', false],
    ['npm test\nrm x', false],
    ['npm test ../../x', false],
    ['cd /; npm test', false],
  ];
  for (const [command, expected] of commands) {
    test(`a granted beginning of a command: ${JSON.stringify(command)}`, () => {
      const change = one({ kind: 'prefix', value: 'npm test' }, 'command');
      expect(covered(change, { command }, [effect('write')], 'shell')).toBe(expected);
    });
  }
});

verifies(['P5', 'H8'], 'families bound a grant by what the call would do', () => {
  const families = [
    { kind: 'write', targetKind: 'path', target: '/home/user/project' },
    { kind: 'connect', targetKind: 'host', target: 'example.org' },
  ] as const;
  const rows: readonly (readonly [string, readonly Effect[], boolean])[] = [
    ['below the folder', [effect('write')], true],
    ['the folder itself', [effect('write', { target: '/home/user/project' })], true],
    ['beside the folder', [effect('write', { target: '/home/user/project2/a' })], false],
    ['out of the folder', [effect('write', { target: '/home/user/project/../x' })], false],
    ['another kind', [effect('delete')], false],
    ['the host', [effect('connect', { target: 'example.org', targetKind: 'host', place: 'public' })], true],
    ['a host below', [effect('connect', { target: 'a.example.org', targetKind: 'host', place: 'public' })], false],
    ['a host as a path', [effect('connect', { target: 'example.org', targetKind: 'path' })], false],
    ['one of two', [effect('write'), effect('delete')], false],
    ['beside a safe one', [effect('write'), effect('read')], true],
    ['perhaps', [effect('write', { certainty: 'possible' })], false],
    ['beside an unknown', [effect('write'), UNKNOWN], false],
  ];
  for (const [name, effects, expected] of rows) {
    expect(covered({ families: [...families] }, {}, effects, 'shell'), name).toBe(expected);
  }
});

verifies(['P7', 'H8'], 'a tool nobody classified is covered only by grants that spell out every argument', () => {
  const equals = (name: string, value: string): ArgumentPattern => ({ name, match: { kind: 'equals', value } });
  const of = (patterns: ArgumentPattern[], args: JsonObject, effects: readonly Effect[] = [UNKNOWN]) =>
    covers(grant({ module: 'stranger', tool: 'x', arguments: patterns }), call('stranger', 'x', args), effects, NOW);
  expect(of([], { a: '1' })).toBe(false);
  expect(of([equals('a', '1')], { a: '1' })).toBe(true);
  expect(of([equals('a', '1')], { a: '1', b: '2' })).toBe(false);
  expect(of([{ name: 'a', match: { kind: 'glob', value: '*' } }], { a: '1' })).toBe(false);
});

describe('suggestions', () => {
  const shipped = shippedPolicy();
  function offered(tool: string, args: JsonObject, effects: readonly Effect[]) {
    const input = {
      call: call('claude-code', tool, args),
      effects,
      policy: shipped,
      session: { ...NEW_SESSION, interactive: true },
    };
    const verdict = decide({ ...input, grants: [], now: NOW });
    return {
      keys: suggestGrants(input.call, effects, verdict, shipped).map(({ key }) => key),
      texts: suggestGrants(input.call, effects, verdict, shipped).map(({ text }) => text),
      task: taskGrant(input.call, effects, verdict, shipped)?.grant ?? null,
      taskText: taskGrant(input.call, effects, verdict, shipped)?.text ?? null,
    };
  }
  const host = effect('connect', { target: 'example.org', targetKind: 'host', place: 'public' });

  verifies(['H8'], 'each width says what it would newly allow and when it ends', () => {
    const { keys, texts } = offered('Write', { file_path: '/home/user/project/src/a.ts', content: 'x' }, [
      effect('write', { target: '/home/user/project/src/a.ts' }),
    ]);
    expect(keys).toEqual(['same-call', 'folder', 'minutes', 'session', 'task', 'project']);
    for (const text of texts) expect(text).toMatch(/; ends (after|with) /);
    expect(texts[2]).toBe(
      'claude-code/Write with any arguments in this session, as long as all it would do, beyond what is safe, is change /home/user/project and everything below it; ends after 30 minutes',
    );
  });

  test('a command offers its first words, a page its host', () => {
    expect(offered('Bash', { command: 'npm run build' }, [effect('write')]).keys).toContain('command-prefix');
    expect(offered('Bash', { command: 'x=1 npm test' }, [effect('write')]).keys).not.toContain('command-prefix');
    expect(offered('WebFetch', { url: 'https://example.org/a' }, [host]).keys).toContain('host');
    expect(offered('WebFetch', { url: 'https://user@example.org/a' }, [host]).keys).not.toContain('host');
  });

  test('what is uncertain offers only the very same call, and covers nothing for the task', () => {
    const { keys, task } = offered('Bash', { command: './x' }, [effect('execute', { certainty: 'unknown' })]);
    expect(keys).toEqual(['same-call']);
    expect(task).toBeNull();
  });

  verifies(['P5'], 'one confirmation of a per-task tool covers its task, its families and eight hours', () => {
    const { task } = offered('Bash', { command: 'touch a b' }, [effect('write'), effect('read'), host]);
    expect(task).toMatchObject({
      scope: { kind: 'task', task: 'task_000001' },
      families: [
        { kind: 'write', targetKind: 'path', target: '/home/user/project' },
        { kind: 'connect', targetKind: 'host', target: 'example.org' },
      ],
      minutes: 480,
    });
    expect(offered('Skill', { skill: 'x' }, [effect('execute')]).task).toBeNull();
    expect(offered('Bash', { command: 'sudo x' }, [effect('escalate')]).task).toBeNull();
  });

  test('a file in a folder that holds too much is granted alone', () => {
    const at = (target: string) =>
      offered('Write', {}, [effect('write', { target, place: 'temp' })]).task?.families?.[0]?.target;
    expect(at('/home/user/.bashrc')).toBe('/home/user/.bashrc');
    expect(at('/home/user/notes/a.md')).toBe('/home/user/notes');
    expect(at('/home/user/project2/a.md')).toBe('/home/user/project2');
    expect(at('/x')).toBe('/x');
  });
});

test('globs agree with their definition, however stars are placed', () => {
  const piece = fc.constantFrom('a', 'b', '/', '*', '**');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 7 }), fc.stringMatching(/^[ab/]{0,8}$/), (pieces, text) => {
      const pattern = pieces.join('');
      const meaning = pattern.replace(/\*\*|\*/g, (star) => (star === '**' ? '[^]*' : '[^/]*'));
      expect(globMatches(pattern, text)).toBe(new RegExp(`^${meaning}$`).test(text));
    }),
    { numRuns: 3000 },
  );
});

verifies(
  ['P5', 'H8'],
  'what a yes to one call also allows is said in words, and never a second sending, spending or deleting',
  () => {
    const shipped = shippedPolicy();
    const bash = (command: string, effects: readonly Effect[]) => {
      const input = {
        call: call('claude-code', 'Bash', { command }),
        effects,
        policy: shipped,
        session: { ...NEW_SESSION, interactive: false },
        grants: [],
        now: NOW,
      };
      const verdict = decide(input);
      return { scope: verdict.scope, bounded: taskGrant(input.call, effects, verdict, shipped) };
    };
    const run = effect('execute', { target: 'curl', targetKind: 'command', place: 'none' });
    const host = { target: 'api.stripe.com:443', targetKind: 'host', place: 'public' } as const;
    expect(bash('curl https://api.stripe.com', [run, effect('connect', host)])).toMatchObject({
      scope: 'per-task',
      bounded: {
        text: expect.stringMatching(
          /in this task, .*connect to “?api\.stripe\.com:443”?; ends with the task or after 8 hours$/,
        ),
      },
    });
    for (const kind of ['send', 'spend', 'delete', 'escalate'] as const) {
      expect(bash('curl -d amount=100 https://api.stripe.com', [run, effect(kind, host)]), kind).toEqual({
        scope: 'per-call',
        bounded: null,
      });
    }
  },
);
