// What happened, asked for in words: through the daemon and the command, page by page, as it comes, with the index gone or
// damaged; and a search that is no way to spell out what is not shown.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bareEnvironment, inRoot, type ProcessResult, runProcess, startDaemon, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DELETE, MAIL, ofKind, type TestAgent, type World, world, worldOf } from './support/world.ts';

const ENTRY = inRoot('packages', 'cli', 'bin', 'castellan.mjs');
let it: World;
let agent: TestAgent;

const environment = () => ({ ...bareEnvironment(join(it.daemon.home, '..')), CASTELLAN_HOME: it.daemon.home });
const castellan = (...args: readonly string[]): Promise<ProcessResult> =>
  runProcess(process.execPath, [ENTRY, ...args], { env: environment() });

interface Page {
  readonly records: readonly { readonly index: number }[];
  readonly next: number | null;
  readonly behind: number;
}
async function page(query: string): Promise<Page> {
  const reply = await it.daemon.request('GET', `/v1/ledger?${query}`);
  expect(reply.status, reply.text).toBe(200);
  return reply.json() as Page;
}
const found = async (query: string): Promise<number> => (await it.records(query)).length;

beforeAll(async () => {
  it = await world({ deny: ['claude-code/WebFetch'] });
  agent = await it.connect('claude');
  await it.connect('codex');
  for (let n = 0; n < 12; n += 1) await agent.pre('Read', { file_path: `/tmp/notes/file-${n}.txt` });
  await agent.pre('WebFetch', { url: 'https://files.example.org/table', prompt: 'drop it' });
  const asked = agent.pre(DELETE, { id: 'm-77' }, { server: MAIL });
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  await it.deny(approval, 'not that one');
  await asked;
  await it.daemon.request('POST', '/v1/secrets', { body: { name: 'first', value: 'Kq7-first-value-Kq7' } });
});
afterAll(() => it[Symbol.asyncDispose]());

verifies(['L6', 'L5', 'L1'], 'calls, answers, sign-ins and changes are found by what a person would say', async () => {
  expect(await found('agent:claude kind:attempt')).toBe(14);
  expect(await found('agent:codex kind:attempt')).toBe(0);
  expect(await found('tool:Read path:/tmp/notes -path:/tmp/notes/file-3.txt')).toBe(11);
  expect(ofKind(await it.records('verdict:deny kind:attempt'), 'attempt').map(({ tool }) => tool)).toEqual([
    'WebFetch',
  ]);
  expect(ofKind(await it.records('host:*.example.org kind:attempt'), 'attempt')).toHaveLength(1);
  // Who answered is known of the attempt, the question and the end.
  await expect.poll(() => found('decider:mia tool:mail/delete')).toBeGreaterThanOrEqual(2);
  expect(ofKind(await it.records('kind:approval change:denied by:mia'), 'approval')).toHaveLength(1);
  expect(await found('kind:secret secret:first by:mia since:1h')).toBe(1);
  expect(await found('kind:person')).toBeGreaterThan(0);
  expect(await found('kind:secret until:1h')).toBe(0);
  expect(await found('"file-7" text:notes')).toBe(1);
  const [denied] = ofKind(await it.records('decider:mia kind:attempt'), 'attempt');
  expect(ofKind(await it.records(`call:${denied?.call}`), 'outcome')).toMatchObject([{ by: 'user-denied' }]);
});

verifies(['L6'], 'pages hold together backwards and forwards, and a wrong query says where and what', async () => {
  const all = (await page('q=tool:Read&limit=1000')).records.map(({ index }) => index);
  const back: number[] = [];
  for (let before: number | null | undefined; before !== null; ) {
    const some: Page = await page(`q=tool:Read&limit=5${before === undefined ? '' : `&before=${before}`}`);
    back.unshift(...some.records.map(({ index }) => index));
    before = some.next;
  }
  expect(back).toEqual(all);
  const on: number[] = [];
  for (let from = 0; ; ) {
    const some = await page(`q=tool:Read&limit=5&from=${from}`);
    on.push(...some.records.map(({ index }) => index));
    if (some.records.length === 0) break;
    from = some.next ?? 0;
  }
  expect(on).toEqual(all);
  const wrong = await it.daemon.request('GET', '/v1/ledger?q=agnet:claude');
  expect([wrong.status, wrong.json()]).toMatchObject([
    400,
    { message: 'at character 1: unknown field `agnet`', hint: expect.stringContaining('did you mean `agent:`?') },
  ]);
  expect((await it.daemon.request('GET', '/v1/activity?q=verdict:no')).status).toBe(400);
  expect((await it.daemon.request('GET', '/v1/ledger?q=x', { token: agent.credential })).status).toBe(403);
  const reindex = await it.daemon.request('POST', '/v1/ledger/index', { token: agent.credential });
  expect(reindex.status).toBe(403);
});

