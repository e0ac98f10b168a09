// What the way out costs: bytes a second through it, the time until a connection stands whose verdict is known, and the memory of a
// thousand tunnels; beside the same server reached directly, the plainest CONNECT proxy Node can be, and castellan-inner's forwarder in
// front, in one run. `--quick` takes a fifth.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentId, agentSocketsOf } from '@castellan/contract';
import { freePort, startDaemon } from '@castellan/testkit';
import { DAEMON_FLAGS } from '../packages/cli/src/bundles.ts';
import { report, spread } from './lib/spread.ts';
import { within } from './lib/within.ts';

const QUICK = process.argv.includes('--quick');
const BYTES = QUICK ? 64 * 1_048_576 : 512 * 1_048_576;
const ROUNDS = QUICK ? 3 : 7;
const CONNECTIONS = QUICK ? 60 : 300;
const TUNNELS = 1000;
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

const root = mkdtempSync(join(tmpdir(), 'castellan-bench-'));
const children: ChildProcess[] = [];
async function helper(...args: readonly string[]): Promise<{ readonly port: number; readonly pid: number }> {
  const file = new URL('lib/byte-server.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [file, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const port = await new Promise<number>((resolve) => child.stdout?.once('data', (line) => resolve(Number(line))));
  return { port, pid: child.pid ?? 0 };
}

const { port } = await helper();
const peer = join(root, 'peer.sock');
const { pid: peerPid } = await helper(peer);
const place = `127.0.0.1:${port}`;
await using daemon = await startDaemon({
  home: join(root, 'state'),
  // As the command starts it.
  env: { NODE_OPTIONS: DAEMON_FLAGS.join(' ') },
  config: { network: { allow: [place], privateHosts: [place], connections: 4096 } },
});
const connected = await daemon.request('POST', '/v1/agents', {
  body: { kind: 'other', name: 'bench', watched: [], hookTimeoutSeconds: 60 },
});
const { agent } = connected.json() as { agent: { id: AgentId } };
const { egress } = agentSocketsOf(join(root, 'state'), agent.id);

interface Way {
  readonly what: string;
  readonly to: { readonly path: string } | { readonly port: number; readonly host: string };
  readonly isProxy: boolean;
  /** Of the process whose work is told; 0: of none. */
  readonly pid: number;
  readonly cpu: number[];
  readonly down: number[];
  readonly up: number[];
  readonly setUp: number[];
}
const way = (what: string, to: Way['to'], isProxy: boolean, pid = 0): Way => ({
  what,
  to,
  isProxy,
  pid,
  cpu: [],
  down: [],
  up: [],
  setUp: [],
});
const ways: Way[] = [
  way('direct', { port, host: '127.0.0.1' }, false),
  way('plain CONNECT proxy', { path: peer }, true, peerPid),
  way('way out', { path: egress }, true, daemon.pid),
];
const inner = new URL(`../packages/sandbox/bin/castellan-inner-linux-${process.arch}`, import.meta.url).pathname;
if (existsSync(inner)) {
  const forwarded = await freePort();
  const child = spawn(inner, ['--forward', `${forwarded}:${egress}`, '--', '/bin/sleep', '3600'], { stdio: 'inherit' });
  children.push(child);
  ways.push(way('castellan-inner, way out', { port: forwarded, host: '127.0.0.1' }, true));
}

/** A connection that stands, and what it took. */
async function open({ to, isProxy }: Way): Promise<{ readonly socket: Socket; readonly ms: number }> {
  const begun = now();
  const socket = connect({ ...to, allowHalfOpen: true, noDelay: true } as never);
  socket.on('error', () => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    socket.once('close', () => reject(new Error('it was closed')));
    if (!isProxy) return socket.once('connect', () => resolve());
    socket.write(`CONNECT ${place} HTTP/1.1\r\nHost: ${place}\r\n\r\n`);
    socket.once('data', (head) => {
      if (head.includes(' 200 ')) resolve();
      else reject(new Error(head.toString()));
    });
  });
  const ms = now() - begun;
  socket.removeAllListeners('close');
  return { socket, ms };
}

