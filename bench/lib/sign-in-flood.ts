// Attempts to sign in, so many a second, in a thread of their own: what is measured beside them must not wait for who sends them.
// Told by its workerData where to; says at the end how many were sent and what came back.
import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

export interface FloodOrder {
  readonly port: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** one: all from 127.0.0.1 over kept connections; many: each from another address of 127.0.0.0/8. */
  readonly from: 'one' | 'many';
}
export interface FloodResult {
  readonly sent: number;
  readonly statuses: Readonly<Record<string, number>>;
}

const { port, perSecond, seconds, from } = workerData as FloodOrder;
const now = (): number => Number(process.hrtime.bigint()) / 1e6;
const kept = new Agent({ keepAlive: true, maxSockets: 64 });
const addressOf = (n: number): string => `127.${1 + ((n >> 16) & 127)}.${(n >> 8) & 255}.${n & 255 || 1}`;

function attempt(n: number): Promise<number> {
  // Names that nobody has: one that somebody has is held off after five, wherever they come from.
  const body = JSON.stringify({ name: `name${n}`, password: 'wrong-Horse-battery-9' });
  return new Promise((resolve) => {
    const asked = request(
      {
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/v1/sign-in',
        ...(from === 'one' ? { agent: kept } : { agent: false, localAddress: addressOf(n) }),
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    asked.once('error', () => resolve(0));
    asked.end(body);
  });
}

const statuses: Record<string, number> = {};
const open = new Set<Promise<void>>();
const begun = now();
let sent = 0;
while (now() - begun < seconds * 1000) {
  const due = Math.floor(((now() - begun) / 1000) * perSecond);
  for (; sent < due; sent += 1) {
    const one = attempt(sent).then((status) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      open.delete(one);
    });
    open.add(one);
  }
  await new Promise((resolve) => setTimeout(resolve, 2));
}
await Promise.all(open);
kept.destroy();
parentPort?.postMessage({ sent, statuses } satisfies FloodResult);
