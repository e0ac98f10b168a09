// The project's own code, let run by its name: one yes to `npm test` is for that command in that folder and task, however often
// it comes, and for nothing that only looks like it (P5, H8). What it does is not told, so it never passes by itself.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder, verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { ofKind, type TestAgent, until, type World, world } from './support/world.ts';

const PACKAGE = JSON.stringify({ name: 'shop', scripts: { test: 'node test.mjs', deploy: 'node deploy.mjs' } });

let it: World;
let agent: TestAgent;
beforeAll(async () => {
  it = await world();
  agent = await it.connect();
});
afterAll(() => it[Symbol.asyncDispose]());

function project(): string {
  const folder = tempFolder();
  mkdirSync(join(folder, 'api'));
  for (const path of ['package.json', 'api/package.json']) writeFileSync(join(folder, path), PACKAGE);
  writeFileSync(join(folder, 'check.mjs'), 'console.log(1)\n');
  return folder;
}

const bash = (command: string, cwd: string, session: string) =>
  agent.pre('Bash', { command, description: 'Run the tests' }, { cwd, session });

/** Whether it asked; what waits is denied, or approved. */
async function asks(call: Promise<{ verdict: string }>, yes = false): Promise<boolean> {
  let over = false;
  const done = call.finally(() => {
    over = true;
  });
  const approval = await until('an answer or a question', async () => {
    const found = (await it.approvals()).find(({ state }) => state.kind === 'pending');
    return found ?? (over ? null : undefined);
  });
  if (approval !== null) await (yes ? it.approve(approval) : it.deny(approval));
  expect((await done).verdict).toBe(approval === null || yes ? 'allow' : 'deny');
  return approval !== null;
}

verifies(['P5', 'H8', 'G-C08'], 'one yes to `npm test` is for `npm test`, in this folder and this task', async () => {
  const folder = project();
  const run = (command: string, cwd = folder, session = 'tests') => asks(bash(command, cwd, session));
  const first = bash('npm test', folder, 'tests');
  const [approval] = await it.waiting();
  if (approval === undefined) throw new Error('nothing waits');
  // What the yes also allows is part of the question, in words: the command and the folder.
  expect(approval.taskGrant).toContain(`in ${folder}`);
  expect(approval.taskGrant).toContain('npm test');
  await it.approve(approval);
  expect((await first).verdict).toBe('allow');
  expect(await it.grants()).toMatchObject([
    { scope: { kind: 'task' }, tool: 'Bash', cwd: folder, families: [{ kind: 'execute', resource: 'project-code' }] },
  ]);

  expect(await run('npm test'), 'the same again').toBe(false);
  expect(await run('npm test 2>&1 | tail -n 5'), 'with what is safe beside it').toBe(false);
  for (const other of [
    'npm run deploy',
    'npm test && npm run deploy',
    'npm test -- --update',
    'npm test; node check.mjs',
    'npm test && rm -rf src',
    'npm test > /srv/out.txt',
    'NODE_OPTIONS=--require=./check.mjs npm test',
  ])
    expect(await run(other), other).toBe(true);
  expect(await run('npm test', join(folder, 'api')), 'another folder').toBe(true);
  expect(await run('npm test', folder, 'another task')).toBe(true);
  await agent.endSession('tests');
  expect(await run('npm test'), 'the task is over').toBe(true);
  await agent.endSession('tests');
});

verifies(['H8', 'G-C08'], 'nor is it for another folder that the command goes to', async () => {
  const folder = project();
  expect(await asks(bash('npm test', folder, 'moves'), true)).toBe(true);
  expect(await asks(bash('npm test', folder, 'moves'))).toBe(false);
  for (const other of [
    'cd api && npm test',
    '(cd api; npm test)',
    'pushd api && npm test',
    'npm --prefix api test',
    'env -C api npm test',
    'pnpm test && cd api && npm test',
  ])
    expect(await asks(bash(other, folder, 'moves')), other).toBe(true);
  await agent.endSession('moves');
  for (const [one, other] of [
    ['pnpm test', 'pnpm -C api test'],
    ['go test ./...', 'go -C api test ./...'],
    ['cargo test', 'cargo test --manifest-path api/Cargo.toml'],
    ['make test', 'make -C api test'],
  ] as const) {
    await asks(bash(one, folder, one), true);
    expect(await asks(bash(one, folder, one)), one).toBe(false);
    expect(await asks(bash(other, folder, one)), other).toBe(true);
    await agent.endSession(one);
  }
});

verifies(['G-C06', 'H8'], 'a file it names that was written in this task is asked about again', async () => {
  const folder = project();
  const check = () => bash('node check.mjs', folder, 'fresh');
  expect(await asks(check(), true)).toBe(true);
  expect(await asks(check()), 'one yes').toBe(false);
  const path = join(folder, 'check.mjs');
  expect(
    await asks(agent.pre('Write', { file_path: path, content: '2' }, { cwd: folder, session: 'fresh' }), true),
  ).toBe(true);
  expect(await asks(check()), 'nobody has looked at it since').toBe(true);
  const last = ofKind(await it.records(), 'attempt').at(-1);
  expect(last?.verdict.reasons.map(({ id }) => id)).toContain('C06.fresh-code');
  await agent.endSession('fresh');
});
