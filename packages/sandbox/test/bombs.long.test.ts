// Commands that take all they can. Nothing is timed: each ends by its limit, says so, and leaves the session usable.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Grounds, grounds, needWalls, UNTOLD } from './support/workspace.ts';

await needWalls();

let it: Grounds;
beforeAll(() => {
  it = grounds();
});
afterAll(() => it[Symbol.asyncDispose]());

test('a command that says more than anybody reads is cut in the middle, and ends by its time', async () => {
  const { text, failed } = await it.run('yes line', [UNTOLD], { timeout: 1000 });
  expect(failed).toBe(true);
  expect(text.length).toBeLessThan(60_000);
  expect(text).toMatch(/characters left out/);
  expect(text).toContain('it took longer than 1 s');
});

test('a fork bomb is ended, and nothing of it is left', async () => {
  const { text, failed } = await it.run('b() { b | b & }; b; sleep 30');
  expect(failed).toBe(true);
  expect(text).toMatch(/ended: it started more than|Resource temporarily unavailable|Cannot allocate/);
  expect((await it.run('echo fine')).text).toBe('fine');
}, 90_000);
