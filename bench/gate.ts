// Decided and durably recorded calls over the Unix socket at 1, 16 and 128 concurrent callers, beside a bare write and
// fdatasync on the same disk in the same run. `--quick` takes a tenth.
import { fdatasync, openSync, write } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchDaemon } from './lib/daemon.ts';
import { rawClient } from './lib/raw-client.ts';
import { report, spread } from './lib/spread.ts';

const quick = process.argv.includes('--quick') ? 10 : 1;
const COUNTS = [
  { callers: 1, count: 4000 / quick },
  { callers: 16, count: 20_000 / quick },
  { callers: 128, count: 80_000 / quick },
];

async function measure(callers: number, count: number, once: (caller: number, n: number) => Promise<void>) {
  const times: number[] = [];
  let next = 0;
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      while (next < count) {
        const n = next++;
        const before = performance.now();
        await once(caller, n);
        times.push(performance.now() - before);
      }
    }),
  );
  return { callers, perSecond: Math.round((times.length / (performance.now() - begin)) * 1000), ...spread(times) };
}

await using daemon = await benchDaemon();
const connected = (await daemon.request('POST', '/v1/agents', {
  kind: 'claude-code',
  name: 'bench',
  hookTimeoutSeconds: 60,
})) as { credential: string };
const project = join(daemon.home, 'project');
const body = (n: number): string =>
  JSON.stringify({
    tool: 'Read',
    input: { file_path: join(project, `src/file-${n % 100}.ts`) },
    cwd: project,
    session: 'bench',
    callId: `c${n}`,
  });

const file = openSync(join(daemon.home, 'bare'), 'w');
const [put, sync] = [promisify(write), promisify(fdatasync)];
const record = Buffer.alloc(900, 'x');
const bare = async (): Promise<void> => {
  await put(file, record);
  await sync(file);
};

let sequence = 0;
const rows = [];
const promises = [];
for (const { callers, count } of COUNTS) {
  const floor = await measure(1, Math.min(count, 2000 / quick), bare);
  const clients = Array.from({ length: callers }, () => rawClient(daemon.state.socket, connected.credential));
  const gate = await measure(callers, count, async (caller) => {
    const answer = await clients[caller]?.post('/v1/calls', body(sequence++));
    if (answer === undefined || !answer.includes('"kind":"run"')) throw new Error(`not allowed: ${answer}`);
  });
  for (const client of clients) client[Symbol.dispose]();
  const ratio = Number((gate.p50 / floor.p50).toFixed(2));
  rows.push({ what: 'bare write + fdatasync', ...floor, ratio: 1 }, { what: 'gate', ...gate, ratio });
  if (callers < 128)
    promises.push({ text: `ack p50 at ${callers} within 3x of fdatasync: ${ratio}x`, kept: ratio <= 3 });
  else
    promises.push({
      text: `at least 10,000 calls/s at 128 callers: ${gate.perSecond}`,
      kept: gate.perSecond >= 10_000,
    });
}
report('gate', rows, promises);
