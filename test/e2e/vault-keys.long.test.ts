// The key of the vault and the file it opens, each of them wrong in every way: what is locked says so and asks for the right
// thing, what is damaged is never written over, and there is a way back.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { VaultState } from '@castellan/contract';
import {
  bareEnvironment,
  type DaemonOptions,
  type RunningDaemon,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect, onTestFinished } from 'vitest';
import { daemonOnDisk } from './support/daemon-in-mounts.ts';
import { needs } from './support/machine.ts';
import { ofKind, UNHURRIED, until, worldOf } from './support/world.ts';

const VALUE = 'hunter2-hunter2-here';
const PASSPHRASE = 'a passphrase of some length';

const post = (daemon: RunningDaemon, path: string, body: unknown) => daemon.request('POST', path, { body });
async function good<T>(daemon: RunningDaemon, path: string, body: unknown): Promise<T> {
  const { status, text } = await post(daemon, path, body);
  expect(status, text).toBe(200);
  return JSON.parse(text) as T;
}
async function look(daemon: RunningDaemon) {
  const status = await worldOf(daemon).status();
  const { secrets } = (await daemon.request('GET', '/v1/secrets')).json() as { secrets: readonly { name: string }[] };
  return { vault: status.vault, alarms: status.alarms, names: secrets.map(({ name }) => name) };
}
const keysOf = (home: string): string => join(home, '..', '.local', 'share', 'castellan');
const vaultFile = (home: string): string => join(home, 'vault', 'vault.sealed');
const previousFile = (home: string): string => join(home, 'vault', 'vault.previous');

/** A stopped daemon's home with two secrets in its vault; the generation before has one. */
async function usedHome(options: DaemonOptions = {}): Promise<string> {
  const daemon = await startDaemon(options);
  await good(daemon, '/v1/secrets', { name: 'FIRST', value: VALUE });
  await good(daemon, '/v1/secrets', { name: 'SECOND', value: `${VALUE}-2` });
  await daemon.stop();
  return daemon.home;
}

