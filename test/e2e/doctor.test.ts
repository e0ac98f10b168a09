// `castellan doctor` as a newcomer runs it: without a daemon, with one, with something wrong. What it says changes with what is so.
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckItem } from '@castellan/contract';
import {
  bareEnvironment,
  inRoot,
  type ProcessResult,
  runProcess,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { expect, test } from 'vitest';

const doctor = (home: string, ...args: readonly string[]): Promise<ProcessResult> =>
  runProcess(process.execPath, [inRoot('packages', 'cli', 'bin', 'castellan.mjs'), 'doctor', ...args], {
    env: { ...bareEnvironment(join(home, '..')), CASTELLAN_HOME: home },
  });

interface Said {
  readonly ok: boolean;
  readonly daemon: string;
  readonly checks: readonly CheckItem[];
}

async function said(
  home: string,
): Promise<{ readonly code: number | null; readonly all: Said } & Map<string, CheckItem>> {
  const { code, stdout } = await doctor(home, '--json');
  const all = JSON.parse(stdout) as Said;
  return Object.assign(new Map(all.checks.map((each) => [each.id, each])), { code, all });
}

test('without a daemon it says so, and what can be seen from here', async () => {
  const home = join(tempFolder(), 'state');
  mkdirSync(home, { mode: 0o700 });
  const first = await said(home);
  expect(first.code).toBe(1);
  expect(first.all).toMatchObject({ ok: false, daemon: 'not-running' });
  expect(first.get('daemon')).toMatchObject({ state: 'bad', fix: 'start it with `castellan up`' });
  expect(first.get('walls-here')).toBeDefined();
  expect(first.get('state')).toMatchObject({ state: 'good' });
  expect(first.get('hosts')).toMatchObject({ state: 'good' });
  chmodSync(home, 0o755);
  expect((await said(home)).get('state')).toMatchObject({
    state: 'bad',
    evidence: `\`${home}\` is open to others (mode 755)`,
  });
  // It was used, and its ledger is gone: nothing is verified, however whole nothing is.
  expect(first.get('ledger-verified')).toBeUndefined();
  writeFileSync(join(home, 'castellan.db'), '');
  expect((await said(home)).get('ledger-verified')).toMatchObject({ state: 'bad', evidence: 'the ledger is gone' });
});

verifies(
  ['W1'],
  'with a daemon it says all that the checklist says, and ends with 1 while something must be fixed',
  async () => {
    const home = join(tempFolder(), 'state');
    await using daemon = await startDaemon({
      home,
      config: { redaction: { unknown: 'off' }, sandbox: { runs: 'always' } },
    });
    const first = await said(home);
    expect(first.all.daemon).toBe('running');
    expect(first.get('daemon')).toMatchObject({ state: 'good' });
    expect(first.get('redaction')).toMatchObject({ state: 'bad' });
    expect(first.get('agents-walls')).toMatchObject({ state: 'good' });
    expect(first.code).toBe(1);
    // The same items as the page has.
    const page = (await daemon.request('GET', '/v1/checks')).json() as { checks: readonly CheckItem[] };
    expect(first.all.checks.map(({ id }) => id).filter((id) => id !== 'daemon')).toEqual(
      page.checks.map(({ id }) => id),
    );
    // Every file that it made itself is its owner's alone, and one that somebody opens is found.
    expect(first.get('state')).toMatchObject({ state: 'good' });
    const key = join(home, 'daemon', 'digest.key');
    chmodSync(key, 0o644);
    const text = await doctor(home);
    expect(text.code).toBe(1);
    // A long path is broken where the line ends.
    const dense = (said: string): string => said.replaceAll(/\s/g, '');
    expect(dense(text.stdout)).toContain(dense(`\`${key}\` is open to others (mode 644)`));
    expect(dense(text.stdout)).toContain(dense(`chmod go-rwx '${key}'`));
    expect(text.stdout).toMatch(/^Walls$/m);
    expect(text.stdout).not.toContain('\u001b');
    expect(text.stderr).toBe('');
    // Without the daemon nobody knows what was signed last: that none is missing is not said.
    await daemon.stop();
    expect((await said(home)).get('ledger-verified')).toMatchObject({
      ...{ state: 'good', evidence: expect.stringMatching(/none changed; whether the last ones are all there/) },
    });
    // A start over a ledger that is gone is refused, and leaves an empty one, which verifies.
    rmSync(join(home, 'ledger'), { recursive: true });
    await expect(startDaemon({ home })).rejects.toThrow(/was cut/);
    expect((await said(home)).get('ledger-verified')).toMatchObject({ state: 'bad' });
  },
);

test('before anybody has an account it says what comes next', async () => {
  const home = join(tempFolder(), 'state');
  await using _daemon = await startDaemon({ home, setup: false });
  const first = await said(home);
  expect(first.all.daemon).toBe('silent');
  expect(first.get('daemon')).toMatchObject({ state: 'bad', fix: 'run `castellan setup`' });
  expect(first.get('state')).toBeDefined();
});
