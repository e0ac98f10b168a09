// Walls around a server that fail by themselves, as by what the server leaves behind: it costs the server, never the daemon, which ends at
// any rejection that nobody handles.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { honestMcp, tempFolder, uncaught } from '@castellan/testkit';
import { expect, test } from 'vitest';
import type { ServerWalls, WalledServer } from '../src/mcp/host.ts';
import { said, upstreamWorld } from './support/upstream-world.ts';

/** Rejections are told of after the turn in which they were left alone. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

const wallsOf = (confine: ServerWalls['confine']): ServerWalls => ({ key: 'walls', confine });
const plain = (program: Parameters<ServerWalls['confine']>[0], ended: WalledServer['ended']): WalledServer => ({
  ok: true,
  ...program,
  started: () => undefined,
  ended,
});
const refuses = (): Promise<void> => Promise.reject(new Error('EACCES: permission denied'));

test('what a server leaves and nobody can remove ends neither the daemon nor its module', async () => {
  using stray = uncaught();
  const world = upstreamWorld({ host: { walls: () => wallsOf(async (program) => plain(program, refuses)) } });
  await world.accept('notes', honestMcp());
  const server = await world.open('notes');
  expect(said(await world.echo(server, 'one'))).toBe('one');
  await world.upstreams.restart('notes');
  expect(said(await world.echo(await world.open('notes'), 'two'))).toBe('two');
  await world.upstreams.closeSession('ses-1');
  await world.open('notes');
  world.modules.delete('notes');
  world.changed('notes');
  await world.upstreams[Symbol.asyncDispose]();
  await settled();
  expect(stray.errors).toEqual([]);
});

test('a server that ends by itself and leaves that is told of as a crash', async () => {
  using stray = uncaught();
  const world = upstreamWorld({ host: { walls: () => wallsOf(async (program) => plain(program, refuses)) } });
  await world.accept('notes', honestMcp());
  const server = await world.open('notes');
  const there = await server.request('tools/call', { name: 'environment', arguments: {} });
  process.kill(Number(JSON.parse(said(there) ?? '{}').pid), 'SIGKILL');
  await expect.poll(() => world.upstreams.state('notes').state).toBe('backing-off');
  await settled();
  expect(stray.errors).toEqual([]);
  await world.upstreams.restart('notes');
  expect(said(await world.echo(await world.open('notes'), 'again'))).toBe('again');
});

test('walls that cannot be made, as on a full disk, are a crash of the server, which can be started again', async () => {
  using stray = uncaught();
  let isFull = true;
  const world = upstreamWorld({
    host: {
      walls: () =>
        wallsOf(async (program) => {
          if (isFull) throw new Error('ENOSPC: no space left on device');
          return plain(program, () => Promise.resolve());
        }),
    },
  });
  await world.accept('notes', honestMcp());
  await expect(world.open('notes')).rejects.toThrow('backing-off: `notes`: it cannot be started: ENOSPC');
  expect(world.notes.at(-1)).toMatchObject({ module: 'notes', change: 'crashed' });
  expect(world.upstreams.state('notes').state).toBe('backing-off');
  await world.upstreams.closeSession('ses-1');
  await settled();
  expect(stray.errors).toEqual([]);
  isFull = false;
  await world.upstreams.restart('notes');
  expect(said(await world.echo(await world.open('notes'), 'again'))).toBe('again');
});

test.runIf(process.platform === 'linux')(
  'what a server started and let go is ended before its folders go',
  async () => {
    const pids = join(tempFolder(), 'pids');
    const runs = (pid: string): boolean =>
      existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const seen: boolean[] = [];
    const world = upstreamWorld({
      host: {
        walls: () =>
          wallsOf(async (program) =>
            plain(program, async (others) => {
              const [pid = ''] = readFileSync(pids, 'utf8').trim().split('\n').slice(-1);
              seen.push(runs(pid));
              await others;
              await expect.poll(() => runs(pid)).toBe(false);
              seen.push(runs(pid));
            }),
          ),
      },
    });
    const { command, args } = honestMcp();
    const script = `setsid sleep 61 & echo $! >> '${pids}'; exec "$@"`;
    await world.accept('notes', { ...honestMcp(), command: 'sh', args: ['-c', script, 'sh', command, ...args] });
    await world.open('notes');
    await world.upstreams.closeSession('ses-1');
    await world.upstreams[Symbol.asyncDispose]();
    expect(seen).toEqual([true, false]);
  },
);
