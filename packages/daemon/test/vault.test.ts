// Who may use a secret, for what and when; what of it is written down; and what is seen while it is used.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AlarmKind, KeptSecret, LedgerRecord, SecretUse } from '@castellan/contract';
import type { KnownSecret } from '@castellan/secrets';
import { tempFolder } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore } from '../src/store/index.ts';
import { type SecretRequest, whyNotAllowed } from '../src/vault/allowed.ts';
import { addSecret, dueOf, knownOf, removeSecret, restoreSecrets, rotateSecret } from '../src/vault/contents.ts';
import { Vault } from '../src/vault/index.ts';
import { type ManualClock, manualClock } from './fixtures.ts';

const VALUE = 'hunter2-hunter2-here';
const HOST: SecretUse = { kind: 'host', name: 'api.example.org' };
const DAY = 86_400_000;

interface Room extends AsyncDisposable {
  readonly vault: Vault;
  readonly clock: ManualClock;
  readonly records: LedgerRecord[];
  readonly known: () => readonly KnownSecret[];
  readonly alarms: Map<AlarmKind, string>;
  /** Whether the ledger takes anything. */
  readonly ledger: { works: boolean; before: () => Promise<void> };
  reopen(): Promise<Room>;
}

async function room(folder = tempFolder(), records: LedgerRecord[] = [], clock = manualClock()): Promise<Room> {
  const home = join(folder, 'state');
  mkdirSync(join(home, 'vault'), { recursive: true, mode: 0o700 });
  const store = await openStore(join(home, 'castellan.db'), (text) => text);
  const alarms = new Map<AlarmKind, string>();
  const ledger: Room['ledger'] = { works: true, before: async () => undefined };
  let known: readonly KnownSecret[] = [];
  const vault = await Vault.open({
    home,
    folder: join(home, 'vault'),
    settings: { dataHome: join(folder, 'data'), passphraseFile: null },
    keychain: { get: async () => null, set: async () => false, delete: async () => undefined },
    clock,
    store,
    records: {
      get failed() {
        return ledger.works ? null : 'it failed';
      },
      async record(record) {
        await ledger.before();
        if (!ledger.works) throw new Error('it failed');
        return records.push(record) - 1;
      },
      query: async ({ from = 0, limit, kind }) =>
        records
          .map((record, index) => ({ index, record }))
          .filter(({ index, record }) => index >= from && record.kind === kind)
          .slice(0, limit),
    },
    isStandstill: () => false,
    alarms: { raise: (kind, _agent, text) => void alarms.set(kind, text), end: (kind) => void alarms.delete(kind) },
    known: (secrets) => {
      known = secrets;
    },
    agentName: (id) => (id === 'agent_aaaaaaaa' ? 'claude' : null),
  });
  const close = async () => {
    await vault[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  };
  return {
    vault,
    clock,
    records,
    alarms,
    ledger,
    known: () => known,
    reopen: async () => {
      await close();
      return room(folder, records, clock);
    },
    [Symbol.asyncDispose]: close,
  };
}

const settings = { uses: [HOST], note: '', expiresAt: null, rotateAfterDays: null, canary: false, planted: [] };
const MODEL = { kind: 'model', agent: 'agent_aaaaaaaa' } as const;
const request = (more: Partial<SecretRequest> = {}): SecretRequest => ({
  name: 'KEY',
  by: MODEL,
  host: 'api.example.org',
  ...more,
});

test('a value is given after its use is in the ledger, and counted', async () => {
  await using it = await room();
  await it.vault.add({ ...settings, name: 'KEY', value: VALUE }, 'person:local');
  it.ledger.before = async () => {
    expect(it.records.some((record) => record.kind === 'secret' && record.change === 'used')).toBe(false);
  };
  it.clock.advance(5);
  expect(await it.vault.useSecret(request())).toEqual({ ok: true, value: VALUE });
  const used = it.records.at(-1);
  expect(used).toMatchObject({ kind: 'secret', change: 'used', by: 'model:agent_aaaaaaaa', host: 'api.example.org' });
  expect(used).toMatchObject({ fingerprint: it.vault.list()[0]?.fingerprint });
  const lastUsed = { at: it.clock.now(), by: 'model:agent_aaaaaaaa', host: 'api.example.org' };
  expect(it.vault.list()).toMatchObject([{ timesUsed: 1, lastUsed }]);
  expect(JSON.stringify(it.records)).not.toContain(VALUE);
  // Counted again from the ledger, whether or not there was time to write it down.
  await using again = await it.reopen();
  expect(again.vault.list()).toMatchObject([{ timesUsed: 1, lastUsed }]);
});

test('nothing is given where its use cannot be recorded', async () => {
  await using it = await room();
  await it.vault.add({ ...settings, name: 'KEY', value: VALUE }, 'person:local');
  it.ledger.works = false;
  expect(await it.vault.useSecret(request())).toMatchObject({ ok: false, why: 'not-recorded' });
  expect(await it.vault.add({ ...settings, name: 'TWO', value: VALUE }, 'x')).toMatchObject({ code: 'not-recorded' });
  expect(it.vault.list().map(({ name, timesUsed }) => [name, timesUsed])).toEqual([['KEY', 0]]);
});

test('a secret that is removed or rotated while its use is recorded is not given', async () => {
  for (const change of ['remove', 'rotate'] as const) {
    await using it = await room();
    await it.vault.add({ ...settings, name: 'KEY', value: VALUE }, 'person:local');
    let changing: Promise<unknown> = Promise.resolve();
    it.ledger.before = async () => {
      it.ledger.before = async () => undefined;
      changing = change === 'remove' ? it.vault.remove('KEY', 'x') : it.vault.rotate('KEY', `${VALUE}-2`, 'x');
      await changing;
    };
    expect(await it.vault.useSecret(request()), change).toMatchObject({ ok: false, why: 'not-allowed' });
    expect(await changing).toMatchObject({ ok: true });
  }
});

test('every refusal says why and what to do, is recorded, and has no value in it', async () => {
  await using it = await room();
  const add = (name: string, more = {}) =>
    it.vault.add({ ...settings, name, value: `${VALUE}-${name}`, ...more }, 'person:local');
  await add('KEY');
  await add('NOWHERE', { uses: [] });
  await add('OVER', { expiresAt: it.clock.now() + 10 });
  await add('TRAP', { canary: true });
  await add('SCRIPT', { uses: [HOST, { kind: 'script', name: 'backup' }] });
  await add('OTHER', { uses: [HOST, { kind: 'agent', name: 'codex' }] });
  await add('MAIL', { uses: [HOST, { kind: 'module', name: 'mail' }] });
  it.clock.advance(10);
  const cases: readonly (readonly [Partial<SecretRequest>, string, RegExp])[] = [
    [{ name: 'MISSING' }, 'unknown', /no such secret/],
    [{ host: 'evil.example' }, 'not-allowed', /may not go to host `evil.example`/],
    [{ host: 'api.example.org:8443' }, 'not-allowed', /may not go to host/],
    [{ host: 'api.example.org.evil.example' }, 'not-allowed', /may not go to host/],
    [{ host: '' }, 'not-allowed', /may not go to host/],
    [{ host: 'API.EXAMPLE.ORG' }, 'not-allowed', /may not go to host/],
    [{ host: '\u001b[2J`evil' }, 'not-allowed', /^secret `KEY` may not go to host `\?\[2J\?evil`$/],
    [{ name: 'NOWHERE' }, 'not-allowed', /may not go to host/],
    [{ name: 'OVER' }, 'expired', /has expired/],
    [{ name: 'TRAP' }, 'canary', /is not for use/],
    [{ name: 'SCRIPT' }, 'not-allowed', /what is no script/],
    [{ name: 'SCRIPT', by: { kind: 'script', name: 'other' } }, 'not-allowed', /script `other`/],
    [{ name: 'SCRIPT', by: { kind: 'module', name: 'backup' } }, 'not-allowed', /what is no script/],
    [{ name: 'OTHER' }, 'not-allowed', /agent `agent_aaaaaaaa`/],
    [{ name: 'MAIL', module: 'calendar' }, 'not-allowed', /module `calendar`/],
  ];
  for (const [more, why, message] of cases) {
    const count = it.records.length;
    const answer = await it.vault.useSecret(request(more));
    expect(answer, JSON.stringify(more)).toMatchObject({ ok: false, why, message: expect.stringMatching(message) });
    expect(answer.ok === false && answer.hint.length, JSON.stringify(more)).toBeGreaterThan(5);
    const [record, ...rest] = it.records.slice(count);
    expect(rest).toEqual([]);
    expect(record).toMatchObject({ kind: 'secret', change: 'refused' });
    expect(JSON.stringify([answer, record])).not.toContain(VALUE);
  }
  // What is no name is not written down: it may be anything.
  const count = it.records.length;
  expect(await it.vault.useSecret(request({ name: `${VALUE} x` }))).toMatchObject({ ok: false, why: 'unknown' });
  expect(it.records.length).toBe(count);
  expect(await it.vault.useSecret(request({ name: 'SCRIPT', by: { kind: 'script', name: 'backup' } }))).toMatchObject({
    ok: true,
  });
  expect(await it.vault.useSecret(request({ name: 'MAIL', module: 'mail' }))).toMatchObject({ ok: true });
});

test('an agent is known by its id and by what a person calls it', () => {
  const secret = (name: string): KeptSecret => ({
    ...settings,
    name: 'KEY',
    value: VALUE,
    former: [],
    createdAt: 0,
    rotatedAt: 0,
    uses: [HOST, { kind: 'agent', name }],
  });
  const allowed = (name: string) => whyNotAllowed(secret(name), request(), () => 'claude') === null;
  expect(['agent_aaaaaaaa', 'claude', 'agent_bbbbbbbb', 'Claude'].map(allowed)).toEqual([true, true, false, false]);
});

test('hosts: a star is what stands below a name, a port is part of it', () => {
  const label = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const secret = (name: string): KeptSecret => ({
    ...settings,
    name: 'KEY',
    value: VALUE,
    former: [],
    createdAt: 0,
    rotatedAt: 0,
    uses: [{ kind: 'host', name }],
  });
  const allowed = (name: string, host: string) => whyNotAllowed(secret(name), request({ host }), () => null) === null;
  fc.assert(
    fc.property(label, label, label, fc.integer({ min: 1, max: 65_535 }), (a, b, c, port) => {
      const name = `${b}.${c}`;
      expect(allowed(`*.${name}`, `${a}.${name}`)).toBe(true);
      expect(allowed(`*.${name}`, `${a}.${a}.${name}`)).toBe(true);
      expect(allowed(`*.${name}`, name)).toBe(false);
      expect(allowed(`*.${name}`, `${a}${name}`)).toBe(false);
      expect(allowed(`*.${name}`, `.${name}`)).toBe(false);
      expect(allowed(`*.${name}`, `${a}.${name}.evil.example`)).toBe(false);
      expect(allowed(`*.${name}`, `${a}.${name}:${port}`)).toBe(false);
      expect(allowed(`*.${name}:${port}`, `${a}.${name}:${port}`)).toBe(true);
      expect(allowed(name, name)).toBe(true);
      expect(allowed(name, `${name}:${port}`)).toBe(false);
      expect(allowed(name, `${a}.${name}`)).toBe(false);
    }),
  );
});

test('everything that was ever a value is known, also when the secret is removed, for as long as somebody may hold it', async () => {
  await using it = await room();
  await it.vault.add({ ...settings, name: 'KEY', value: `${VALUE}-0` }, 'x');
  for (let n = 1; n <= 10; n += 1) {
    await it.vault.rotate('KEY', `${VALUE}-${n}`, 'x');
    expect(it.known().map(({ value }) => value)).toContain(`${VALUE}-${n - 1}`);
  }
  expect(it.known().length, 'the present one and eight before').toBe(9);
  await it.vault.change('KEY', { expiresAt: 1 }, 'x');
  expect(it.known().length, 'what has ended is redacted still').toBe(9);
  await using again = await it.reopen();
  expect(again.known().length).toBe(9);
  await again.vault.remove('KEY', 'x');
  expect(again.known().length, 'somebody may hold one still').toBe(9);
  expect(again.vault.list()).toEqual([]);
  expect(await again.vault.useSecret(request())).toMatchObject({ ok: false, why: 'unknown' });
  // Kept again under another name, it is that one's.
  await again.vault.add({ ...settings, name: 'NEW', value: `${VALUE}-10` }, 'x');
  expect(again.known().filter(({ value }) => value === `${VALUE}-10`)).toEqual([{ name: 'NEW', value: `${VALUE}-10` }]);
  await using third = await again.reopen();
  expect(third.known().length).toBe(9);
  const removed = [{ name: 'KEY', value: VALUE, at: 0 }];
  const known = (now: number) => knownOf({ fingerprintKey: '', generation: 1, secrets: [], removed }, now).length;
  expect([known(90 * DAY - 1), known(90 * DAY)]).toEqual([1, 0]);
});

test('removed values are bounded in number and in size, newest kept', async () => {
  await using it = await room();
  for (let n = 0; n < 70; n += 1) {
    await it.vault.add({ ...settings, name: 'KEY', value: `${VALUE}-${n}` }, 'x');
    await it.vault.remove('KEY', 'x');
  }
  expect(it.known().length).toBe(64);
  expect(it.known().map(({ value }) => value)).toContain(`${VALUE}-69`);
  for (let n = 0; n < 10; n += 1) {
    await it.vault.add({ ...settings, name: 'LONG', value: `${n} ${'long-value-'.repeat(5900)}` }, 'x');
    await it.vault.remove('LONG', 'x');
  }
  expect(it.known().filter(({ name }) => name === 'LONG').length, 'removing makes room').toBeLessThan(10);
});

const sealedOf = (folder: string): string => join(folder, 'state', 'vault', 'vault.sealed');
const OLDER = /an older one than the last that was written/;

test('a vault that somebody puts back while it is open is taken in, told and never written over', async () => {
  const folder = tempFolder();
  await using it = await room(folder);
  await it.vault.add({ ...settings, name: 'KEY', value: VALUE }, 'x');
  const first = readFileSync(sealedOf(folder));
  await it.vault.add({ ...settings, name: 'TWO', value: `${VALUE}-2` }, 'x');
  writeFileSync(sealedOf(folder), first);
  // The very next change is made on what a person put there.
  expect(await it.vault.add({ ...settings, name: 'THREE', value: `${VALUE}-3` }, 'x')).toMatchObject({ ok: true });
  expect(it.vault.list().map(({ name }) => name)).toEqual(['KEY', 'THREE']);
  expect(
    it.known().map(({ value }) => value),
    'what was known is redacted still',
  ).toContain(`${VALUE}-2`);
  const told = it.records.flatMap((record) => (record.kind === 'vault' ? [record.text] : []));
  expect(told).toContainEqual(expect.stringMatching(/^changed from outside; key: file; .*older/));
  expect([...it.alarms], 'a change by a person accepts it').toEqual([]);
  // Nobody asks for anything: the watch finds it.
  writeFileSync(sealedOf(folder), first);
  it.clock.advance(5000);
  await it.vault.backUp('x'.repeat(12), 'x');
  expect(it.vault.list().map(({ name }) => name)).toEqual(['KEY']);
  expect(it.alarms.get('vault-damaged')).toMatch(OLDER);
  // What is no vault is told and left alone; taken away again, all is as before.
  for (const [text, state] of [
    ['nonsense', /cannot be opened/],
    [null, /is gone/],
  ] as const) {
    if (text === null) rmSync(sealedOf(folder));
    else writeFileSync(sealedOf(folder), text);
    expect(await it.vault.add({ ...settings, name: 'FOUR', value: `${VALUE}-4` }, 'x')).toMatchObject({
      code: 'damaged',
    });
    expect(it.vault.state).toMatchObject({ state: 'damaged', text: expect.stringMatching(state) });
    expect(it.alarms.get('vault-damaged')).toMatch(state);
    expect(existsSync(sealedOf(folder)) ? readFileSync(sealedOf(folder), 'utf8') : null).toBe(text);
    expect(it.known().map(({ value }) => value)).toContain(`${VALUE}-3`);
  }
  writeFileSync(sealedOf(folder), first, { mode: 0o600 });
  expect(await it.vault.remove('KEY', 'x')).toMatchObject({ ok: true });
  expect([...it.alarms]).toEqual([]);
});

test('an older vault put back while nothing runs opens with an alarm, until a person changes something', async () => {
  const folder = tempFolder();
  const it = await room(folder);
  await it.vault.add({ ...settings, name: 'KEY', value: VALUE }, 'x');
  const first = readFileSync(sealedOf(folder));
  await it.vault.remove('KEY', 'x');
  await it.vault.add({ ...settings, name: 'TWO', value: `${VALUE}-2` }, 'x');
  const last = readFileSync(sealedOf(folder));
  expect([...it.alarms]).toEqual([]);
  writeFileSync(sealedOf(folder), first);
  const again = await it.reopen();
  expect(again.vault.state.state).toBe('open');
  expect(again.alarms.get('vault-damaged')).toMatch(OLDER);
  expect(again.records.at(-1)).toMatchObject({ kind: 'vault', change: 'opened', text: expect.stringMatching(OLDER) });
  const third = await again.reopen();
  expect(third.alarms.get('vault-damaged'), 'a restart accepts nothing').toMatch(OLDER);
  await third.vault.change('KEY', { note: 'mine' }, 'x');
  expect([...third.alarms]).toEqual([]);
  const fourth = await third.reopen();
  expect([...fourth.alarms]).toEqual([]);
  // As new as the last one, and another all the same.
  await fourth.vault.change('KEY', { note: 'once more' }, 'x');
  writeFileSync(sealedOf(folder), last);
  await using fifth = await fourth.reopen();
  expect(fifth.alarms.get('vault-damaged')).toMatch(/another one than the last/);
});

test('planted secrets are told with every value they have had', async () => {
  await using it = await room();
  const planted = ['/home/me/.aws/credentials'];
  await it.vault.add({ ...settings, name: 'TRAP', value: VALUE, canary: true, planted }, 'x');
  await it.vault.add({ ...settings, name: 'KEY', value: `${VALUE}-2` }, 'x');
  await it.vault.rotate('TRAP', `${VALUE}-3`, 'x');
  expect(it.vault.canaries()).toEqual([
    { name: 'TRAP', value: `${VALUE}-3`, planted },
    { name: 'TRAP', value: VALUE, planted },
  ]);
});

test('an hour later what has ended is told, and recorded once', async () => {
  await using it = await room();
  await it.vault.add({ ...settings, name: 'KEY', value: VALUE, expiresAt: it.clock.now() + DAY }, 'x');
  await it.vault.add({ ...settings, name: 'TURN', value: `${VALUE}-2`, rotateAfterDays: 1 }, 'x');
  expect([...it.alarms]).toEqual([]);
  it.clock.advance(DAY + 3_600_000);
  await it.vault.unlock(null, 'x');
  it.clock.advance(3_600_000);
  await it.vault.unlock(null, 'x');
  expect([...it.alarms]).toEqual([['secret-due', '`KEY` has expired, `TURN` is past its rotation']]);
  const ended = () => it.records.filter((record) => record.kind === 'secret' && record.change === 'expired');
  expect(ended().length).toBe(1);
  await it.vault.rotate('TURN', `${VALUE}-3`, 'x');
  await it.vault.change('KEY', { expiresAt: it.clock.now() + DAY }, 'x');
  expect([...it.alarms]).toEqual([]);
  it.clock.advance(2 * DAY);
  await it.vault.unlock(null, 'x');
  expect(ended().length, 'a new end is a new thing to tell').toBe(2);
});

test('what is refused makes no vault and no key', async () => {
  const folder = tempFolder();
  await using it = await room(folder);
  expect(await it.vault.add({ ...settings, name: 'KEY', value: 'ab' }, 'x')).toMatchObject({ code: 'bad-value' });
  expect(await it.vault.remove('KEY', 'x')).toMatchObject({ code: 'unknown' });
  expect(await it.vault.unlock('x', 'x')).toMatchObject({ code: 'empty' });
  expect(await it.vault.backUp('x'.repeat(12), 'x')).toMatchObject({ code: 'empty' });
  expect(it.vault.state).toEqual({ state: 'empty', key: null, text: '' });
  expect(readdirSync(folder)).toEqual(['state']);
  expect(readdirSync(join(folder, 'state', 'vault'))).toEqual([]);
  expect(it.records).toEqual([]);
});

test('a passphrase can be chosen before there is any secret', async () => {
  const folder = tempFolder();
  await using it = await room(folder);
  const passphrase = 'a long passphrase';
  expect(await it.vault.changeKey({ to: 'passphrase', passphrase }, 'x')).toMatchObject({ ok: true });
  expect(it.vault.state).toMatchObject({ state: 'open', key: 'passphrase' });
  expect(readdirSync(folder)).toEqual(['state']);
  await using again = await it.reopen();
  expect(again.vault.state).toMatchObject({ state: 'locked', key: 'passphrase' });
  expect([...again.alarms.keys()]).toEqual(['vault-locked']);
  expect(await again.vault.useSecret(request())).toMatchObject({ ok: false, why: 'locked' });
  expect(await again.vault.unlock('wrong wrong wrong', 'x')).toMatchObject({ code: 'wrong-passphrase' });
  expect(await again.vault.unlock(passphrase, 'x')).toMatchObject({ code: 'too-soon' });
  again.clock.advance(1000);
  expect(await again.vault.unlock('wrong wrong wrong', 'x')).toMatchObject({ code: 'wrong-passphrase' });
  again.clock.advance(1999);
  expect(await again.vault.unlock(passphrase, 'x')).toMatchObject({ code: 'too-soon' });
  again.clock.advance(1);
  expect(await again.vault.unlock(passphrase, 'x')).toMatchObject({ ok: true });
  const told = again.records.flatMap((record) => (record.kind === 'vault' ? [record.change] : []));
  expect(told).toEqual(['made', 'unlock-failed', 'unlock-failed', 'unlocked']);
});

test('changes of what is kept, without a disk', () => {
  const none: readonly KeptSecret[] = [];
  const added = addSecret(none, { ...settings, name: 'KEY', value: VALUE }, 1);
  if (!added.ok) throw new Error(added.message);
  expect(none).toEqual([]);
  expect(addSecret(added.secrets, { ...settings, name: 'KEY', value: 'another-value' }, 2)).toMatchObject({
    code: 'exists',
  });
  expect(rotateSecret(added.secrets, 'KEY', VALUE, 2)).toMatchObject({ code: 'bad-value' });
  const there = rotateSecret(added.secrets, 'KEY', 'another-value', 2);
  if (!there.ok) throw new Error(there.message);
  const back = rotateSecret(there.secrets, 'KEY', VALUE, 3);
  if (!back.ok) throw new Error(back.message);
  expect(back.secret).toMatchObject({ value: VALUE, former: ['another-value'], createdAt: 1, rotatedAt: 3 });
  expect(removeSecret(back.secrets, 'NONE')).toMatchObject({ code: 'unknown' });
  const trapped = addSecret(added.secrets, { ...settings, name: 'TRAP', value: 'bait-bait-bait', canary: true }, 4);
  if (!trapped.ok) throw new Error(trapped.message);
  expect(rotateSecret(trapped.secrets, 'KEY', 'bait-bait-bait', 5)).toMatchObject({ code: 'exists' });
  expect(rotateSecret(trapped.secrets, 'TRAP', VALUE, 5)).toMatchObject({ code: 'exists' });
  const restored = restoreSecrets(there.secrets, added.secrets, 'replace');
  if (!restored.ok) throw new Error(restored.message);
  expect(restored.secrets).toMatchObject([{ value: VALUE, former: ['another-value'] }]);
});

test('when a secret is due', () => {
  const at = (more: Partial<KeptSecret>, now: number) =>
    dueOf({ ...settings, name: 'K', value: VALUE, former: [], createdAt: 0, rotatedAt: 0, ...more }, now);
  expect(at({}, 1e15)).toBe('no');
  expect([0, 3 * DAY, 10 * DAY - 1, 10 * DAY].map((now) => at({ expiresAt: 10 * DAY }, now))).toEqual([
    'no',
    'soon',
    'soon',
    'expired',
  ]);
  expect([0, 83 * DAY, 90 * DAY].map((now) => at({ rotateAfterDays: 90 }, now))).toEqual(['no', 'soon', 'now']);
  expect(at({ rotateAfterDays: 1, expiresAt: 2 * DAY }, 3 * DAY)).toBe('expired');
});