verifies(
  ['X1'],
  'a vault that is cut, changed, of another version or not ours is damaged: told, kept, and taken back',
  async () => {
    const home = await usedHome();
    const file = vaultFile(home);
    const whole = readFileSync(file, 'utf8');
    const end = whole.indexOf('\n');
    const cases: readonly (readonly [string, string | (() => void), RegExp])[] = [
      ['empty', '', /cut short/],
      ['cut in its header', whole.slice(0, end - 10), /cut short/],
      ['cut in its body', whole.slice(0, -40), /cut short/],
      ['without its last byte', whole.slice(0, -1), /cut short/],
      [
        'with a byte changed',
        `${whole.slice(0, end + 30)}${whole[end + 30] === 'A' ? 'B' : 'A'}${whole.slice(end + 31)}`,
        /changed or damaged/,
      ],
      ['with its header changed', whole.replace('"length":', '"length" :'), /changed or damaged/],
      ['of another version', whole.replace('castellan/vault/v1', 'castellan/vault/v2'), /not `castellan\/vault\/v1`/],
      ['something else', 'hello\n', /no `castellan\/vault\/v1`/],
      ['gone', () => rmSync(file), /is gone/],
      [
        'a link',
        () => {
          renameSync(file, `${file}.elsewhere`);
          symlinkSync(`${file}.elsewhere`, file);
        },
        /symbolic link/,
      ],
      ['with a second name', () => linkSync(file, `${file}.twin`), /more than one name/],
      [
        'a folder',
        () => {
          rmSync(file);
          mkdirSync(file);
        },
        /is no file/,
      ],
    ];
    for (const [what, change, expected] of cases) {
      rmSync(file, { force: true, recursive: true });
      writeFileSync(file, whole, { mode: 0o600 });
      if (typeof change === 'string') writeFileSync(file, change);
      else change();
      const left = existsSync(file) && what !== 'a folder' ? readFileSync(file, 'utf8') : null;
      await using daemon = await startDaemon({ home });
      const { vault, alarms, names } = await look(daemon);
      expect(vault.state, what).toBe('damaged');
      expect(vault.text, what).toMatch(expected);
      expect(alarms, what).toMatchObject([{ kind: 'vault-damaged', text: vault.text }]);
      expect(alarms[0]?.hint, what).toContain('`castellan secrets recover previous`');
      expect(names, what).toEqual([]);
      const refused = await post(daemon, '/v1/secrets', { name: 'THIRD', value: VALUE });
      expect([refused.status, refused.text.includes(VALUE)], what).toEqual([409, false]);
      expect((await post(daemon, '/v1/vault/unlock', { passphrase: 'x' })).status, what).toBe(409);
      expect((await post(daemon, '/v1/vault/key', { to: 'file' })).status, what).toBe(409);
      if (left !== null) expect(readFileSync(file, 'utf8'), what).toBe(left);
      await daemon.stop();
      for (const name of ['elsewhere', 'twin']) rmSync(`${file}.${name}`, { force: true });
    }
    // The way back: one change is lost, and what was damaged is still there.
    rmSync(file, { force: true, recursive: true });
    writeFileSync(file, whole.slice(0, -40), { mode: 0o600 });
    await using daemon = await startDaemon({ home });
    expect(await good<VaultState>(daemon, '/v1/vault/recover', { from: 'previous' })).toEqual({
      state: 'open',
      key: 'file',
      text: '',
    });
    expect(await look(daemon)).toMatchObject({ names: ['FIRST'], alarms: [] });
    expect(readFileSync(`${file}.damaged-1`, 'utf8')).toBe(whole.slice(0, -40));
    await good(daemon, '/v1/secrets', { name: 'THIRD', value: VALUE });
    expect(ofKind(await worldOf(daemon).records(), 'vault').at(-1)).toMatchObject({
      change: 'recovered',
      by: 'person:mia',
    });
  },
  { timeout: 180_000 },
);

verifies(['X1'], 'where nothing is whole a new vault can begin, and what was there is put aside', async () => {
  const home = await usedHome();
  truncateSync(vaultFile(home), 50);
  truncateSync(previousFile(home), 50);
  await using daemon = await startDaemon({ home });
  expect((await post(daemon, '/v1/vault/recover', { from: 'previous' })).status).toBe(409);
  expect((await good<VaultState>(daemon, '/v1/vault/recover', { from: 'nothing' })).state).toBe('empty');
  await good(daemon, '/v1/secrets', { name: 'FRESH', value: VALUE });
  await good(daemon, '/v1/secrets', { name: 'NEXT', value: `${VALUE}-3` });
  expect((await look(daemon)).names).toEqual(['FRESH', 'NEXT']);
  expect(readdirSync(join(home, 'vault')).toSorted()).toEqual([
    'vault.previous',
    'vault.previous.damaged-1',
    'vault.sealed',
    'vault.sealed.damaged-1',
  ]);
});

