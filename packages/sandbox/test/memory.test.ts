// Memory that a command takes: by itself, which the kernel counts, and by many processes together, which we count.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { limitsWith } from '../src/limits/here.ts';
import { freeOn, isFilled, watchOver } from '../src/limits/watch.ts';
import { type Grounds, grounds, needWalls, UNTOLD } from './support/workspace.ts';

await needWalls();

let it: Grounds;
beforeAll(() => {
  it = grounds();
});
afterAll(() => it[Symbol.asyncDispose]());

const GIB = 1024 ** 3;

test('a command has half of the memory there is at most, and never more than 8 GiB', () => {
  expect(limitsWith(64 * GIB).memoryBytes).toBe(8 * GIB);
  expect(limitsWith(4 * GIB).memoryBytes).toBe(2 * GIB);
});

test('a program that asks for more and more is refused it, also where it never writes into what it got', async () => {
  const loop = 'const held = []; for (;;) held.push(Buffer.alloc(100_000_000));';
  const { text, failed } = await it.run(`node -e '${loop}'`, [UNTOLD], { timeout: 120_000 });
  expect(failed).toBe(true);
  expect(text).toMatch(/allocation failed|out of memory|ended: it took more than/i);
  expect((await it.run('echo fine')).text).toBe('fine');
}, 150_000);

test('processes that stay below it one by one are counted together', async () => {
  const child = `node -e 'const held = Buffer.alloc(80_000_000, 1); setInterval(() => held.length, 1000)'`;
  const all = spawn('/bin/sh', ['-c', `${child} & ${child} & ${child} & wait`], { detached: true, stdio: 'ignore' });
  const { pid = 0 } = all;
  const why = await new Promise<string>((resolve) => {
    watchOver(pid, { processes: 1024, memoryBytes: 200_000_000, fileBytes: 1 }, resolve);
  });
  const over = once(all, 'close');
  process.kill(-pid, 'SIGKILL');
  await over;
  expect(why).toBe('it took more than 191 MiB of memory');
}, 60_000);

test('what a thread that is not the first starts is counted too', async () => {
  const script = [
    'import os, threading, time',
    'def other():',
    '  if os.fork() == 0:',
    '    held = bytearray(300_000_000); time.sleep(60); os._exit(0)',
    '  time.sleep(60)',
    'threading.Thread(target=other).start()',
  ].join('\n');
  const all = spawn('python3', ['-c', script], { detached: true, stdio: 'ignore' });
  const { pid = 0 } = all;
  const why = await new Promise<string>((resolve) => {
    watchOver(pid, { processes: 1024, memoryBytes: 200_000_000, fileBytes: 1 }, resolve);
    all.once('close', () => resolve('not noticed'));
  });
  const over = once(all, 'close');
  process.kill(-pid, 'SIGKILL');
  await over;
  expect(why).toBe('it took more than 191 MiB of memory');
}, 90_000);

test('files in memory are few: /dev/shm has a size, and nothing else of /dev can be written', async () => {
  const { text } = await it.run(
    'head -c 400M /dev/zero > /dev/shm/x; stat -c %s /dev/shm/x; for f in /dev/x /dev/pts/x; do echo x > $f && echo WROTE; done; echo out > /dev/null && echo null',
  );
  expect(text).toMatch(/No space left/);
  expect(Number(/^(\d+)$/m.exec(text)?.[1])).toBeLessThanOrEqual(64 * 1024 * 1024);
  expect(text).not.toContain('WROTE');
  expect(text).toContain('null');
});

test('a disk is not filled: what was nearly full before is no reason, what is left and was taken is', async () => {
  expect(await freeOn('/')).toBeGreaterThan(0);
  expect(isFilled(20 * GIB, 2 * GIB)).toBe(false);
  expect(isFilled(20 * GIB, GIB / 2)).toBe(true);
  expect(isFilled(GIB / 2, GIB / 2 - 1000)).toBe(false);
});
