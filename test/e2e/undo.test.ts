// What agents do to files is kept before they do it, through the real hook; a person sees what an undo would change, and it is
// done, refused or left alone as the plan said. Also as the attacker: a link in the place of a folder, an agent that asks.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { UndoList, UndoPlan, UndoResult } from '@castellan/contract';
import {
  bareEnvironment,
  inRoot,
  PERSON,
  type ProcessResult,
  runProcess,
  startDaemon,
  tempFolder,
  verifies,
} from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import {
  agentOver,
  type HookAnswer,
  ofKind,
  type TestAgent,
  UNHURRIED,
  until,
  type World,
  world,
  worldOf,
} from './support/world.ts';

let it: World;
let agent: TestAgent;
let cwd: string;
let calls = 0;
beforeAll(async () => {
  // What asks is not what this is about, but for the card: nothing asks here unless a rule does.
  it = await world({ preset: 'full-auto', undo: { maxFileMegabytes: 1 } });
  agent = await it.connect('editor');
  cwd = join(tempFolder(), 'project');
  mkdirSync(cwd);
});
afterAll(() => it[Symbol.asyncDispose]());

const at = (...names: string[]): string => join(cwd, ...names);
const read = (...names: string[]): string => readFileSync(at(...names), 'utf8');

/** A call that is let through, done by `run`, and reported; what asks is approved. @returns its id. */
async function did(tool: string, input: Record<string, unknown>, run: () => void, session = 's1'): Promise<string> {
  calls += 1;
  const id = `toolu_${calls}`;
  let answer: HookAnswer | undefined;
  const asked = agent.pre(tool, input, { cwd, id, session }).then((told) => {
    answer = told;
  });
  await until('an answer', async () => {
    const open = (await it.approvals()).find(({ state }) => state.kind === 'pending');
    if (open !== undefined && answer === undefined) await it.approve(open);
    return answer;
  });
  await asked;
  expect(answer).toMatchObject({ verdict: 'allow' });
  run();
  await agent.post(tool, input, id, { cwd, session });
  const attempt = ofKind(await it.records(), 'attempt').find(({ externalId }) => externalId === id);
  if (attempt === undefined) throw new Error('no attempt');
  return attempt.call;
}
const write = (path: string, content: string, session?: string): Promise<string> =>
  did('Write', { file_path: path, content }, () => writeFileSync(path, content), session);
const bash = (command: string, run: () => void, session?: string): Promise<string> =>
  did('Bash', { command }, run, session);

async function plan(of: string, only: readonly string[] = []): Promise<UndoPlan> {
  const response = await it.daemon.request('POST', '/v1/undo/plan', { body: { of, only } });
  expect(response.status, response.text).toBe(200);
  return response.json() as UndoPlan;
}
const run = (of: string, more: Record<string, unknown> = {}, digest?: string) =>
  plan(of, (more.only as string[]) ?? []).then((seen) =>
    it.daemon.request('POST', '/v1/undo', { body: { of, digest: digest ?? seen.digest, ...more } }),
  );
async function undone(of: string, more: Record<string, unknown> = {}): Promise<UndoResult> {
  const response = await run(of, more);
  expect(response.status, response.text).toBe(200);
  return response.json() as UndoResult;
}
const outcomeOf = async (call: string) => ofKind(await it.records(), 'outcome').find((each) => each.call === call);
const taskOf = async (call: string): Promise<string> =>
  ofKind(await it.records(), 'attempt').find((each) => each.call === call)?.task ?? '';

