// What is kept of files, and how: sealed with the vault's key, as it is, or not at all; found again where the index was lost; and the
// room that is opened over it, with a vault of the test's own.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Effect, type LedgerRecord, type UndoConfig, undoConfigSchema } from '@castellan/contract';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { sha256 } from '../src/digest.ts';
import { newId } from '../src/ids.ts';
import { openStore } from '../src/store/index.ts';
import { openUndo, type UndoRoom } from '../src/undo/index.ts';
import { manualClock, write } from './fixtures.ts';

const SECRET = 'the-secret-word';
const AROUND = { secret: [], hide: <Value>(value: Value): Value => value };
const PERSON = {
  kind: 'person',
  user: 'user_aaaaaaaa',
  name: 'mia',
  role: 'admin',
  signIn: 'signin_aaaaaaaa',
} as const;

type SealKey = { readonly kind: 'open'; readonly secret: Buffer } | { readonly kind: 'empty' | 'locked' };

async function room(folder = tempFolder(), vault: { key: SealKey } = { key: { kind: 'empty' } }) {
  mkdirSync(join(folder, 'p'), { recursive: true });
  const clock = manualClock(Date.now());
  const store = await openStore(join(folder, 'castellan.db'), (text) => text);
  const records: LedgerRecord[] = [];
  const settings: { config: UndoConfig } = { config: undoConfigSchema.parse({}) };
  const undo: UndoRoom = await openUndo({
    ...{ clock, store, folder: join(folder, 'undo'), bindingHash: sha256 },
    records: { record: async (record) => records.push(record) },
    config: () => settings.config,
    policyDigest: () => sha256(''),
    vault: {
      sealKey: () => vault.key,
      async makeSealKey() {
        vault.key = { kind: 'open', secret: Buffer.alloc(32, 3) };
        return vault.key.secret;
      },
    },
    redactor: {
      text: (text) => text.replaceAll(SECRET, '[hidden]'),
      find: (bytes) => (Buffer.from(bytes).includes(SECRET) ? [SECRET] : []),
    },
    isPrivate: (path) => path.endsWith('.key'),
    agents: { get: () => null },
    work: { task: () => null },
  });
  const attempt = () => ({
    id: newId(clock, 'call'),
    ...({ task: 'task_aaaaaaaa', agent: 'agent_aaaaaaaa', session: 'session_aaaaaaaa' } as const),
    ...{ workspace: folder, at: clock.now(), module: 'm', tool: 't' },
  });
  return {
    ...{ folder, undo, vault, records, settings, clock },
    at: (name: string): string => join(folder, 'p', name),
    /** Everything that lies in the packs, as bytes. */
    bytes: (): string =>
      readdirSync(join(folder, 'undo'))
        .map((name) => readFileSync(join(folder, 'undo', name), 'latin1'))
        .join(''),
    async begun(effects: readonly Effect[]) {
      const call = attempt();
      await undo.journal.keep(call, effects, AROUND);
      return call.id;
    },
    async keep(effects: readonly Effect[], change: () => void = () => undefined) {
      const call = attempt();
      const kept = await undo.journal.keep(call, effects, AROUND);
      change();
      await undo.journal.left(call.id);
      return { call: call.id, ...kept };
    },
    async back(call: `call_${string}`) {
      const plan = await undo.undoing.plan({ of: call, only: [] });
      if (!plan.ok) throw new Error(plan.message);
      return undo.undoing.run({ of: call, only: [], digest: plan.value.digest, skipConflicts: false }, PERSON);
    },
    async [Symbol.asyncDispose]() {
      await undo[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

test('no vault: what holds no secret lies there as it is, and the first that does makes one', async () => {
  await using it = await room();
  writeFileSync(it.at('a'), 'ordinary text');
  const first = await it.keep([write(it.at('a'))]);
  expect([it.vault.key.kind, it.bytes().includes('ordinary text')]).toEqual(['empty', true]);
  expect(first.reversibility).toEqual({ kind: 'reversible', text: '1 path can be put back' });
  writeFileSync(it.at('b'), `x ${SECRET} y`);
  const second = await it.keep([write(it.at('b'))], () => writeFileSync(it.at('b'), 'gone'));
  expect([it.vault.key.kind, it.bytes().includes(SECRET)]).toEqual(['open', false]);
  expect(await it.back(second.call)).toMatchObject({ ok: true, value: { done: 1 } });
  expect(readFileSync(it.at('b'), 'utf8')).toBe(`x ${SECRET} y`);
  expect(it.records.map(({ kind }) => kind)).toEqual(['attempt', 'approval', 'outcome']);
});

test('a locked vault: what is private or may be is not kept, and it is said; the rest is', async () => {
  await using it = await room(undefined, { key: { kind: 'locked' } });
  writeFileSync(it.at('id.key'), 'harmless to look at');
  writeFileSync(it.at('b'), SECRET);
  writeFileSync(it.at('c'), 'plain');
  const kept = await it.keep([write(it.at('id.key')), write(it.at('b')), write(it.at('c'))]);
  expect(kept.reversibility?.kind).toBe('partly');
  expect(kept.reversibility?.text).toMatch(
    /1 path can be put back; 2 paths cannot.*the vault that would seal it is locked/,
  );
  expect([it.bytes().includes(SECRET), it.bytes().includes('harmless'), it.bytes().includes('plain')]).toEqual([
    ...[false, false, true],
  ]);
  // Sealed before it was locked: nothing is guessed.
  it.vault.key = { kind: 'open', secret: Buffer.alloc(32, 5) };
  const sealed = await it.keep([write(it.at('c'))], () => writeFileSync(it.at('c'), 'other'));
  it.vault.key = { kind: 'locked' };
  expect(await it.undo.undoing.plan({ of: sealed.call, only: [] })).toMatchObject({ ok: false, code: 'unreadable' });
});

test('the same bytes once; what is too large or too many, a link and its target', async () => {
  await using it = await room();
  const same = 'y'.repeat(50_000);
  for (const name of ['1', '2', '3']) writeFileSync(it.at(name), same);
  await it.keep(['1', '2', '3'].map((name) => write(it.at(name))));
  expect(it.bytes().split(same)).toHaveLength(2);
  symlinkSync(it.at('1'), it.at('link'));
  const link = await it.keep([write(it.at('link'))], () => rmSync(it.at('link')));
  expect(await it.back(link.call)).toMatchObject({ ok: true, value: { done: 1 } });
  expect(readFileSync(it.at('link'), 'utf8')).toBe(same);
  it.settings.config = undoConfigSchema.parse({ maxCallFiles: 2, required: true });
  const folder: Effect = { ...write(join(it.folder, 'p')), kind: 'delete', recursive: true };
  const refused = await it.keep([folder]);
  expect(refused.refusal).toMatch(/there are more than 2 files.*`undo.required` is set/);
  expect(await it.undo.journal.foresee([folder])).toEqual({
    kind: 'not',
    text: `\`${join(it.folder, 'p')}\` cannot: there are more than 2 files`,
  });
  it.settings.config = undoConfigSchema.parse({ enabled: false });
  expect((await it.keep([write(it.at('1'))])).reversibility).toMatchObject({
    kind: 'not',
    text: expect.stringContaining('switched off'),
  });
});

test('the index is made again from the packs where the database is gone; what is old goes', async () => {
  const folder = tempFolder();
  const first = await room(folder);
  writeFileSync(first.at('a'), 'before');
  const { call } = await first.keep([write(first.at('a'))], () => writeFileSync(first.at('a'), 'after'));
  await first[Symbol.asyncDispose]();
  for (const name of readdirSync(folder).filter((each) => each.startsWith('castellan.db'))) rmSync(join(folder, name));
  await using it = await room(folder);
  expect((await it.undo.undoing.list({ limit: 10 })).calls).toMatchObject([{ call, what: 'm/t', paths: 1 }]);
  expect(await it.back(call)).toMatchObject({ ok: true });
  expect(readFileSync(it.at('a'), 'utf8')).toBe('before');
  expect(statSync(join(folder, 'undo')).mode & 0o777).toBe(0o700);
  it.clock.advance(15 * 86_400_000);
  await expect.poll(async () => (await it.undo.undoing.list({ limit: 10 })).calls).toEqual([]);
});

test('what was refused after it was kept is nothing to undo, and what others did there since stays', async () => {
  const folder = tempFolder();
  const first = await room(folder);
  writeFileSync(first.at('a'), 'before');
  first.settings.config = undoConfigSchema.parse({ maxFileMegabytes: 1, required: true });
  writeFileSync(first.at('large'), Buffer.alloc(2 * 1_048_576));
  const refused = await first.keep([write(first.at('a')), write(first.at('large'))]);
  expect(refused.refusal).toMatch(/larger than 1 MiB/);
  expect((await first.undo.undoing.list({ limit: 10 })).calls).toEqual([]);
  await first[Symbol.asyncDispose]();
  for (const name of readdirSync(folder).filter((each) => each.startsWith('castellan.db'))) rmSync(join(folder, name));
  writeFileSync(first.at('a'), 'the work of a person');
  await using it = await room(folder);
  // An index made of the packs finds it again, and that it changed nothing.
  expect(await it.back(refused.call)).toMatchObject({ ok: false, code: 'nothing' });
  expect(readFileSync(it.at('a'), 'utf8')).toBe('the work of a person');
});

test('what nobody reported is looked at when its session ends: what comes later is a conflict', async () => {
  await using it = await room();
  for (const name of ['said-no', 'ran']) writeFileSync(it.at(name), 'before');
  const call = await it.begun([write(it.at('said-no')), write(it.at('ran'))]);
  writeFileSync(it.at('ran'), 'by the call');
  await it.undo.journal.left(call, true);
  const plan = async () => it.undo.undoing.plan({ of: call, only: [] });
  expect(await plan()).toMatchObject({
    value: { steps: [{ path: it.at('ran'), state: 'ready', why: expect.stringContaining('nobody reported') }] },
  });
  writeFileSync(it.at('said-no'), 'the work of a person');
  writeFileSync(it.at('ran'), 'the work of a person');
  expect(await plan()).toMatchObject({ value: { ready: 0, steps: [{ path: it.at('ran'), state: 'conflict' }] } });
});

test('a folder on the way that is swapped for a link gives away nothing of what it leads to', async () => {
  await using it = await room();
  mkdirSync(it.at('private'));
  writeFileSync(it.at('private/notes'), 'nobody else may read this');
  symlinkSync(it.at('private'), it.at('d'));
  const kept = await it.keep([write(it.at('d/notes'))]);
  expect(kept.reversibility).toMatchObject({ kind: 'not', text: expect.stringContaining('leads elsewhere') });
  expect(it.bytes()).not.toContain('nobody else');
});
