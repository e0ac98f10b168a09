// Verifications with real processes: how one ends that holds, that does not, that hangs and that is stopped. The attacker is a client
// that hangs, leaves its group, or writes where it may not and then hangs.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { VerifyBench } from '@castellan/agents';
import { type AgentId, childEnvironment } from '@castellan/contract';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { AGENT, check, DAY, ended, homeOf, room } from './verification-room.ts';

const OTHER = 'agent_bbbbbb';

const sh = ({ folder }: VerifyBench, script: string) => ({
  ...{ file: '/bin/sh', args: ['-c', script], cwd: folder },
  env: childEnvironment('plain', { PATH: process.env.PATH }, {}),
});

const until = async <T>(look: () => T | undefined): Promise<T> => {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const pidIn = (path: string): number | undefined => {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return text.endsWith('\n') ? Number(text) : undefined;
};
const runs = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
const gone = (pid: number): Promise<true> => until(() => (runs(pid) ? undefined : true));

verifies(['K6'], 'what holds is held: on record, kept, and the alarms of before are over', async () => {
  const home = homeOf(tempFolder(), [AGENT]);
  const before = { ...{ agent: AGENT as AgentId, state: 'not-held' as const, version: '1', text: '' }, checks: [] };
  const kept = [{ ...before, startedAt: 99 * DAY, endedAt: 99 * DAY }];
  let folder = '';
  const { it, records, alarms, rows } = await room(
    async function* (bench) {
      ({ folder } = bench);
      const { stdout, code } = await bench.run(sh(bench, 'echo it ran; exit 3'));
      yield check('ran', stdout === 'it ran\n' && code === 3);
    },
    { home, kept },
  );
  await it.look();
  expect(new Set(alarms.open().map(({ kind }) => kind))).toEqual(new Set(['not-held', 'unproven']));
  await it.start(AGENT);
  expect(await ended(it)).toMatchObject({
    state: 'held',
    text: '1 checks, all held',
    checks: [{ id: 'ran', ok: true }],
  });
  await it[Symbol.asyncDispose]();
  expect(alarms.open()).toEqual([]);
  expect(records).toMatchObject([{ kind: 'verification', agent: AGENT, held: true }]);
  expect(rows.get(AGENT)?.state).toBe('held');
  expect(existsSync(folder)).toBe(false);
});

verifies(['K6'], 'what does not hold is said, check by check, and raised', async () => {
  const { it, records, alarms } = await room(
    async function* () {
      yield check('a', true);
      yield check('b', false);
    },
    { home: homeOf(tempFolder(), [AGENT]) },
  );
  await it.start(AGENT);
  expect(await ended(it)).toMatchObject({ state: 'not-held', text: '1 of 2 checks failed: title of b' });
  await it[Symbol.asyncDispose]();
  expect(records).toMatchObject([{ held: false }]);
  expect(alarms.open()).toMatchObject([{ kind: 'not-held', text: expect.stringContaining('is not held') }]);
});

verifies(
  ['K6'],
  'a client that hangs is ended with all it started when its time is over: the verification could not be carried out',
  async () => {
    const at = tempFolder();
    const pids = ['client', 'child', 'apart'].map((name) => join(at, name));
    const [client = '', child = '', apart = ''] = pids;
    const { it, alarms, later } = await room(
      async function* (bench) {
        yield check('first', true);
        // One in its group, and one that left it and lets nobody go who reads what it prints.
        await bench.run(
          sh(
            bench,
            `setsid sh -c 'echo $$ > ${apart}; exec sleep 1000' & sleep 1000 & echo $! > ${child}; echo $$ > ${client}; wait`,
          ),
        );
        yield check('never', true);
      },
      { home: homeOf(tempFolder(), [AGENT]) },
    );
    await it.start(AGENT);
    const started = await Promise.all(pids.map((path) => until(() => pidIn(path))));
    expect(started.map(runs)).toEqual([true, true, true]);
    later();
    const { state, text, checks } = await ended(it);
    expect([state, text, checks.length]).toEqual(['failed', 'a run of the client did not end within 4 minutes', 1]);
    await Promise.all(started.map(gone));
    await it[Symbol.asyncDispose]();
    expect(alarms.open()).toMatchObject([{ kind: 'not-held', text: expect.stringContaining('could not be proven') }]);
  },
);

verifies(['K6'], 'a client that writes where it may not and then hangs is not held', async () => {
  const home = homeOf(tempFolder(), [AGENT]);
  mkdirSync(join(home, 'canary'));
  const { it, later } = await room(
    async function* (bench) {
      yield check('first', true);
      const file = join(bench.machine.home, 'canary', `${bench.nonce}-shell`);
      await bench.run(sh(bench, `echo $$ > '${file}'; exec sleep 1000`));
    },
    { home },
  );
  await it.start(AGENT);
  const pid = await until(() => readdirSync(join(home, 'canary')).map((name) => pidIn(join(home, 'canary', name)))[0]);
  later();
  const { state, text, checks } = await ended(it);
  expect([state, checks.map(({ id }) => id)]).toEqual(['not-held', ['first', 'left-behind']]);
  expect(text).toContain('did not end');
  expect(readdirSync(join(home, 'canary'))).toEqual([]);
  await gone(pid);
  await it[Symbol.asyncDispose]();
});

test('a client that cannot be started is a verification that could not be carried out', async () => {
  const { it } = await room(
    async function* (bench) {
      await bench.run({ ...sh(bench, ''), file: '/nobody/is/here' });
      yield check('never', true);
    },
    { home: homeOf(tempFolder(), [AGENT]) },
  );
  await it.start(AGENT);
  expect(await ended(it)).toMatchObject({ state: 'failed', text: expect.stringContaining('did not start') });
  await it[Symbol.asyncDispose]();
});

verifies(
  ['K6'],
  'one at a time: who asks again is told of the one that runs, and another agent waits its turn',
  async () => {
    const at = tempFolder();
    let most = 0;
    let now = 0;
    const { it } = await room(
      async function* (bench) {
        now += 1;
        most = Math.max(most, now);
        await bench.run(sh(bench, `until [ -e '${join(at, 'go')}' ]; do sleep 0.02; done`));
        now -= 1;
        yield check('ran', true);
      },
      { home: homeOf(tempFolder(), [AGENT, OTHER]), ids: [AGENT, OTHER] },
    );
    const first = await it.start(AGENT);
    const second = await it.start(OTHER);
    expect(second).toMatchObject({ verification: { text: 'another agent is proven first' } });
    expect(await it.start(AGENT)).toEqual(first);
    // What is due is not begun beside it.
    await it.look();
    await until(() => (now === 1 ? true : undefined));
    writeFileSync(join(at, 'go'), '');
    expect((await ended(it, AGENT)).state).toBe('held');
    expect((await ended(it, OTHER)).state).toBe('held');
    expect(most).toBe(1);
    await it[Symbol.asyncDispose]();
  },
);

verifies(
  ['K6'],
  'a daemon that ends takes the client along, and what it was proven to be before still counts',
  async () => {
    const at = tempFolder();
    const pids = ['client', 'child'].map((name) => join(at, name));
    const held = { ...{ agent: AGENT as AgentId, state: 'held' as const, version: '2.0', text: '' }, checks: [] };
    const kept = [{ ...held, startedAt: 99 * DAY, endedAt: 99 * DAY }];
    let folder = '';
    const { it, records, rows, alarms } = await room(
      async function* (bench) {
        ({ folder } = bench);
        yield check('first', false);
        const [client = '', child = ''] = pids;
        await bench.run(sh(bench, `sleep 1000 & echo $! > ${child}; echo $$ > ${client}; wait`));
      },
      { home: homeOf(tempFolder(), [AGENT]), kept },
    );
    await it.start(AGENT);
    const started = await Promise.all(pids.map((path) => until(() => pidIn(path))));
    await it[Symbol.asyncDispose]();
    await Promise.all(started.map(gone));
    expect(records).toEqual([]);
    expect(alarms.open()).toEqual([]);
    expect(rows.get(AGENT)).toEqual(kept[0]);
    expect(existsSync(folder)).toBe(false);
    const again = await room(async function* () {}, { kept: [...rows.values()] });
    expect((await again.it.standings())[0]).toMatchObject({ due: '', verification: { state: 'held' } });
    await again.it[Symbol.asyncDispose]();
  },
);
