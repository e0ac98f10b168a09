// What a flood of sign-ins costs whoever is signed in: a thousand attempts a second, first from one address, then from as many
// addresses of 127.0.0.0/8 as there are attempts, while a person and an agent go on. Beside the same daemon idle, before and
// after. `--quick` takes a fifth.
import { Worker } from 'node:worker_threads';
import { benchDaemon } from './lib/daemon.ts';
import type { FloodOrder, FloodResult } from './lib/sign-in-flood.ts';
import { report, spread } from './lib/spread.ts';

const PER_SECOND = 1000;
const SECONDS = process.argv.includes('--quick') ? 4 : 20;
const now = (): number => Number(process.hrtime.bigint()) / 1e6;

await using daemon = await benchDaemon();
const { credential } = (await daemon.request('POST', '/v1/agents', {
  kind: 'other',
  name: 'bench',
  hookTimeoutSeconds: 60,
})) as { credential: string };

function flood(from: FloodOrder['from']): Promise<FloodResult> {
  const order: FloodOrder = { port: daemon.state.port, perSecond: PER_SECOND, seconds: SECONDS, from };
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('lib/sign-in-flood.ts', import.meta.url), { workerData: order });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

/** One after the other, with a pause, as somebody at a page and an agent at work ask. */
async function ordinary(): Promise<{ readonly person: number[]; readonly calls: number[] }> {
  const person: number[] = [];
  const calls: number[] = [];
  const end = now() + SECONDS * 1000;
  while (now() < end) {
    const asked = now();
    await daemon.request('GET', '/v1/me');
    const seen = now();
    const call = { tool: 'claude-code/TodoWrite', input: { todos: [] }, session: 'bench', cwd: '/tmp' };
    await daemon.request('POST', '/v1/calls', call, credential);
    person.push(seen - asked);
    calls.push(now() - seen);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { person, calls };
}

interface Row {
  readonly what: string;
  readonly person: number;
  readonly sent: number;
  readonly hashes: number;
}

const shown: object[] = [];
async function stretch(what: string, from: FloodOrder['from'] | null): Promise<Row> {
  const attack = from === null ? null : flood(from);
  const { person, calls } = await ordinary();
  const { sent, statuses } = (await attack) ?? { sent: 0, statuses: {} };
  const hashes = statuses['401'] ?? 0;
  shown.push({
    what,
    'attempts/s': Math.round(sent / SECONDS),
    hashes,
    'held off': statuses['429'] ?? 0,
    'GET /v1/me p50 (ms)': spread(person).p50,
    'p99 (ms)': spread(person).p99,
    'a call p50 (ms)': spread(calls).p50,
    'call p99 (ms)': spread(calls).p99,
  });
  return { what, person: spread(person).p50, sent: sent / SECONDS, hashes };
}

await ordinary();
const before = await stretch('idle before', null);
const one = await stretch('one address', 'one');
const many = await stretch('many addresses', 'many');
const after = await stretch('idle after', null);

const offered = Math.min(one.sent, many.sent);
const worst = Math.max(one.person, many.person);
const idle = Math.max(before.person, after.person);
report('login', shown, [
  { text: `offered ${Math.round(offered)} attempts/s, of 900 wanted at least`, kept: offered >= 900 },
  { text: `one address has at most five passwords computed: ${one.hashes}`, kept: one.hashes <= 5 },
  {
    text: `whoever is signed in waits at most 25 ms at the median meanwhile: ${worst.toFixed(1)} ms, idle ${idle.toFixed(1)} ms`,
    kept: worst <= 25,
  },
]);