verifies(
  ['U1'],
  'a file as it was, its mode and time too; the diff is shown first, and the undo is a call of a person',
  async () => {
    writeFileSync(at('a.txt'), 'one\ntwo\n');
    chmodSync(at('a.txt'), 0o640);
    utimesSync(at('a.txt'), 1_000_000, 1_000_000);
    const call = await write(at('a.txt'), 'one\nthree\n');
    const seen = await plan(call);
    expect(seen).toMatchObject({ ready: 1, conflicts: 0, lost: 0, beyond: [] });
    expect(seen.steps).toMatchObject([
      {
        path: at('a.txt'),
        action: 'put-back',
        state: 'ready',
        change: { kind: 'changed', lines: ['@@ -1,2 +1,2 @@', ' one', '-three', '+two'] },
      },
    ]);
    expect(read('a.txt')).toBe('one\nthree\n');
    expect((await outcomeOf(call))?.reversibility).toEqual({ kind: 'reversible', text: '1 path can be put back' });

    const result = await undone(call);
    expect(result).toMatchObject({ done: 1, failed: [], skipped: 0 });
    expect(read('a.txt')).toBe('one\ntwo\n');
    expect(statSync(at('a.txt')).mode & 0o777).toBe(0o640);
    expect(statSync(at('a.txt')).mtimeMs).toBe(1_000_000_000);
    const records = await it.records();
    expect(ofKind(records, 'attempt').find((each) => each.call === result.call)).toMatchObject({
      module: 'castellan',
      tool: 'undo',
      arguments: { of: call },
      verdict: { outcome: 'confirm' },
    });
    const answered = ofKind(records, 'approval').find((each) => each.call === result.call);
    expect(answered?.state).toMatchObject({ kind: 'approved', by: expect.stringMatching(/^person:/) });
    expect(await outcomeOf(result.call)).toMatchObject({ status: 'succeeded', by: 'user-approved', text: '1 undone' });
    expect((await it.verify()).kind).toBe('verified');

    // An undo is undone like anything else; what is as it was is left alone.
    await undone(result.call);
    expect(read('a.txt')).toBe('one\nthree\n');
    expect((await plan(result.call)).steps).toMatchObject([{ state: 'same', action: 'none' }]);
    expect((await run(result.call)).status).toBe(409);
  },
);

verifies(
  ['U1'],
  'a tree that was deleted comes back: folders, links, modes, an empty file; what was new goes',
  async () => {
    mkdirSync(at('tree/deep/empty'), { recursive: true });
    writeFileSync(at('tree/run.sh'), '#!/bin/sh\n');
    chmodSync(at('tree/run.sh'), 0o755);
    writeFileSync(at('tree/deep/none'), '');
    symlinkSync('../run.sh', at('tree/deep/link'));
    const removed = await bash('rm -rf tree', () => rmSync(at('tree'), { recursive: true }));
    expect(existsSync(at('tree'))).toBe(false);
    await undone(removed);
    expect(read('tree/run.sh')).toBe('#!/bin/sh\n');
    expect(statSync(at('tree/run.sh')).mode & 0o777).toBe(0o755);
    expect(readlinkSync(at('tree/deep/link'))).toBe('../run.sh');
    expect(statSync(at('tree/deep/none')).size).toBe(0);
    expect(statSync(at('tree/deep/empty')).isDirectory()).toBe(true);

    const made = await write(at('new/below/file.txt'), 'x').catch(() => null);
    expect(made).toBeNull();
    const call = await did('Write', { file_path: at('fresh/below/file.txt'), content: 'x' }, () => {
      mkdirSync(at('fresh/below'), { recursive: true });
      writeFileSync(at('fresh/below/file.txt'), 'x');
    });
    await undone(call);
    expect(existsSync(at('fresh'))).toBe(false);
  },
);