verifies(
  ['X1'],
  'a key file that is gone, another one, no key or open to others leaves the vault locked',
  async () => {
    const home = await usedHome();
    const folder = keysOf(home);
    const [name = ''] = readdirSync(folder);
    const path = join(folder, name);
    const key = readFileSync(path, 'utf8');
    const cases: readonly (readonly [string, () => void, RegExp])[] = [
      ['gone', () => rmSync(path), /is not there/],
      ['another key', () => writeFileSync(path, `${'ab'.repeat(32)}\n`), /another one/],
      ['no key', () => writeFileSync(path, 'hello'), /holds no key/],
      ['open to others', () => chmodSync(path, 0o644), /can be read by others \(mode 644\)/],
      [
        'a link',
        () => {
          rmSync(path);
          symlinkSync('/dev/zero', path);
        },
        /symbolic link/,
      ],
    ];
    for (const [what, change, expected] of cases) {
      rmSync(path, { force: true });
      writeFileSync(path, key, { mode: 0o600 });
      change();
      await using daemon = await startDaemon({ home });
      const { vault, alarms, names } = await look(daemon);
      expect([vault.state, vault.key, names], what).toEqual(['locked', 'file', []]);
      expect(vault.text, what).toMatch(expected);
      expect(alarms, what).toMatchObject([{ kind: 'vault-locked' }]);
      expect((await post(daemon, '/v1/secrets', { name: 'THIRD', value: VALUE })).status, what).toBe(409);
      // Put back while it runs: looked for again when somebody says so.
      rmSync(path, { force: true });
      writeFileSync(path, key, { mode: 0o600 });
      expect((await good<VaultState>(daemon, '/v1/vault/unlock', {})).state, what).toBe('open');
      expect(await look(daemon), what).toMatchObject({ names: ['FIRST', 'SECOND'], alarms: [] });
      await daemon.stop();
    }
  },
  { timeout: 120_000 },
);

verifies(
  ['X1'],
  'a vault with a passphrase starts locked, opens with it alone, and makes guessing slow',
  async () => {
    const home = await usedHome();
    {
      await using daemon = await startDaemon({ home });
      const changed = await good<VaultState>(daemon, '/v1/vault/key', { to: 'passphrase', passphrase: PASSPHRASE });
      expect(changed).toEqual({ state: 'open', key: 'passphrase', text: '' });
      expect(readdirSync(keysOf(home)), 'the old key is gone').toEqual([]);
      expect(readFileSync(previousFile(home), 'utf8'), 'nothing is left that the old key opens').toContain(
        '"passphrase"',
      );
      await daemon.kill();
    }
    await using daemon = await startDaemon({ home });
    expect(await look(daemon)).toMatchObject({
      vault: { state: 'locked', key: 'passphrase', secrets: 0 },
      alarms: [{ kind: 'vault-locked', hint: '`castellan secrets unlock` asks for it' }],
      names: [],
    });
    expect((await post(daemon, '/v1/vault/backup', { passphrase: PASSPHRASE })).status).toBe(409);
    const wrong = await post(daemon, '/v1/vault/unlock', { passphrase: 'not the passphrase' });
    expect(wrong.status).toBe(400);
    expect(wrong.text).not.toContain('not the passphrase');
    const soon = await post(daemon, '/v1/vault/unlock', { passphrase: PASSPHRASE });
    expect([soon.status, soon.text.includes('a moment ago')], 'even the right one waits').toEqual([409, true]);
    const opened = await until('the wait is over', async () => {
      const answer = await post(daemon, '/v1/vault/unlock', { passphrase: PASSPHRASE });
      return answer.status === 200 ? (answer.json() as VaultState) : undefined;
    });
    expect(opened).toEqual({ state: 'open', key: 'passphrase', text: '' });
    expect(await look(daemon)).toMatchObject({ names: ['FIRST', 'SECOND'], alarms: [] });
    const changes = ofKind(await worldOf(daemon).records(), 'vault').map(({ change }) => change);
    expect(changes).toEqual(['made', 'opened', 'key-changed', 'unlock-failed', 'unlocked']);
    expect(JSON.stringify(await worldOf(daemon).records())).not.toContain('passphrase of some');
    // And back: a key file again, which is another one than before.
    expect((await good<VaultState>(daemon, '/v1/vault/key', { to: 'file' })).key).toBe('file');
    expect(readdirSync(keysOf(home)).length).toBe(1);
  },
  { timeout: 120_000 },
);

