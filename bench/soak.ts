// A million calls of every kind, and what the daemon holds then (D3): resident memory after a collection at the last of them may be
// at most 105 % of that at a tenth, and descriptors may not grow. `--calls N` for another number; `npm run soak` is this.
// The mix of each thousand: reads, files really written (before-images are kept), refusals, calls through the gateway, questions
// that a person answers, searches, pages that follow along and go away. Sessions of five thousand calls begin and end.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { honestMcp } from '@castellan/testkit';
import { WebSocket } from 'ws';
import { collector } from './lib/collected.ts';
import { httpClient } from './lib/mcp-client.ts';
import { benchGateway } from './lib/mcp-gateway.ts';
import { rawClient } from './lib/raw-client.ts';
import { report } from './lib/spread.ts';

const at = process.argv.indexOf('--calls');
const CALLS = at > 0 ? Number(process.argv[at + 1]) : 1_000_000;
const CALLERS = 32;
const SAMPLES = 20;
const SESSION_CALLS = 5000;
/** Over before an idle connection is closed. */
const COLLECTIONS = 8;
const FILES = 500;
const MOST_GROWTH = 1.05;
const MOST_DESCRIPTORS = 16;

await using gateway = await benchGateway({ inspected: true });
const { daemon } = gateway;
await gateway.add('echo', honestMcp({ only: ['echo'], name: 'echo' }));
const { credential } = (await daemon.request('POST', '/v1/agents', {
  kind: 'claude-code',
  name: 'soak',
  hookTimeoutSeconds: 60,
})) as { credential: string };
const { token: looker } = (await daemon.request('POST', '/v1/api-tokens', {
  name: 'soak',
  permissions: ['events:read'],
  days: 1,
})) as { token: string };
if (daemon.inspector === null) throw new Error('the daemon has no inspector');
using memory = await collector(daemon.inspector);
const project = join(daemon.home, 'project');
mkdirSync(project, { recursive: true });

interface Sample {
  readonly calls: number;
  readonly rssMiB: number;
  readonly heapMiB: number;
  readonly externalMiB: number;
  readonly descriptors: number;
  readonly perSecond: number;
}
const samples: Sample[] = [];
let sent = 0;
let lastAt = performance.now();
let lastCalls = 0;

type Client = ReturnType<typeof rawClient>;
const body = (n: number, tool: string, input: object): string =>
  JSON.stringify({
    tool,
    input,
    cwd: project,
    session: `session-${Math.floor(n / SESSION_CALLS)}`,
    callId: `call-${n}`,
  });
const idOf = (answer: string): string => /"call":"(call_[0-9a-z]+)"/.exec(answer)?.[1] ?? '';

async function read(client: Client, n: number): Promise<void> {
  const answer = await client.post('/v1/calls', body(n, 'Read', { file_path: `${project}/f${n % FILES}.ts` }));
  if (!answer.includes('"kind":"run"')) throw new Error(answer);
  // Half of the calls never report what came of them: that must not grow the daemon either.
  if (n % 2 === 0) await client.post(`/v1/calls/${idOf(answer)}/outcome`, '{"status":"succeeded"}');
}

async function write(client: Client, n: number): Promise<void> {
  // New each time: one that version control does not have would be asked about. Old ones go, so that the folder stays small.
  const file_path = join(project, `new-${n}.ts`);
  rmSync(join(project, `new-${n - FILES}.ts`), { force: true });
  const content = `export const value = ${n};\n`.repeat(20);
  const answer = await client.post('/v1/calls', body(n, 'Write', { file_path, content }));
  if (!answer.includes('"kind":"run"')) throw new Error(answer);
  writeFileSync(file_path, content);
  await client.post(`/v1/calls/${idOf(answer)}/outcome`, '{"status":"succeeded"}');
}

async function refused(client: Client, n: number): Promise<void> {
  const answer = await client.post('/v1/calls', body(n, 'Bash', { command: 'rm -rf ~' }));
  if (!answer.includes('"kind":"refused"')) throw new Error(answer);
}

/** Everything that waits, one time yes and one time no. */
async function answerAll(): Promise<void> {
  const { approvals } = (await daemon.request('GET', '/v1/approvals')) as {
    approvals: { id: string; digest: string; state: { kind: string } }[];
  };
  for (const [at, { id, digest, state }] of approvals.entries()) {
    if (state.kind !== 'pending') continue;
    const answer = at % 2 === 0 ? { answer: 'approve', digest } : { answer: 'deny' };
    await daemon.request('POST', `/v1/approvals/${id}/resolve`, answer);
  }
}

