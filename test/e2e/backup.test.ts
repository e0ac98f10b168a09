// One life of a state: copied while calls run, verified elsewhere, restored on another machine, moved aside, upgraded, refused by
// an older program, and made again from its ledger. Each step by the real command and the real daemon.
import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BackupMade, BackupsView, CopyVerified, Restored } from '@castellan/contract';
import {
  bareEnvironment,
  type DaemonOptions,
  inRoot,
  type ProcessResult,
  runProcess,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { refusedStart } from './support/refused-start.ts';
import { until, type World, worldOf } from './support/world.ts';

const PASSPHRASE = 'a copy wants a long one';
const SECRET = 'hunter2-hunter2-here';
/** Calls of the agent at what was moved aside. */
const REFUSED = 9;
const PROGRAM = inRoot('packages', 'cli', 'bin', 'castellan.mjs');

const startWorld = async (options: DaemonOptions): Promise<World> => worldOf(await startDaemon(options));
const environment = (home: string) => ({ ...bareEnvironment(dirname(home)), CASTELLAN_HOME: home });
const castellan = (home: string, args: readonly string[], input = ''): Promise<ProcessResult> =>
  runProcess(process.execPath, [PROGRAM, ...args], { cwd: dirname(home), env: environment(home), input });
async function good<T>(home: string, args: readonly string[], input = PASSPHRASE): Promise<T> {
  const { code, stdout, stderr } = await castellan(home, [...args, '--json'], input);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}
const post = async (it: World, path: string, body: unknown): Promise<unknown> => {
  const { status, text } = await it.daemon.request('POST', path, { body });
  expect(status, text).toBe(200);
  return JSON.parse(text);
};
const changes = async (it: World): Promise<readonly string[]> =>
  (await it.records('kind:daemon')).flatMap((record) => (record.kind === 'daemon' ? [record.change] : []));
const sql = (home: string, text: string): void => {
  const database = new DatabaseSync(join(home, 'castellan.db'));
  database.exec(text);
  database.close();
};
const asideOf = (home: string): readonly string[] =>
  readdirSync(dirname(home)).filter((name) => name.startsWith(`${basename(home)}.before-restore-`));

describe('copies of a state', () => {
  const machine = tempFolder();
  const home = join(machine, 'state');
  const copy = join(machine, 'everything.copy');
  let credential = '';

  verifies(['R3'], 'is made while calls run, is read back, and holds no more than it says', async () => {
    {
      await using first = await startWorld({
        home,
        config: { deny: ['mail/send'], backups: { every: '1d', passphrase: 'COPY_PHRASE', keep: 1 } },
      });
      // Nobody has put the passphrase in yet: a copy that is due and not made is told.
      await until('the alarm', async () =>
        (await first.status()).alarms.some(({ kind }) => kind === 'backup-failed') ? true : undefined,
      );
      await post(first, '/v1/secrets', { name: 'TOKEN', value: SECRET });
      const uses = [{ kind: 'module', name: 'backups' }];
      await post(first, '/v1/secrets', { name: 'COPY_PHRASE', value: PASSPHRASE, uses });
    }
    // Another state's, by its name, and the file of somebody else: both stay.
    const folder = join(machine, '.local/share/castellan/castellan-backups');
    mkdirSync(folder, { recursive: true });
    const theirs = 'castellan-00000000-20200101T000000Z.copy';
    for (const name of [theirs, 'mine.copy']) writeFileSync(join(folder, name), 'x');
    await using it = await startWorld({ home });
    const own = await until('the one that is due', async () => {
      const view = (await it.daemon.request('GET', '/v1/backups')).json() as BackupsView;
      return view.last === null || view.copies.length > 1 ? undefined : view;
    });
    expect(own).toMatchObject({ failed: null, copies: [{ file: own.last?.file }], others: 1 });
    expect(readdirSync(folder).sort()).toEqual([theirs, basename(own.last?.file ?? ''), 'mine.copy']);
    expect((await it.status()).alarms).toEqual([]);
    const agent = await it.connect('claude');
    ({ credential } = agent);
    const calls = Array.from({ length: 60 }, (_, n) => agent.pre('Read', { file_path: `/tmp/${n}` }, { id: `c${n}` }));
    const [made] = (await Promise.all([
      post(it, '/v1/backups', { out: copy, passphrase: PASSPHRASE }),
      ...calls,
    ])) as unknown as [BackupMade];
    expect(made).toMatchObject({ file: copy, vault: 'passphrase' });
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    expect(await changes(it)).toContain('copied');
    // What is in it is in no form that can be read, and nothing half made is left.
    expect(readFileSync(copy).includes(SECRET)).toBe(false);
    expect(readdirSync(machine).filter((name) => name.endsWith('.part'))).toEqual([]);
    expect(existsSync(join(home, 'daemon', 'copy.db'))).toBe(false);

    for (const [body, status] of [
      [{ out: copy, passphrase: PASSPHRASE }, 400],
      [{ out: join(home, 'within.copy'), passphrase: PASSPHRASE }, 400],
      [{ out: `${machine}/./state/../state/ledger/within.copy`, passphrase: PASSPHRASE }, 400],
      [{ out: 'relative.copy', passphrase: PASSPHRASE }, 400],
      [{ out: join(machine, 'short.copy'), passphrase: 'short' }, 400],
    ] as const)
      expect((await it.daemon.request('POST', '/v1/backups', { body })).status, JSON.stringify(body)).toBe(status);
    // Whoever chooses the passphrase could read the vault: a person's, and no program's.
    for (const token of [it.daemon.state.token, credential]) {
      const body = { out: join(machine, 'theirs.copy'), passphrase: PASSPHRASE };
      expect((await it.daemon.request('POST', '/v1/backups', { body, token })).status).toBe(403);
    }

    const verified = await good<CopyVerified>(home, ['backup', 'verify', copy]);
    expect(verified).toMatchObject({ kind: 'verified', records: made.records, root: made.root, files: made.files });
    const wrong = await castellan(home, ['backup', 'verify', copy], 'another passphrase');
    expect([wrong.code, wrong.stderr]).toEqual([64, expect.stringContaining('the passphrase is not that of the copy')]);
    // On what a daemon runs nothing is put.
    const busy = await castellan(home, ['restore', copy, '--replace', '--yes'], PASSPHRASE);
    expect([busy.code, busy.stderr]).toEqual([1, expect.stringContaining('another daemon uses')]);
  });

  verifies(
    ['R3'],
    'opens on another machine: people, rules and secrets are there, and no program gets in',
    async () => {
      const other = join(tempFolder(), 'elsewhere', 'state');
      mkdirSync(dirname(other));
      // Beside the state that is there: what comes next is said of the one that was restored.
      const told = await castellan(home, ['restore', copy, '--to', other], PASSPHRASE);
      expect(told.code, told.stderr).toBe(0);
      expect(told.stdout).toContain(`export CASTELLAN_HOME='${other}'`);
      expect(told.stdout).toContain('castellan secrets unlock');
      expect(statSync(other).mode & 0o777).toBe(0o700);
      const again = await castellan(other, ['restore', copy], PASSPHRASE);
      expect([again.code, again.stderr]).toEqual([64, expect.stringContaining('--replace')]);

      // The person of the tests signs in with the password they had.
      await using it = await startWorld({ home: other });
      const status = await it.status();
      expect(status.vault).toMatchObject({ state: 'locked', key: 'passphrase' });
      await post(it, '/v1/vault/unlock', { passphrase: PASSPHRASE });
      const { secrets } = (await it.daemon.request('GET', '/v1/secrets')).json() as { secrets: { name: string }[] };
      expect(secrets.map(({ name }) => name)).toEqual(['COPY_PHRASE', 'TOKEN']);
      const policy = (await it.daemon.request('GET', '/v1/policy')).json() as { deny: readonly string[] };
      expect(policy.deny).toEqual(['mail/send']);
      const gone = await it.daemon.request('POST', '/v1/calls', { body: {}, token: credential });
      expect(gone.status).toBe(401);
      expect(await it.verify()).toMatchObject({ kind: 'verified' });
      const [restored] = (await it.records('kind:daemon')).filter(
        (record) => record.kind === 'daemon' && record.change === 'restored',
      );
      expect(restored).toMatchObject({ text: expect.stringContaining('1 agents') });
      expect(existsSync(join(other, 'daemon', 'restored.json'))).toBe(false);
    },
  );

  verifies(
    ['R3', 'G-C04'],
    'with --replace what was there is moved aside, closed to agents, and a panic goes on',
    async () => {
      const panic = join(home, 'daemon', 'panic.json');
      writeFileSync(panic, '{"nobody":"believes this"}', { mode: 0o600 });
      const restored = await good<Restored>(home, ['restore', copy, '--replace', '--yes']);
      expect(restored).toMatchObject({ kind: 'restored', home, panic: true });
      expect(readFileSync(panic, 'utf8')).toContain('believes');
      const [aside = ''] = asideOf(home);
      expect(restored.aside).toBe(join(machine, aside));
      expect(statSync(join(machine, aside)).mode & 0o777).toBe(0o700);
      expect(existsSync(join(machine, aside, 'castellan.db'))).toBe(true);
      // One whose file is gone stands in the database still, as a start would find it.
      rmSync(panic);
      sql(home, "INSERT OR REPLACE INTO meta (key, value) VALUES ('panic', 'declared')");
      expect(await good<Restored>(home, ['restore', copy, '--replace', '--yes'])).toMatchObject({ panic: true });
      expect(existsSync(panic)).toBe(true);
      // What another test is about.
      rmSync(panic);

      await using it = await startWorld({ home });
      // Its time had come, and now there is a passphrase: the vault is to be opened for it.
      await post(it, '/v1/vault/unlock', { passphrase: PASSPHRASE });
      const agent = await it.connect('claude');
      const place = join(machine, aside);
      const half = join(machine, '.state.restoring-0011223344556677');
      for (const [tool, input] of [
        ['Read', { file_path: join(place, 'config.yaml') }],
        ['Write', { file_path: join(place, 'config.yaml'), content: 'x' }],
        ['Read', { file_path: join(half, 'castellan.db') }],
        ['Bash', { command: `cat ${place}/daemon/ledger.key` }],
        ['Bash', { command: `cp ${place}/castellan.db /tmp/mine.db` }],
        ['Bash', { command: `rm -rf ${place}` }],
        ['Bash', { command: `mv ${half} ${home}` }],
        ['Bash', { command: `cd ${machine} && cat ./state.before*/vault/vault.sealed` }],
        ['Read', { file_path: join(machine, '.local/share/castellan/castellan-backups/x.copy') }],
      ] as const)
        expect((await agent.pre(tool, input)).verdict, JSON.stringify(input)).toBe('deny');
      for (const args of [['restore', copy, '--replace', '--yes'], ['backup'], ['recover-database', '--yes']]) {
        const env = { ...environment(home), CLAUDECODE: '1' };
        const refused = await runProcess(process.execPath, [PROGRAM, ...args], { env, input: PASSPHRASE });
        expect(refused.code, args[0]).toBe(2);
      }
    },
  );

  verifies(['R3'], 'a restore that is killed leaves the state as it was, or none that opens', async () => {
    // On a state of its own: nobody can say at which moment it dies, and one of them is after the end.
    const place = tempFolder();
    const own = join(place, 'state');
    cpSync(home, own, { recursive: true, verbatimSymlinks: true });
    const keyIn = (folder: string): string => readFileSync(join(folder, 'ledger', 'vkey'), 'utf8');
    const before = { key: keyIn(own), folder: statSync(own).ino };
    const child = spawn(process.execPath, [PROGRAM, 'restore', copy, '--replace', '--yes'], {
      env: environment(own),
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    child.stdin.end(PASSPHRASE);
    const left = () => readdirSync(place).filter((name) => name.startsWith('.state.restoring-'));
    await until('a folder that is being unpacked, or the end', () =>
      left().length > 0 || child.exitCode !== null ? true : undefined,
    );
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    await until('its end', () => (child.exitCode !== null || child.signalCode !== null ? true : undefined));
    // Whatever the moment: what was there is there, in its place or aside, and no half of another is in its place.
    const [aside] = asideOf(own);
    const old = aside === undefined ? own : join(place, aside);
    expect({ key: keyIn(old), folder: statSync(old).ino }).toEqual(before);
    if (existsSync(own)) expect(keyIn(own)).toBe(before.key);
    else expect((await refusedStart({ home: own })).stderr).toContain(left()[0]);
    for (const name of left()) rmSync(join(place, name), { recursive: true, maxRetries: 5 });

    // The last moment there is: the old one aside, the new one not yet in its place.
    const half = join(place, '.state.restoring-0011223344556677');
    if (existsSync(own)) renameSync(own, `${own}.before-restore-x`);
    mkdirSync(half);
    const ended = await refusedStart({ home: own });
    expect(ended.stderr).toContain(half);
    expect(existsSync(own)).toBe(false);
    const again = await castellan(own, ['restore', copy], PASSPHRASE);
    expect([again.code, again.stderr]).toEqual([64, expect.stringContaining(`rm -r '${half}'`)]);
  });

  verifies(
    ['P8', 'R4'],
    'an upgrade copies first; one that fails changes nothing; an older program is refused',
    async () => {
      sql(home, "UPDATE meta SET value = '9.0.0' WHERE key = 'program'");
      const bytes = readFileSync(join(home, 'castellan.db'));
      const newer = await refusedStart({ home });
      expect([newer.code, newer.stderr]).toEqual([64, expect.stringContaining('was written by Castellan 9.0.0')]);
      expect(readFileSync(join(home, 'castellan.db')).equals(bytes)).toBe(true);
      const older = await castellan(home, ['restore', join(home, 'upgrades', 'none.copy'), '--replace', '--yes'], ' ');
      expect([older.code, older.stderr]).toEqual([1, expect.stringContaining('there is no copy at')]);

      // A step that cannot be taken: what has to go is no table.
      sql(
        home,
        `UPDATE meta SET value = '0.0.9' WHERE key = 'program'; UPDATE meta SET value = '1' WHERE key = 'schema';
       ALTER TABLE records RENAME TO kept; CREATE VIEW records AS SELECT 1 AS one`,
      );
      const failed = await refusedStart({ home });
      expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining('the state is as it was')]);
      // A service starts it over and over: one copy of one state, and the first of them.
      const [once, ...others] = readdirSync(join(home, 'upgrades'));
      expect([once, others]).toEqual(['before-0.1.0.copy', []]);
      await refusedStart({ home });
      expect(readdirSync(join(home, 'upgrades'))).toEqual([once]);
      const database = new DatabaseSync(join(home, 'castellan.db'), { readOnly: true });
      expect(database.prepare("SELECT value FROM meta WHERE key = 'schema'").get()).toEqual({ value: '1' });
      database.close();
      sql(home, 'DROP VIEW records; ALTER TABLE kept RENAME TO records');

      {
        await using it = await startWorld({ home });
        expect(await changes(it)).toContain('upgraded');
        const policy = (await it.daemon.request('GET', '/v1/policy')).json() as { deny: readonly string[] };
        expect(policy.deny).toEqual(['mail/send']);
        // Its passphrase is in the vault by now, and the start found that one was due.
        await post(it, '/v1/vault/unlock', { passphrase: PASSPHRASE });
      }
      const copies = readdirSync(join(home, 'upgrades'));
      expect(copies).toEqual(['before-0.1.0.copy']);
      // The way back: the copy opens beside the state it is of, without a passphrase.
      const back = await good<Restored>(
        home,
        [
          'restore',
          join(home, 'upgrades', copies.sort().at(-1) ?? ''),
          '--replace',
          '--yes',
          '--passphrase-file',
          emptyFile,
        ],
        '',
      );
      expect(back.about).toMatchObject({ version: '0.0.9', reason: 'upgrade' });
    },
  );

  const emptyFile = join(machine, 'nothing');
  writeFileSync(emptyFile, 'unused\n');

  verifies(
    ['R3'],
    'a database that is damaged or gone is refused with the way on, and made again from the ledger',
    async () => {
      const gone = join(machine, 'gone');
      cpSync(home, gone, { recursive: true, verbatimSymlinks: true });
      for (const end of ['', '-wal', '-shm']) rmSync(join(gone, `castellan.db${end}`), { force: true });
      const missing = await refusedStart({ home: gone });
      expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('castellan recover-database')]);
      expect(existsSync(join(gone, 'castellan.db'))).toBe(false);

      const whole = await castellan(home, ['recover-database', '--yes']);
      expect([whole.code, whole.stderr]).toEqual([1, expect.stringContaining('nothing to recover')]);
      truncateSync(join(home, 'castellan.db'), 5000);
      const damaged = await refusedStart({ home });
      expect(damaged.stderr).toContain('castellan recover-database');
      const told = await good<{ readonly records: number; readonly agents: readonly string[] }>(home, [
        'recover-database',
        '--yes',
      ]);
      expect(told.agents).toContain('claude');
      expect(existsSync(join(home, 'castellan.db.damaged-1'))).toBe(true);

      // Nobody has an account any more: the person of the tests makes the first one, by the one-time code.
      await using it = await startWorld({ home });
      const late = await it.daemon.request('POST', '/v1/calls', { body: {}, token: credential });
      expect(late.status).toBe(401);
      // All that were ever made here: those before the copy, and those that were refused.
      expect(await it.records('kind:attempt')).toHaveLength(60 + REFUSED);
      expect(await changes(it)).toContain('database-recovered');
      expect(await it.verify()).toMatchObject({ kind: 'verified' });
      const view = (await it.daemon.request('GET', '/v1/backups')).json() as BackupsView;
      expect(view).toMatchObject({ every: '1d', keep: 1 });
    },
  );

  test('nothing of it is left running', () => {
    expect(existsSync(join(home, 'daemon', 'state.json'))).toBe(false);
  });
});