verifies(
  ['X1'],
  'a service gives its passphrase in a file, which must be its own',
  async () => {
    const folder = tempFolder();
    const file = join(folder, 'passphrase');
    writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 });
    const env = { CASTELLAN_VAULT_PASSPHRASE_FILE: file };
    const home = await usedHome({ env });
    expect(existsSync(keysOf(home))).toBe(false);
    {
      await using daemon = await startDaemon({ home, env });
      expect(await look(daemon)).toMatchObject({
        vault: { state: 'open', key: 'passphrase' },
        names: ['FIRST', 'SECOND'],
      });
    }
    const cases: readonly (readonly [string, () => void, RegExp])[] = [
      ['wrong', () => writeFileSync(file, 'something else\n'), /passphrase is wrong/],
      ['empty', () => writeFileSync(file, '\n'), /is empty/],
      ['open to others', () => chmodSync(file, 0o640), /can be read by others/],
      ['gone', () => rmSync(file), /is not there/],
    ];
    for (const [what, change, expected] of cases) {
      change();
      await using daemon = await startDaemon({ home, env });
      const { vault } = await look(daemon);
      expect(vault.state, what).toBe('locked');
      expect(vault.text, what).toMatch(expected);
      // What somebody types is taken all the same.
      expect((await good<VaultState>(daemon, '/v1/vault/unlock', { passphrase: PASSPHRASE })).state, what).toBe('open');
    }
  },
  { timeout: 120_000 },
);

verifies(
  ['X1'],
  'SIGKILL in the middle of a change of key leaves a vault that one of the two keys opens',
  async () => {
    const home = await usedHome();
    for (let round = 0; round < 5; round += 1) {
      const daemon = await startDaemon({ home });
      expect(await look(daemon), `round ${round}`).toMatchObject({
        vault: { state: 'open' },
        names: ['FIRST', 'SECOND'],
      });
      let changes = 0;
      let ended = false;
      const changing = (async () => {
        while (!ended) {
          const answer = await post(daemon, '/v1/vault/key', { to: 'file' }).catch(() => null);
          if (answer === null) return;
          changes += 1;
        }
      })();
      await until('some changes', () => (changes > 3 ? true : undefined));
      await new Promise((resolve) => setTimeout(resolve, round * 5));
      await daemon.kill();
      ended = true;
      await changing;
    }
    await using daemon = await startDaemon({ home });
    expect(await look(daemon)).toMatchObject({
      vault: { state: 'open', key: 'file' },
      names: ['FIRST', 'SECOND'],
      alarms: [],
    });
  },
  { timeout: 120_000 },
);

verifies(['X1'], 'a key file is never written into the state folder', async () => {
  const home = join(tempFolder(), 'state');
  mkdirSync(home, { mode: 0o700 });
  symlinkSync(home, `${home}-link`);
  for (const data of [home, join(home, 'data'), `${home}-link`]) {
    await using daemon = await startDaemon({ home, env: { XDG_DATA_HOME: data } });
    const refused = await post(daemon, '/v1/secrets', { name: 'MAIL', value: VALUE });
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('lies in the state folder')]);
    // Nor is a passphrase taken from there.
    await using service = await startDaemon({
      home: `${home}-service`,
      env: { CASTELLAN_VAULT_PASSPHRASE_FILE: join(`${home}-service`, 'passphrase') },
    });
    writeFileSync(join(service.home, 'passphrase'), `${PASSPHRASE}\n`, { mode: 0o600 });
    const unsafe = await post(service, '/v1/secrets', { name: 'MAIL', value: VALUE });
    expect([unsafe.status, unsafe.text]).toEqual([409, expect.stringContaining('lies in the state folder')]);
    expect((await look(daemon)).vault.state).toBe('empty');
    await daemon.stop();
    expect(
      readdirSync(home, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.key'))
        .toSorted(),
    ).toEqual(['daemon/digest.key', 'daemon/ledger.key']);
  }
});

const BUS = 'dbus-daemon';
const RING = 'gnome-keyring-daemon';

const keychain = (): { readonly skip: boolean } => {
  const missing = [BUS, RING].filter((name) => spawnSync('which', [name]).status !== 0);
  if (missing.length > 0) process.stdout.write(`skipped: this machine has no ${missing.join(' and no ')}\n`);
  return { skip: missing.length > 0 };
};