/** One person answers, who looks again and again while anything waits. */
let answering: Promise<void> | null = null;

async function asked(client: Client, n: number): Promise<void> {
  let waits = true;
  const answered = client.post('/v1/calls', body(n, 'nothing/known', { n })).finally(() => {
    waits = false;
  });
  while (waits) {
    answering ??= answerAll().finally(() => {
      answering = null;
    });
    await answering;
    await Promise.race([answered, sleep(20)]);
  }
  await answered;
}

async function looked(): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${daemon.state.port}/v1/socket`, {
    headers: { authorization: `Bearer ${looker}` },
  });
  await new Promise((resolve, reject) => socket.once('message', resolve).once('error', reject));
  socket.terminate();
  await daemon.request('GET', '/v1/activity');
}

/** Calls that are under way; and where a sample is taken, what the next ones wait for. */
let running = 0;
let taking: Promise<void> | null = null;

/**
 * Clients say that a session ends. One that is killed keeps what it has for three days, within bounds of its own (20,000 open calls of all
 * together): that is another number than what a call leaves behind.
 */
async function sessionEnded(client: Client, session: number): Promise<void> {
  const event = { hook_event_name: 'SessionEnd', session_id: `session-${session}`, cwd: project, reason: 'other' };
  await client.post('/v1/hooks/claude-code', JSON.stringify(event));
}

/** Once every `CALLS / SAMPLES`, while no call is under way: what one holds for a moment is no growth. */
async function sample(calls: number): Promise<void> {
  const perSecond = Math.round(((calls - lastCalls) / (performance.now() - lastAt)) * 1000);
  while (running > 0) await sleep(5);
  let taken: Sample | null = null;
  // Between two collections the daemon goes on, and by up to a twentieth it holds more or less: the least of them is what it keeps.
  for (let round = 0; round < COLLECTIONS; round += 1) {
    const held = await memory.collect();
    const rssMiB = Number(daemon.rss().toFixed(1));
    if (taken === null || rssMiB < taken.rssMiB)
      taken = { calls, rssMiB, ...held, descriptors: daemon.descriptors(), perSecond };
  }
  if (taken === null) throw new Error('nothing was measured');
  samples.push(taken);
  if (process.stderr.isTTY || samples.length % 2 === 0)
    process.stderr.write(
      `${calls} calls: ${taken.rssMiB} MiB (heap ${taken.heapMiB}, beside it ${taken.externalMiB}), ${taken.descriptors} descriptors, ${perSecond}/s\n`,
    );
  lastAt = performance.now();
  lastCalls = calls;
}

await using mcp = await httpClient(gateway.address(), gateway.headers);
// Open to the last sample, as at all others.
using clients = new DisposableStack();
await Promise.all(
  Array.from({ length: CALLERS }, async (_, caller) => {
    const client = clients.use(rawClient(daemon.state.socket, credential));
    while (sent < CALLS) {
      while (taking !== null) await taking;
      const n = sent++;
      if (n > 0 && n % Math.ceil(CALLS / SAMPLES) === 0) {
        taking = sample(n);
        await taking;
        taking = null;
      }
      running += 1;
      // Its last calls are under way for some moments.
      if (n % SESSION_CALLS === SESSION_CALLS / 2 && n > SESSION_CALLS)
        await sessionEnded(client, Math.floor(n / SESSION_CALLS) - 1);
      const kind = n % 1000;
      if (kind < 100) await write(client, n);
      else if (kind < 150) await refused(client, n);
      else if (kind < 170) await mcp.send('tools/call', { name: 'echo__echo', arguments: { text: `${n}` } });
      else if (kind < 175) await asked(client, n);
      else if (kind < 180 && caller % 2 === 0) await looked();
      else await read(client, n);
      running -= 1;
    }
  }),
).catch((error: unknown) => {
  // The daemon's end would break every other caller's connection and hide what came first.
  console.error(error);
  process.kill(daemon.state.pid);
  process.exit(1);
});
await sample(CALLS);

const early = samples.find(({ calls }) => calls >= CALLS / 10);
const late = samples.at(-1);
if (early === undefined || late === undefined) throw new Error('too few calls to compare');
const growth = late.rssMiB / early.rssMiB;
report('soak', samples, [
  {
    text: `resident after a collection at ${late.calls} calls: ${(growth * 100).toFixed(1)} % of that at ${early.calls}, at most 105`,
    kept: growth <= MOST_GROWTH,
  },
  {
    text: `descriptors: ${early.descriptors} then, ${late.descriptors} now`,
    kept: late.descriptors - early.descriptors <= MOST_DESCRIPTORS,
  },
]);