verifies(
  ['U1'],
  'what somebody changed since is a conflict: named, left alone, and nothing is done unless a person says so',
  async () => {
    for (const name of ['c1', 'c2', 'c3']) writeFileSync(at(name), 'before\n');
    const call = await bash('sed -i s/before/after/ c1 c2 c3', () => {
      for (const name of ['c1', 'c2', 'c3']) writeFileSync(at(name), 'after\n');
    });
    writeFileSync(at('c2'), 'mine\n');
    rmSync(at('c3'));
    mkdirSync(at('c3'));
    const seen = await plan(call);
    expect(seen).toMatchObject({ ready: 1, conflicts: 2 });
    expect(seen.steps.map(({ state, why }) => [state, why])).toEqual([
      ['ready', undefined],
      ['conflict', 'it was changed since'],
      ['conflict', 'there is a folder in its place now'],
    ]);
    const refused = await run(call);
    expect(refused.status).toBe(409);
    expect(read('c1')).toBe('after\n');
    // A plan that nobody saw is not done.
    expect((await run(call, { skipConflicts: true }, `sha256:${'0'.repeat(64)}`)).json()).toMatchObject({
      error: 'conflict',
    });
    expect(await undone(call, { skipConflicts: true })).toMatchObject({ done: 1, skipped: 2 });
    expect([read('c1'), read('c2')]).toEqual(['before\n', 'mine\n']);
    rmSync(at('c3'), { recursive: true });
  },
);

verifies(
  ['U1'],
  'nothing is written through a link that was put in the place of the file or of a folder on the way',
  async () => {
    const outside = join(tempFolder(), 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'f'), 'theirs\n');
    mkdirSync(at('way'));
    writeFileSync(at('way/f'), 'before\n');
    const call = await write(at('way/f'), 'after\n');
    renameSync(at('way'), at('way.real'));
    symlinkSync(outside, at('way'));
    // It looks the same by its path.
    writeFileSync(join(outside, 'f'), 'after\n');
    const swapped = await run(call);
    const result = swapped.json() as UndoResult;
    expect([result.done ?? 0, readFileSync(join(outside, 'f'), 'utf8')]).toEqual([0, 'after\n']);
    rmSync(at('way'));
    renameSync(at('way.real'), at('way'));
    rmSync(at('way/f'));
    symlinkSync(join(outside, 'f'), at('way/f'));
    expect((await plan(call)).steps).toMatchObject([{ state: 'conflict', why: 'there is a link in its place now' }]);
    expect(readFileSync(join(outside, 'f'), 'utf8')).toBe('after\n');
  },
);

verifies(
  ['U1'],
  'a task goes back to before its first change, newest call first; between two of them nobody else’s work is lost',
  async () => {
    const names = Array.from({ length: 12 }, (_, n) => `many-${n}`);
    for (const name of names) writeFileSync(at(name), `zero ${name}\n`);
    let call = '';
    for (const name of names) call = await write(at(name), `one ${name}\n`, 'task');
    await write(at('many-0'), 'two\n', 'task');
    await write(at('many-new'), 'new\n', 'task');
    await write(at('many-1'), 'agent again\n', 'task');
    const task = await taskOf(call);
    writeFileSync(at('many-2'), 'the user\n');
    await write(at('many-2'), 'agent over it\n', 'task');
    const seen = await plan(task);
    expect(seen).toMatchObject({ ready: 12, conflicts: 1 });
    expect(seen.steps.find(({ path }) => path === at('many-2'))?.why).toMatch(/somebody else changed it between/);
    // A part of it, then the rest.
    expect(await undone(task, { only: [at('many-0'), at('many-new')] })).toMatchObject({ done: 2 });
    expect([read('many-0'), existsSync(at('many-new'))]).toEqual(['zero many-0\n', false]);
    expect(await undone(task, { skipConflicts: true })).toMatchObject({ done: 10, skipped: 1 });
    expect(names.filter((name) => read(name) === `zero ${name}\n`)).toHaveLength(11);
    expect(read('many-2')).toBe('agent over it\n');
    const list = (await it.daemon.request('GET', `/v1/undo?task=${task}`)).json() as UndoList;
    expect(list.calls[0]).toMatchObject({ what: 'castellan/undo', task, agentName: 'editor' });
    expect(list.calls.length).toBe(18);
  },
);

