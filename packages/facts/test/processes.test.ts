// What /proc says, as it is written there: names that try to be something else, addresses in every form, a process of our own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { isLoopback, parseConnection, socketsOf } from '../src/processes/connections.ts';
import { ProcessTable } from '../src/processes/process-table.ts';
import { parseStat } from '../src/processes/stat-line.ts';

const onLinux = test.skipIf(process.platform !== 'linux');

test('a name that looks like the rest of the line stays a name', () => {
  const rest = 'S 7 8 9 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 5550 1 1';
  expect(parseStat(`12 (a) Z 1 1 1) ${rest}`)).toMatchObject({ name: 'a) Z 1 1 1', parent: 7, group: 8, session: 9 });
  expect(parseStat(`12 (x) ${rest}`)).toMatchObject({ ticks: 5550, isOver: false });
  expect(parseStat(`12 (x) ${rest.replace('S', 'Z')}`)?.isOver).toBe(true);
  expect(parseStat('12 x S 1')).toBeNull();
});

test('the far end of a connection, in four bytes, in sixteen, and in four that look like sixteen', () => {
  const line = (remote: string, state = '01'): string =>
    `  0: 0100007F:1F90 ${remote} ${state} 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0 20 0 0 10 -1`;
  expect(parseConnection(line('0100007F:01BB'))).toEqual([{ inode: 4711, address: '127.0.0.1', port: 443 }]);
  expect(parseConnection(line('B80D0120000000000000000001000000:0050', '02'))).toEqual([
    { inode: 4711, address: '2001:db8::1', port: 80 },
  ]);
  expect(parseConnection(line('0000000000000000FFFF00000100007F:0050'))[0]?.address).toBe('127.0.0.1');
  expect(parseConnection(line('0100007F:01BB', '0A')), 'it listens').toEqual([]);
  expect(parseConnection('nonsense')).toEqual([]);
  expect([isLoopback('127.8.0.1'), isLoopback('::1'), isLoopback('10.0.0.1'), isLoopback('2001:db8::1')]).toEqual([
    ...[true, true, false, false],
  ]);
});

onLinux('a child is seen with who started it and when, as what it is, and no more once it has ended', async () => {
  const table = new ProcessTable({
    monotonic: () => performance.now(),
    after: (ms, action) => {
      const timer = setTimeout(action, ms);
      return () => clearTimeout(timer);
    },
  });
  table.look();
  const before = performance.now();
  const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => 0, 1000)', 'mine'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  const after = performance.now();
  const { all, fresh } = table.look();
  const seen = all.get(child.pid ?? 0);
  expect(fresh).toContain(seen);
  expect(seen?.parent).toBe(process.pid);
  expect(seen?.startedAt).toBeGreaterThan(before - 50);
  expect(seen?.startedAt).toBeLessThan(after + 50);
  const about = await table.about(child.pid ?? 0);
  expect(about).toMatchObject({ exe: process.execPath, cwd: process.cwd() });
  expect(about?.args.at(-1)).toBe('mine');
  expect(socketsOf(child.pid ?? 0).length).toBeGreaterThan(0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(table.look().all.has(child.pid ?? 0)).toBe(false);
  expect(seen === undefined ? '' : table.nameNow(seen)).toBeNull();
});
