// 500 pages that follow along (W3): from the moment an agent sends a call that a person must answer until the first and the last
// of them has been told, and what each of them costs the daemon in memory.
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { benchDaemon } from './lib/daemon.ts';
import { report, spread } from './lib/spread.ts';

const quick = process.argv.includes('--quick');
const CLIENTS = 500;
const ROUNDS = quick ? 10 : 50;
/** Fewer than one actor may open. */
const PER_TOKEN = 125;

await using daemon = await benchDaemon();
const { credential } = (await daemon.request('POST', '/v1/agents', {
  kind: 'claude-code',
  name: 'bench',
  hookTimeoutSeconds: 600,
})) as { credential: string };

const arrivals = new Map<string, number[]>();
let resolved = (): void => undefined;
function onMessage(text: string): void {
  const { event } = JSON.parse(text) as { event: { kind: string; approval?: { id: string; state: { kind: string } } } };
  if (event.kind !== 'approval' || event.approval?.state.kind !== 'pending') return;
  const times = arrivals.get(event.approval.id) ?? [];
  times.push(performance.now());
  arrivals.set(event.approval.id, times);
  if (times.length === CLIENTS) resolved();
}

async function open(token: string): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${daemon.state.port}/v1/socket`, {
    perMessageDeflate: false,
    headers: { authorization: `Bearer ${token}` },
  });
  socket.on('message', (data) => onMessage(data.toString()));
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
  return socket;
}

const before = daemon.rss();
const sockets: WebSocket[] = [];
for (let n = 0; n < CLIENTS / PER_TOKEN; n += 1) {
  const { token } = (await daemon.request('POST', '/v1/api-tokens', {
    name: `bench ${n}`,
    permissions: ['events:read'],
    days: 1,
  })) as { token: string };
  for (let each = 0; each < PER_TOKEN; each += 1) sockets.push(await open(token));
}
const perClient = ((daemon.rss() - before) * 1024) / CLIENTS;

const first: number[] = [];
const last: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const all = new Promise<void>((resolve) => {
    resolved = resolve;
  });
  const sent = performance.now();
  const call = daemon.request(
    'POST',
    '/v1/calls',
    {
      tool: 'Bash',
      input: { command: `git push --force origin main # ${round}` },
      cwd: join(daemon.home, 'project'),
      session: 'bench',
      callId: `call-${round}`,
    },
    credential,
  );
  await Promise.race([all, call.then((answer) => Promise.reject(new Error(JSON.stringify(answer))))]);
  const [id = '', times = []] = [...arrivals].at(-1) ?? [];
  first.push(Math.min(...times) - sent);
  last.push(Math.max(...times) - sent);
  await daemon.request('POST', `/v1/approvals/${id}/resolve`, { answer: 'deny' });
  await call;
}
for (const socket of sockets) socket.terminate();
const told = spread(last);
report(
  'live',
  [
    {
      clients: CLIENTS,
      rounds: ROUNDS,
      firstMs: spread(first).p50,
      lastMs: told.p50,
      lastP99Ms: told.p99,
      kibPerClient: Math.round(perClient),
    },
  ],
  [
    { text: `the last of ${CLIENTS} pages is told ${told.p50} ms after the agent asked`, kept: told.p50 <= 200 },
    { text: `a page costs ${Math.round(perClient)} KiB`, kept: perClient <= 256 },
  ],
);
