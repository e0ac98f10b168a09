// Tasks: a session without a named one gets its own, called by its first prompt; sessions of one named task share it, and
// what was confirmed once for the task; with its last session the task ends, and so does what was confirmed for it.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { world } from './support/world.ts';

// A file that nothing else holds: writing over it asks.
const cwd = tempFolder();
const file = { file_path: join(cwd, 'a.ts'), content: 'b' };
writeFileSync(file.file_path, 'a');

verifies(['P5', 'K8'], 'sessions of one named task share what was confirmed for it, until it ends', async () => {
  await using it = await world();
  const agent = await it.connect();
  const headers = { 'x-castellan-task': encodeURIComponent('Release 2.1 – naïve') };
  const at = (session: string) => ({ session, cwd, headers });

  const first = agent.pre('Write', file, at('one'));
  const [asked] = await it.waiting();
  if (asked === undefined) throw new Error('nothing waits');
  expect(asked.taskTitle).toBe('Release 2.1 – naïve');
  await it.approve(asked);
  expect((await first).verdict).toBe('allow');
  expect((await agent.pre('Write', { ...file, content: 'c' }, at('two'))).verdict, 'the same task').toBe('allow');

  const alone = agent.pre('Write', file, { session: 'three', cwd });
  const [other] = await it.waiting();
  expect(other?.taskTitle, 'a session without a name is another task').toBe('');
  if (other !== undefined) await it.deny(other);
  expect((await alone).verdict).toBe('deny');

  await agent.endSession('one');
  expect((await agent.pre('Write', { ...file, content: 'd' }, at('two'))).verdict, 'the task goes on').toBe('allow');
  await agent.endSession('two');
  expect((await it.grants()).length, 'its last session ended').toBe(0);
  const again = agent.pre('Write', file, at('four'));
  const [fresh] = await it.waiting();
  if (fresh !== undefined) await it.deny(fresh);
  expect((await again).verdict, 'a task of the same name is a new one').toBe('deny');
});

verifies(['P5', 'K8'], 'the name of a task reaches nothing that was confirmed in another folder', async () => {
  await using it = await world();
  const agent = await it.connect();
  const headers = { 'x-castellan-task': 'release', 'x-castellan-run': 'a'.repeat(32) };
  const first = agent.pre('Write', file, { session: 'here', cwd, headers });
  const [asked] = await it.waiting();
  if (asked === undefined) throw new Error('nothing waits');
  await it.approve(asked);
  expect((await first).verdict).toBe('allow');

  // Another project, whose own settings set the variable that names the task, and all others of a run.
  const within = { ...headers, 'x-castellan-within': 'a'.repeat(32) };
  for (const [session, folder] of [
    ['next', tempFolder()],
    ['above', dirname(cwd)],
    ['below', join(cwd, 'sub')],
  ] as const) {
    const elsewhere = agent.pre('Write', file, { session, cwd: folder, headers: within });
    const [again] = await it.waiting();
    expect(again?.taskTitle).toBe('release');
    expect(again?.task, 'of the same name, and not the same').not.toBe(asked.task);
    if (again !== undefined) await it.deny(again);
    expect((await elsewhere).verdict, folder).toBe('deny');
  }
  expect((await agent.pre('Write', { ...file, content: 'e' }, { session: 'too', cwd, headers })).verdict).toBe('allow');
});

verifies(['P5'], 'a name that cannot be read is no name', async () => {
  await using it = await world();
  const agent = await it.connect();
  const answer = await agent.pre(
    'TodoWrite',
    { todos: [] },
    { session: 'odd', headers: { 'x-castellan-task': '%E0%A4%A' } },
  );
  expect(answer.verdict).toBe('allow');
  expect((await it.status()).tasks.map(({ title }) => title)).toEqual(['']);
});