/** A session bus with an unlocked keychain on it, of our own and gone after the test. */
async function keychainSession(home: string): Promise<Readonly<Record<string, string>>> {
  const bus = spawn(BUS, ['--session', '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void bus.kill());
  const [address] = (await once(bus.stdout, 'data')) as [Buffer];
  const env = { DBUS_SESSION_BUS_ADDRESS: address.toString('utf8').trim() };
  const ring = spawn(RING, ['--foreground', '--unlock', '--components=secrets'], {
    env: { ...bareEnvironment(home), ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  onTestFinished(() => void ring.kill());
  ring.stdin.end('the password of the login');
  await once(ring.stdout, 'data');
  return env;
}

verifies(
  ['X1'],
  'the keychain is the first choice: it keeps the key, and without it the vault stays locked',
  async () => {
    const home = join(tempFolder(), 'state');
    const session = await keychainSession(join(home, '..'));
    {
      await using daemon = await startDaemon({ home, env: session });
      await good(daemon, '/v1/secrets', { name: 'MAIL', value: VALUE });
      expect((await look(daemon)).vault).toMatchObject({ state: 'open', key: 'keychain' });
      expect(existsSync(keysOf(home)), 'no key file').toBe(false);
    }
    {
      await using daemon = await startDaemon({ home });
      const { vault, alarms } = await look(daemon);
      expect(vault).toMatchObject({ state: 'locked', key: 'keychain' });
      expect(alarms).toMatchObject([{ kind: 'vault-locked' }]);
    }
    await using daemon = await startDaemon({ home, env: session });
    expect(await look(daemon)).toMatchObject({ vault: { state: 'open', key: 'keychain' }, names: ['MAIL'] });
    expect((await good<VaultState>(daemon, '/v1/vault/key', { to: 'file' })).key).toBe('file');
    expect((await good<VaultState>(daemon, '/v1/vault/key', { to: 'keychain' })).key).toBe('keychain');
    expect(readdirSync(keysOf(home)), 'the key file is gone again').toEqual([]);
  },
  { timeout: 120_000, ...keychain() },
);

verifies(
  ['X1', 'N5'],
  'on a disk that is full a change is refused, and the vault is as it was in memory and on disk',
  async () => {
    const data = tempFolder();
    const opened = await daemonOnDisk(6000, JSON.stringify({ schema: 'castellan/config/v1', limits: UNHURRIED }), {
      XDG_DATA_HOME: data,
    });
    await using daemon = opened.daemon;
    const { folder } = opened;
    await good(daemon, '/v1/secrets', { name: 'FIRST', value: VALUE });
    const before = readFileSync(vaultFile(folder), 'utf8');
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(1_500_000));
    // Values of 64 KiB, until the vault does not fit any more; the ledger's journal has its space already.
    const added: string[] = ['FIRST'];
    let refusal = '';
    for (let n = 0; refusal === '' && n < 60; n += 1) {
      const name = `BIG_${String(n).padStart(2, '0')}`;
      const answer = await post(daemon, '/v1/secrets', { name, value: `${n}`.padEnd(65_000, `${n}-pad `) });
      if (answer.status === 200) added.push(name);
      else refusal = answer.text;
    }
    expect(refusal).toContain('the disk is full; the vault is as it was');
    expect(added.length).toBeGreaterThan(3);
    expect((await look(daemon)).names.toSorted()).toEqual(added.toSorted());
    expect(readdirSync(join(folder, 'vault')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const stands = readFileSync(vaultFile(folder), 'utf8');
    expect(stands).not.toBe(before);
    // With some space again it goes on as if nothing had been.
    rmSync(filler);
    await good(daemon, '/v1/secrets', { name: 'AFTER', value: VALUE.toUpperCase() });
    expect((await look(daemon)).names.toSorted()).toEqual([...added, 'AFTER'].toSorted());
  },
  { timeout: 120_000, ...needs('root', 'namespace') },
);
