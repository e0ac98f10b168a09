// The helpers themselves: a helper that lies makes every suite lie.
import { existsSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { bareEnvironment, freePort, runProcess, startDaemon, tempFolder, verifies } from '../src/index.ts';

let left = '';
test('a temporary folder is private', () => {
  left = tempFolder();
  expect(statSync(left).mode & 0o777).toBe(0o700);
});
test('and gone after its test', () => expect(existsSync(left)).toBe(false));

test('a free port can be taken', async () => {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const socket = connect(port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.destroy();
  server.close();
});

test('a process gives its streams, its code and its signal', async () => {
  const env = bareEnvironment('/nonexistent');
  expect(await runProcess('sh', ['-c', 'cat; echo e >&2; exit 3'], { env, input: 'in' })).toEqual({
    code: 3,
    signal: null,
    stdout: 'in',
    stderr: 'e\n',
  });
  expect(await runProcess('sh', ['-c', 'kill -9 $$'])).toMatchObject({ code: null, signal: 'SIGKILL' });
  await expect(runProcess('sleep', ['9'], { timeout: 50 })).rejects.toThrow('did not end within 50 ms');
  await expect(runProcess('/nonexistent/program', [])).rejects.toThrow('ENOENT');
});

test('a bare environment has nothing of ours', async () => {
  const { stdout } = await runProcess('env', [], { env: bareEnvironment('/h') });
  const names = stdout
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);
  expect(names.toSorted()).toEqual(['HOME', 'LANG', 'NO_COLOR', 'PATH', 'TERM']);
});

test('a citation of no row is refused', () => {
  // @ts-expect-error: a typo is an error of types first; this shows the one at run time.
  expect(() => verifies(['L99'], 'nothing', () => undefined)).toThrow('L99');
  expect(() => verifies([], 'nothing', () => undefined)).toThrow('no claim');
});

test('a daemon is real: it answers, asks for a credential, and stops', async () => {
  await using daemon = await startDaemon();
  expect((await daemon.request('GET', '/v1/status')).status).toBe(200);
  expect((await daemon.request('GET', '/v1/status', { over: 'socket' })).status).toBe(200);
  expect((await daemon.request('GET', '/v1/status', { token: null })).status).toBe(401);
  expect(await daemon.stop()).toMatchObject({ code: 0 });
  await expect(startDaemon({ home: daemon.home, config: { preset: 'nonsense' } })).rejects.toMatchObject({
    result: { code: expect.any(Number), stderr: expect.stringContaining('castellan') },
  });
});
