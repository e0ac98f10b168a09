// What an undo would do, path by path, and what stands against it: a table. What no undo reaches, in words.
import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Effect } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { reversibilityOf, rootsOf } from '../src/undo/keep/roots.ts';
import { chainsOf, type KeptCall } from '../src/undo/plan/chains.ts';
import { shownChanges } from '../src/undo/plan/shown.ts';
import { type Link, type Step, stepOf } from '../src/undo/plan/steps.ts';
import type { Seen } from '../src/undo/seen.ts';

const file = (hash: string, mode = 0o644): Seen => ({ k: 'file', mode, mtime: 1, size: 1, hash, chunks: [0] });
const now = (hash: string, mode = 0o644): Seen => ({ k: 'file', mode, mtime: 9, size: 1, hash });
const absent: Seen = { k: 'absent' };
const folder: Seen = { k: 'folder', mode: 0o755, mtime: 1 };
const link: Seen = { k: 'link', to: 'a' };
const not: Seen = { k: 'not', why: 'it is larger' };
const of = (before: Seen, after: Seen | null): Link => ({ call: 'call_aaaaaaaa', before, after, pack: 1 });
const step = (links: readonly [Link, ...Link[]], seen: Seen): Pick<Step, 'action' | 'state' | 'why'> =>
  stepOf({ path: '/a', links, now: seen });

test.each<[string, readonly [Link, ...Link[]], Seen, Partial<Step>]>([
  ['written', [of(file('1'), now('2'))], now('2'), { action: 'put-back', state: 'ready' }],
  ['made', [of(absent, now('2'))], now('2'), { action: 'remove', state: 'ready' }],
  ['deleted', [of(file('1'), absent)], absent, { action: 'put-back', state: 'ready' }],
  ['only its mode', [of(file('1'), now('1', 0o600))], now('1', 0o600), { action: 'mode', state: 'ready' }],
  ['a folder', [of(folder, absent)], absent, { action: 'make-folder', state: 'ready' }],
  ['a link', [of(link, now('2'))], now('2'), { action: 'put-back', state: 'ready' }],
  ['as it was', [of(file('1'), now('2'))], now('1'), { action: 'none', state: 'same' }],
  ['changed since', [of(file('1'), now('2'))], now('3'), { state: 'conflict', why: 'it was changed since' }],
  ['removed since', [of(file('1'), now('2'))], absent, { state: 'conflict', why: 'it was removed since' }],
  ['a link now', [of(file('1'), now('2'))], link, { state: 'conflict', why: 'there is a link in its place now' }],
  ['a folder now', [of(file('1'), now('2'))], folder, { state: 'conflict', why: 'there is a folder in its place now' }],
  ['made by others', [of(file('1'), absent)], now('9'), { state: 'conflict', why: 'something was put there since' }],
  ['not kept', [of(not, now('2'))], now('2'), { action: 'none', state: 'lost', why: 'it is larger' }],
  ['unreadable now', [of(file('1'), now('2'))], not, { state: 'conflict' }],
  ['never reported', [of(file('1'), null)], now('2'), { state: 'ready', why: expect.stringContaining('not known') }],
  ['two calls', [of(file('1'), now('2')), of(file('2'), now('3'))], now('3'), { action: 'put-back', state: 'ready' }],
  [
    'somebody between two calls',
    [of(file('1'), now('2')), of(file('x'), now('3'))],
    now('3'),
    { state: 'conflict', why: expect.stringContaining('between') },
  ],
])('%s', (_, links, seen, expected) => {
  expect(step(links, seen)).toMatchObject(expected);
});