verifies(
  ['U1'],
  'in a repository only files of the work tree are put back: index, refs and objects stay as they are',
  async () => {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: at('repo'), encoding: 'utf8' });
    mkdirSync(at('repo'));
    git('init', '-q');
    git('config', 'user.email', 'a@b.example');
    git('config', 'user.name', 'a');
    writeFileSync(at('repo/f'), 'committed\n');
    git('add', '.');
    git('commit', '-qm', 'one');
    writeFileSync(at('repo/f'), 'not committed\n');
    const call = await bash('cd repo && git reset --hard', () => void git('reset', '-q', '--hard'));
    expect(read('repo/f')).toBe('committed\n');
    const [index, head] = [readFileSync(at('repo/.git/index')), git('rev-parse', 'HEAD')];
    const seen = await plan(call);
    expect(seen.beyond.join()).toMatch(/history of a repository is not touched.*git reflog/);
    expect(seen.steps.every(({ path }) => !path.includes('.git'))).toBe(true);
    await undone(call);
    expect(read('repo/f')).toBe('not committed\n');
    expect(readFileSync(at('repo/.git/index')).equals(index)).toBe(true);
    expect(git('rev-parse', 'HEAD')).toBe(head);
    expect((await outcomeOf(call))?.reversibility?.kind).toBe('partly');
  },
);

