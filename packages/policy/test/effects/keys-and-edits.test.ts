// What tools other than the shell do to keys, start-up files and version control; what can be taken back; and queries.
import type { Call, DeclaredEffect, Effect, Facts, JsonObject } from '@castellan/contract';
import { declaredEffectSchema } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { analyseEffects } from '../../src/effects/analyse-effects.ts';
import { call, FACTS } from '../fixtures.ts';

type Declared = Partial<DeclaredEffect> & Pick<DeclaredEffect, 'kind'>;

function effects(args: JsonObject, declared: Declared, change: Partial<Facts> = {}, at: Partial<Call> = {}) {
  const facts = { ...FACTS, ...change };
  return analyseEffects(call('m', 't', args, at), [declaredEffectSchema.parse(declared)], facts);
}
const lines = (found: readonly Effect[]): readonly string[] =>
  found.map(({ kind, target, resource, certainty, undoable }) =>
    [kind, target, resource, certainty, undoable === true ? 'undoable' : undefined].filter(Boolean).join(' '),
  );
const path = (kind: Effect['kind']): Declared => ({ kind, from: 'p', as: 'path' });

verifies(['G-C01', 'P11'], 'keys, start-up files and version control are told apart from ordinary files', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['~/.ssh/id_ed25519', 'read /home/user/.ssh/id_ed25519 credentials certain'],
    ['../.aws/credentials', 'read /home/user/.aws/credentials credentials certain'],
    ['.env', 'read /home/user/project/.env credentials certain'],
    ['.env.example', 'read /home/user/project/.env.example certain'],
    ['~/.bashrc', 'read /home/user/.bashrc shell-startup certain'],
    ['.git/config', 'read /home/user/project/.git/config repository certain'],
    ['src/a.ts', 'read /home/user/project/src/a.ts certain'],
  ];
  for (const [p, expected] of rows) expect([p, lines(effects({ p }, path('read')))]).toEqual([p, [expected]]);
});

verifies(['G-C01'], 'a search of a folder above keys may read them; a list of its names does not', () => {
  const folder: Partial<Facts> = {
    resolvePath: (text, context) => {
      const fact = FACTS.resolvePath(text, context);
      const exists = ['/home/user/.ssh', '/home/user/.aws', '/home/user/.bashrc'].includes(fact.path);
      return { ...fact, kind: exists || fact.path === '/home/user' ? 'folder' : 'missing' };
    },
  };
  const found = lines(effects({ p: '~' }, path('read'), folder));
  expect(found).toContain('read /home/user/.ssh credentials possible');
  expect(found).toContain('read /home/user/.aws credentials possible');
  expect(found).toContain('read /home/user/.bashrc shell-startup possible');
  expect(lines(effects({ p: '~' }, { ...path('read'), resource: 'names' }, folder)).join()).not.toContain(
    'credentials',
  );
  expect(lines(effects({ p: '.' }, path('read'), folder)).join()).not.toContain('credentials');
  const nothing: Partial<Facts> = {
    resolvePath: (text, context) => ({ ...FACTS.resolvePath(text, context), kind: 'missing' }),
  };
  for (const p of ['/', '/home', '/home/user', '/etc', '/root'])
    expect([
      p,
      lines(effects({ p }, path('delete'), nothing)).filter((line) => line.includes('credentials')).length > 0,
    ]).toEqual([p, true]);
});

verifies(['P4'], 'what can be taken back: what version control holds, and an edit that says what it replaces', () => {
  const write = (args: JsonObject, holds = false): boolean =>
    effects(args, path('write'), { isUndoable: () => holds })[0]?.undoable === true;
  // The names of arguments editing tools have; `p` is the path here.
  const edit = (args: JsonObject): boolean =>
    effects({ file_path: 'a.ts', ...args }, { kind: 'write', from: 'file_path', as: 'path' })[0]?.undoable === true;
  expect([write({ p: 'a.ts' }, true), write({ p: 'a.ts' }), write({ p: '~/a' }, true)]).toEqual([true, false, true]);
  expect([write({ p: '~/a' }), write({ p: '/etc/a' }, true)]).toEqual([false, false]);
  expect(edit({ old_string: 'a', new_string: 'b' })).toBe(true);
  expect(edit({ old_string: 'a', new_string: '' })).toBe(true);
  expect(
    edit({
      edits: [
        { old_string: 'a', new_string: 'b' },
        { old_string: 'c', new_string: 'd' },
      ],
    }),
  ).toBe(true);
  const no: readonly JsonObject[] = [
    {},
    { old_string: '', new_string: 'b' },
    { old_string: 'a' },
    { old_string: 1, new_string: 'b' },
    { old_string: 'a', new_string: '', replace_all: true },
    { old_string: 'a', new_string: 'b', content: 'the whole file' },
    { old_string: 'a', new_string: 'b', anything: 1 },
    { edits: [] },
    {
      edits: [
        { old_string: 'a', new_string: 'b' },
        { old_string: '', new_string: 'd' },
      ],
    },
    { edits: 'a', old_string: 'a', new_string: 'b' },
    { edits: [['old_string', 'a']] },
  ];
  for (const args of no) expect([args, edit(args)]).toEqual([args, false]);
});

test('what is declared about a target stands beside it; code is never certain', () => {
  expect(
    lines(effects({ to: 'a@b.example' }, { kind: 'send', from: 'to', as: 'recipient', resource: 'message' })),
  ).toEqual(['send a@b.example message certain']);
  expect(lines(effects({ u: 'https://a.example' }, { kind: 'send', from: 'u', as: 'url', resource: 'api' }))).toEqual([
    'send a.example:443 api certain',
  ]);
  expect(lines(effects({ s: 'alert(1)' }, { kind: 'execute', from: 's', resource: 'inline-code' }))).toEqual([
    'execute alert(1) inline-code unknown',
  ]);
  expect(lines(effects({ p: '~/.ssh/id_rsa' }, { ...path('write'), resource: 'permissions' }))).toEqual([
    'write /home/user/.ssh/id_rsa credentials certain',
  ]);
});

verifies(['G-C02'], 'a query is what it does', () => {
  const sql = (text: string) => lines(effects({ q: text }, { kind: 'read', from: 'q', as: 'sql' }));
  expect(sql('select * from users').every((line) => /^read .*database certain$/.test(line))).toBe(true);
  expect(sql('DROP TABLE users').some((line) => /^delete .*database certain$/.test(line))).toBe(true);
  expect(sql('select 1; truncate users').some((line) => line.startsWith('delete'))).toBe(true);
  expect(sql('this is no query').some((line) => line.endsWith('unknown'))).toBe(true);
});

test('what could not be walked is not certain', () => {
  const lost: Partial<Facts> = { resolvePath: (text) => ({ path: text, kind: 'other', place: 'elsewhere' }) };
  expect(lines(effects({ p: '~nobody/x' }, path('read'), lost))).toEqual(['read ~nobody/x possible']);
});