test('a call is part of a path only where it changed it; what was new below a folder it worked in goes, nothing else', () => {
  const call = (
    found: KeptCall['images']['found'],
    left: KeptCall['images']['found'],
    recursive: boolean,
  ): KeptCall => ({
    pack: 1,
    images: {
      ...{
        v: 1,
        call: 'call_aaaaaaaa',
        task: 't',
        agent: 'a',
        session: 's',
        workspace: '/',
        at: 1,
        what: 'm/t',
        beyond: [],
      },
      roots: [{ path: '/p', recursive }],
      found,
    },
    left: { v: 1, call: 'call_aaaaaaaa', found: left },
  });
  const found = [
    { path: '/p', seen: folder },
    { path: '/p/same', seen: file('1') },
  ];
  const left = [...found, { path: '/p/new', seen: now('2') }, { path: '/px', seen: now('2') }];
  expect([...chainsOf([call(found, left, true)], []).keys()]).toEqual(['/p/new']);
  expect([...chainsOf([call(found, left, false)], []).keys()]).toEqual([]);
  expect([...chainsOf([call(found, left, true)], ['/p/ne']).keys()]).toEqual([]);
});

const effect = (kind: Effect['kind'], target: string, more: Partial<Effect> = {}): Effect => ({
  ...{ kind, target, targetKind: 'path', place: 'workspace', certainty: 'certain' },
  ...more,
});
const KEPT = { paths: 3, not: [] };

test('what could be taken back is said before it runs, in one line', () => {
  const write = effect('write', '/p/a');
  const send = effect('send', 'mail.example:443', { targetKind: 'host', place: 'public' });
  expect(reversibilityOf([effect('read', '/p/a')], { paths: 0, not: [] })).toBeNull();
  expect(reversibilityOf([write], KEPT)).toEqual({ kind: 'reversible', text: '3 paths can be put back' });
  expect(reversibilityOf([write, send], KEPT)).toEqual({
    kind: 'partly',
    text: '3 paths can be put back; what is sent to mail.example cannot be taken back',
  });
  expect(reversibilityOf([send], { paths: 0, not: [] })?.kind).toBe('not');
  expect(reversibilityOf([write], { paths: 0, not: [{ path: '/p/a', why: 'the disk is full' }] })).toEqual({
    kind: 'not',
    text: '`/p/a` cannot: the disk is full',
  });
  expect(reversibilityOf([write, effect('unknown', 'x', { targetKind: 'text', place: 'none' })], KEPT)?.text).toMatch(
    /could not be told, so only what could is kept/,
  );
  const database = effect('write', 'db', { targetKind: 'text', place: 'none', resource: 'database' });
  expect(reversibilityOf([database], { paths: 0, not: [] })?.text).toBe('what changes in db cannot be taken back');
  const history = effect('write', '/p/.git', { resource: 'history' });
  expect(reversibilityOf([history], { paths: 0, not: [] })?.text).toMatch(/git reflog/);
  expect(rootsOf([history, effect('write', '/p/.git/config'), effect('write', '/s', { place: 'castellan' })])).toEqual(
    [],
  );
  expect(rootsOf([write, effect('delete', '/p/d')])).toEqual([
    { path: '/p/a', recursive: false },
    { path: '/p/d', recursive: true },
  ]);
});

test('lines are shown of what the plan binds, or none: a file that became another since then is not shown as it', async () => {
  const path = join(tempFolder(), 'file');
  writeFileSync(path, 'one\ntwo\n');
  const shower = { text: (text: string) => text, isPrivate: () => false };
  const contents = {
    async *of() {
      yield Buffer.from('one\n');
    },
  };
  const when = { mode: 0o644, mtime: 1 };
  const wanted: Seen = { k: 'file', ...when, size: 4, hash: '', chunks: [0] };
  const stepNow = (text: string): Step => ({
    ...{ path, action: 'put-back', state: 'ready', pack: 1, wanted },
    now: { k: 'file', ...when, size: text.length, hash: hash('sha256', text, 'hex') },
  });
  const [same, other] = await shownChanges([stepNow('one\ntwo\n'), stepNow('one\n2 !\n')], shower, contents);
  expect(same).toMatchObject({ kind: 'changed', lines: ['@@ -1,2 +1,1 @@', ' one', '-two'] });
  expect(other).toMatchObject({ kind: 'unseen', lines: ['it changed while it was looked at'] });
});