verifies(['U1'], 'what cannot be undone is on the card before it runs, and in the record', async () => {
  writeFileSync(at('big'), Buffer.alloc(2 * 1_048_576));
  const asked = agent.pre('Bash', { command: 'rm big && curl -d @a.txt https://mail.example/' }, { cwd });
  const [card] = await it.waiting();
  expect(card?.reversibility).toMatchObject({ kind: 'not' });
  expect(card?.reversibility?.text).toMatch(
    /big` cannot: it is larger than 1 MiB; what is sent to mail\.example cannot be taken back/,
  );
  if (card !== undefined) await it.deny(card);
  expect((await asked).verdict).toBe('deny');
});

verifies(['U1'], 'a private file is sealed on disk: no byte of it lies in a pack, and no plan shows it', async () => {
  const secret = 'ghp_R4nd0mL00kingT0kenF0rTheTestOnly4x2z';
  writeFileSync(at('token.txt'), `token = ${secret}\n`);
  const call = await write(at('token.txt'), 'token = none\n');
  const packs = join(it.daemon.home, 'undo');
  const names = readdirSync(packs);
  expect(names.length).toBeGreaterThan(0);
  expect(statSync(packs).mode & 0o777).toBe(0o700);
  for (const name of names) {
    expect(statSync(join(packs, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(packs, name)).includes(secret)).toBe(false);
  }
  expect(JSON.stringify(await plan(call))).not.toContain(secret);
  await undone(call);
  expect(read('token.txt')).toContain(secret);
});

verifies(['U1'], 'no agent lists, plans or runs an undo, or reaches what is kept', async () => {
  const call = await write(at('mine'), 'x');
  const { digest } = await plan(call);
  const token = agent.credential;
  const asked = [
    await it.daemon.request('GET', '/v1/undo', { token }),
    await it.daemon.request('POST', '/v1/undo/plan', { token, body: { of: call } }),
    await it.daemon.request('POST', '/v1/undo', { token, body: { of: call, digest } }),
    await it.daemon.request('POST', '/v1/undo', { token: it.daemon.state.token, body: { of: call, digest } }),
  ];
  expect(asked.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
  const pack = join(it.daemon.home, 'undo', readdirSync(join(it.daemon.home, 'undo'))[0] ?? '');
  expect((await agent.pre('Read', { file_path: pack }, { cwd })).verdict).toBe('deny');
  expect((await agent.pre('Bash', { command: `cat ${pack}` }, { cwd })).verdict).toBe('deny');
  expect(lstatSync(at('mine')).isFile()).toBe(true);
});

verifies(
  ['U1'],
  'the command lists, shows, asks and undoes; without a terminal it does nothing unasked, and nothing under an agent',
  async () => {
    const { home } = it.daemon;
    const env = { ...bareEnvironment(home), CASTELLAN_HOME: home };
    const program = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
    const castellan = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<ProcessResult> =>
      runProcess(process.execPath, [program, ...args], {
        ...{ env: { ...env, ...more }, cwd, input: `${PERSON.password}\n`, timeout: 60_000 },
      });
    expect(await castellan(['login', '--name', PERSON.name, '--password-stdin'])).toMatchObject({ code: 0 });
    writeFileSync(at('cli.txt'), 'one\n');
    const call = await write(at('cli.txt'), 'two\n');
    const listed = await castellan(['undo']);
    expect(listed.stdout.split('\n')[0]).toMatch(new RegExp(`^${call} .*editor +claude-code/Write +.*cli.txt`));
    const shown = await castellan(['undo', call.slice(-12), '--dry-run']);
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.stdout).toContain('1 path would change');
    expect(shown.stdout).toMatch(/\| -two\n +\| \+one/);
    expect(await castellan(['undo', call])).toMatchObject({ code: 64, stderr: expect.stringContaining('--yes') });
    expect(await castellan(['undo', call, '--yes'], { CLAUDECODE: '1' })).toMatchObject({ code: 2 });
    expect(read('cli.txt')).toBe('two\n');
    expect(await castellan(['undo', call, '--only', 'elsewhere'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/nothing at or below .*elsewhere.*\nhint: .*undo .*--dry-run/),
    });
    const undoing = await castellan(['undo', call, '--yes', '--only', 'cli.txt']);
    expect(undoing).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/1 path undone; `castellan undo call_\w+` takes that back/),
    });
    expect(read('cli.txt')).toBe('one\n');
    expect(await castellan(['undo', call])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('it is as it was'),
    });
    expect(await castellan(['undo', 'zzz'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no call or task to undo `zzz`'),
    });
  },
);

verifies(
  ['U1'],
  'what is kept outlives a kill, also of a call that was under way; where it cannot be kept and must be, nothing runs',
  async () => {
    writeFileSync(at('kill.txt'), 'before\n');
    const call = await write(at('kill.txt'), 'after\n');
    writeFileSync(at('way.txt'), 'before\n');
    const input = { file_path: at('way.txt'), content: 'after\n' };
    expect((await agent.pre('Write', input, { cwd, id: 'under-way' })).verdict).toBe('allow');
    await it.daemon.kill();
    writeFileSync(at('way.txt'), 'after\n');
    const config = { preset: 'full-auto', limits: UNHURRIED, undo: { maxFileMegabytes: 1, required: true } };
    it = worldOf(await startDaemon({ home: it.daemon.home, config }));
    agent = agentOver(it.daemon, agent.id, agent.credential);
    await undone(call);
    expect(read('kill.txt')).toBe('before\n');
    const list = (await it.daemon.request('GET', '/v1/undo?limit=10')).json() as UndoList;
    const underWay = list.calls.find(({ some }) => some.includes(at('way.txt')));
    const seen = await plan(underWay?.call ?? '');
    expect(seen.steps).toMatchObject([
      { state: 'ready', why: expect.stringContaining('not known what the call left') },
    ]);
    // Reported after all: now it is known, and somebody else's change is a conflict.
    await agent.post('Write', input, 'under-way', { cwd });
    writeFileSync(at('way.txt'), 'somebody\n');
    expect((await plan(underWay?.call ?? '')).steps).toMatchObject([
      { state: 'conflict', why: 'it was changed since' },
    ]);

    writeFileSync(at('large'), Buffer.alloc(2 * 1_048_576));
    const refused = await agent.pre('Write', { file_path: at('large'), content: '' }, { cwd });
    expect(refused).toMatchObject({ verdict: 'deny', reason: expect.stringContaining('`undo.required` is set') });
    expect(refused.reason).toMatch(/larger than 1 MiB/);
  },
);