verifies(['L6'], 'the command finds the same, follows what comes, and makes the index anew', async () => {
  const lines = await castellan('log', 'kind:attempt', 'verdict:deny');
  expect(lines.stdout).toMatch(/^ +\d+ .* attempt .* deny claude-code\/WebFetch /);
  const json = await castellan('log', 'tool:Read kind:attempt', '--json', '-n', '3');
  expect(
    json.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).record.arguments.file_path),
  ).toEqual(['9', '10', '11'].map((n) => `/tmp/notes/file-${n}.txt`));
  expect(await castellan('log', 'verdict:no')).toMatchObject({
    code: 64,
    stderr: expect.stringContaining('`verdict` cannot be `no`'),
  });
  expect(await castellan('log', 'tool:nothing')).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('nothing'),
  });

  const following = spawn(process.execPath, [ENTRY, 'log', '--follow', '-n', '1', 'tool:Grep'], { env: environment() });
  let seen = '';
  following.stdout.on('data', (part) => {
    seen += String(part);
  });
  await agent.pre('Read', { file_path: '/tmp/other' });
  await expect
    .poll(async () => {
      await agent.pre('Grep', { pattern: 'followed' });
      return seen;
    })
    .toContain('claude-code/Grep');
  expect(seen).not.toContain('/tmp/other');
  following.kill();

  const made = await castellan('ledger', 'reindex');
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+ records in the index, made in /) });
  expect(await found('decider:mia tool:mail/delete')).toBeGreaterThanOrEqual(2);
});

verifies(['L6', 'X2'], 'a search is no oracle: what is hidden is found by no part of it', async () => {
  await agent.pre('Read', { file_path: '/tmp/Zq9-hunter2-Zq9/x.txt' });
  const GUESSES = ['hunter2', '"Zq9-hun"', 'path:/tmp/Zq9*/**', 'path:/tmp/Zq9-hunter2-Zq9', 'Zq9-hunter2-Zq9'];
  for (const guess of GUESSES) expect(await found(guess), guess).toBeGreaterThan(0);
  await it.daemon.request('POST', '/v1/secrets', { body: { name: 'password', value: 'Zq9-hunter2-Zq9' } });
  for (const guess of GUESSES) {
    expect(await found(guess), guess).toBe(0);
    const calls = await it.daemon.request('GET', `/v1/activity?q=${encodeURIComponent(guess)}`);
    expect(calls.json(), guess).toMatchObject({ rows: [] });
  }
});

test('without its index, or with one that is damaged, everything is found again', async () => {
  const file = join(it.daemon.home, 'daemon', 'search.db');
  const before = await found('tool:Read');
  await it.daemon.stop();
  expect(await castellan('ledger', 'reindex')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('taken away'),
  });
  expect(existsSync(file)).toBe(false);
  it = worldOf(await startDaemon({ home: it.daemon.home, setup: false }));
  await expect.poll(() => found('tool:Read')).toBe(before);
  await it.daemon.stop();
  rmSync(`${file}-wal`, { force: true });
  writeFileSync(file, readFileSync(file).fill(7, 0, 4096));
  it = worldOf(await startDaemon({ home: it.daemon.home, setup: false }));
  await expect.poll(() => found('tool:Read')).toBe(before);
  const status = await it.daemon.request('GET', '/v1/ledger/index');
  expect(status.json()).toMatchObject({ remade: 'its file was damaged' });
});