async function download(each: Way): Promise<number> {
  const { socket } = await open(each);
  const begun = now();
  let got = 0;
  socket.on('data', (chunk) => {
    got += chunk.length;
  });
  socket.write(`send ${BYTES}\n`);
  await new Promise((resolve) => socket.once('end', resolve));
  socket.destroy();
  if (got !== BYTES) throw new Error(`${each.what}: ${got} of ${BYTES} bytes`);
  return BYTES / 1_048_576 / ((now() - begun) / 1000);
}

async function upload(each: Way): Promise<number> {
  const { socket } = await open(each);
  const chunk = Buffer.alloc(262_144, 'x');
  const begun = now();
  socket.write('take\n');
  for (let left = BYTES; left > 0; left -= chunk.length)
    if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve));
  const said = new Promise<string>((resolve) => socket.once('data', (text) => resolve(text.toString())));
  socket.end();
  const taken = Number(await said);
  socket.destroy();
  if (taken !== BYTES) throw new Error(`${each.what}: ${taken} of ${BYTES} bytes`);
  return BYTES / 1_048_576 / ((now() - begun) / 1000);
}

/** What a process has worked, all of its threads: a busy machine makes everything slower, and hardly more work. */
function cpuSeconds(pid: number): number {
  if (pid === 0) return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const rss = (): number =>
  Number(/^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${daemon.pid}/smaps_rollup`, 'utf8'))?.[1] ?? '0') / 1024;

await within(
  600_000,
  'the measurements',
  (async () => {
    // The first one of all decides; it is not measured.
    for (const each of ways) (await open(each)).socket.destroy();
    for (let round = 0; round < CONNECTIONS; round += 1)
      for (const each of ways) {
        const { socket, ms } = await open(each);
        each.setUp.push(ms);
        socket.destroy();
      }
    for (let round = 0; round < ROUNDS; round += 1)
      for (const each of ways) {
        const begun = cpuSeconds(each.pid);
        each.down.push(await download(each));
        each.up.push(await upload(each));
        each.cpu.push((cpuSeconds(each.pid) - begun) / ((2 * BYTES) / 1_073_741_824));
      }
  })(),
);
const before = rss();
const [, , through] = ways;
if (through === undefined) throw new Error('no way out');
const sockets: Socket[] = [];
for (let at = 0; at < TUNNELS; at += 50)
  sockets.push(...(await Promise.all(Array.from({ length: 50 }, async () => (await open(through)).socket))));
// Each of them carries something, so that what it holds is held.
await Promise.all(
  sockets.map((socket) => {
    socket.write('hello there\n');
    return new Promise((resolve) => socket.once('data', resolve));
  }),
);
const grown = rss() - before;
for (const socket of sockets) socket.destroy();

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const rows = ways.map(({ what, down, up, setUp, cpu, pid }) => ({
  what,
  'down MB/s': Math.round(median(down)),
  'up MB/s': Math.round(median(up)),
  ...(pid !== 0 && { 'work s/GB': Number(median(cpu).toFixed(2)) }),
  'set-up p50 ms': spread(setUp).p50,
  'set-up p99 ms': spread(setUp).p99,
}));
const [direct] = ways;
const added = median(through.setUp) - median(direct?.setUp ?? []);
const rate = Math.min(median(through.down), median(through.up));
report(
  'egress',
  [...rows, { what: `${TUNNELS} tunnels`, 'grown MB': Math.round(grown) }],
  [
    { text: `at least 500 MB/s each way: ${Math.round(rate)} MB/s`, kept: rate >= 500 },
    { text: `a connection whose verdict is known stands within 2 ms more: ${added.toFixed(2)} ms`, kept: added <= 2 },
    { text: `1,000 tunnels in at most 100 MB: ${Math.round(grown)} MB`, kept: grown <= 100 },
  ],
);
for (const child of children) child.kill();
rmSync(root, { recursive: true, force: true });
process.exit();
