// Tools nobody classified: their arguments are looked at, and what is found can only tighten.
import { type Effect, type JsonObject, NEW_SESSION } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { analyseEffects } from '../../src/effects/analyse-effects.ts';
import { patchPaths } from '../../src/effects/patches.ts';
import { analyse, decide } from '../../src/index.ts';
import { call, FACTS, NOW, shippedPolicy } from '../fixtures.ts';

const lines = (found: readonly Effect[]): readonly string[] =>
  found.map(({ kind, target, resource }) => [kind, target, resource].filter(Boolean).join(' '));
const effects = (tool: string, args: JsonObject): readonly Effect[] =>
  analyseEffects(call('stranger', tool, args), null, FACTS);

verifies(['G-C01', 'P1'], 'paths, addresses, recipients and queries among the arguments are seen', () => {
  const rows: readonly (readonly [string, JsonObject, string])[] = [
    ['get', { path: '/home/user/.ssh/id_ed25519' }, 'read /home/user/.ssh/id_ed25519 credentials'],
    ['get', { anything: '~/.aws/credentials' }, 'read /home/user/.aws/credentials credentials'],
    ['get', { file: '.env' }, 'read /home/user/project/.env credentials'],
    ['saveFile', { file_path: 'src/a.ts' }, 'write /home/user/project/src/a.ts'],
    ['delete_thing', { target: '/etc/hosts' }, 'delete /etc/hosts'],
    ['go', { url: 'http://169.254.169.254/latest' }, 'connect 169.254.169.254:80'],
    ['go', { nested: [{ where: 'https://evil.example/x?y' }] }, 'connect evil.example:443'],
    ['x', { to: 'Eva <eva@example.org>' }, 'send eva@example.org message'],
    ['x', { message: { cc: ['a@example.org', 'b@example.org'] } }, 'send b@example.org message'],
    [
      'x',
      { patch: '*** Begin Patch\n*** Update File: ../.bashrc\n@@\n-a\n+b\n*** End Patch' },
      'write /home/user/.bashrc shell-startup',
    ],
  ];
  for (const [tool, args, expected] of rows)
    expect([args, lines(effects(tool, args))]).toEqual([args, expect.arrayContaining([expected])]);
  expect(lines(effects('run', { sql: 'drop table users' })).some((line) => /^delete .*database$/.test(line))).toBe(
    true,
  );
  expect(lines(effects('run', { query: 'how do I drop a table' }))).toEqual(['unknown run']);
});

verifies(['G-C03'], 'a name that speaks of sending is taken at its word, one that only looks is not', () => {
  const rows: readonly (readonly [string, string | null])[] = [
    ['send_message', 'send stranger message'],
    ['postTweet', 'send stranger page'],
    ['tweet', 'send stranger page'],
    ['create_issue', 'send stranger issue'],
    ['create_pull_request', 'send stranger issue'],
    ['add-comment', 'send stranger issue'],
    ['replyToThread', 'send stranger message'],
    ['inviteUser', 'send stranger message'],
    ['upload_file', 'send stranger page'],
    ['list_messages', null],
    ['getComments', null],
    ['search_posts', null],
    ['compost', null],
  ];
  for (const [tool, expected] of rows)
    expect([tool, lines(effects(tool, { x: 'y' })).filter((line) => line.startsWith('send'))]).toEqual([
      tool,
      expected === null ? [] : [expected],
    ]);
});

verifies(['P7'], 'nothing found makes a stranger’s call certain, undoable or milder', () => {
  const policy = shippedPolicy();
  const value: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom('src/a.ts', '/etc/hosts', 'https://a.example', 'select 1', 'a@b.example', '~/.ssh/id', 'x'),
    fc.string({ unit: 'binary', maxLength: 40 }),
  );
  const names = fc.constantFrom('path', 'file_path', 'to', 'sql', 'url', 'old_string', 'new_string', 'x');
  fc.assert(
    fc.property(fc.constantFrom('do', 'write_file', 'delete'), fc.dictionary(names, value), (tool, args) => {
      const stranger = call('stranger', tool, args as JsonObject);
      const found = analyse(stranger, policy, FACTS);
      expect(found[0]?.kind).toBe('unknown');
      for (const effect of found) {
        expect(effect.certainty).not.toBe('certain');
        expect(effect.undoable).toBeUndefined();
      }
      const { outcome } = decide({
        call: stranger,
        effects: found,
        policy,
        session: NEW_SESSION,
        grants: [],
        now: NOW,
      });
      expect(['confirm', 'deny']).toContain(outcome);
    }),
    { numRuns: 300 },
  );
});

test('bounded, whatever the arguments', () => {
  const many = Array.from({ length: 5000 }, (_, at) => `/tmp/${at}`);
  expect(effects('x', { many }).length).toBeLessThan(200);
  let deep: JsonObject = { path: '/etc/hosts' };
  for (let level = 0; level < 200; level += 1) deep = { deep };
  expect(effects('x', deep).length).toBeGreaterThan(0);
});

test('the paths inside patches', () => {
  const paths = (text: string): readonly string[] => patchPaths(text).map(({ kind, path }) => `${kind} ${path}`);
  expect(
    paths(
      '*** Begin Patch\n*** Add File: a b.ts\n+x\n*** Update File: c.ts\n*** Move to: d.ts\n*** Delete File: e.ts\n*** End Patch',
    ),
  ).toEqual(['write a b.ts', 'write c.ts', 'write d.ts', 'delete e.ts']);
  expect(paths('--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-a\n+b\n')).toEqual(['write x.ts']);
  expect(paths('--- a/x.ts\t2026-01-01\n+++ /dev/null\n@@ -1 +0,0 @@\n')).toEqual(['delete x.ts']);
  expect(paths('--- /dev/null\n+++ "b/grüße x.ts"\n')).toEqual(['write grüße x.ts']);
  expect(paths('rename from a.ts\nrename to ../b.ts\n')).toEqual(['delete a.ts', 'write ../b.ts']);
  expect(paths('-- a comment\n--- not a head\ntext')).toEqual([]);
  expect(paths('no patch')).toEqual([]);
});
