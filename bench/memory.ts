// Memory of the daemon over 1,000,000 decided and recorded calls (`--calls N` for another number): it may not grow with
// them. Compared are the medians of the resident size in the second and the last fifth of the run.
import { join } from 'node:path';
import { benchDaemon } from './lib/daemon.ts';
import { rawClient } from './lib/raw-client.ts';
import { report } from './lib/spread.ts';

const at = process.argv.indexOf('--calls');
const CALLS = at > 0 ? Number(process.argv[at + 1]) : 1_000_000;
const CALLERS = 64;
const SAMPLES = 50;

await using daemon = await benchDaemon();
const { credential } = (await daemon.request('POST', '/v1/agents', {
  kind: 'claude-code',
  name: 'bench',
  hookTimeoutSeconds: 60,
})) as { credential: string };
const cwd = join(daemon.home, 'project');
const sizes: number[] = [];
let sent = 0;
const begin = performance.now();
await Promise.all(
  Array.from({ length: CALLERS }, async () => {
    using client = rawClient(daemon.state.socket, credential);
    while (sent < CALLS) {
      const n = sent++;
      if (n % Math.ceil(CALLS / SAMPLES) === 0) sizes.push(daemon.rss());
      const body = {
        tool: 'Read',
        input: { file_path: `${cwd}/f${n % 1000}.ts` },
        cwd,
        session: `session-${Math.floor(n / 10_000)}`,
        callId: `call-${n}`,
      };
      const answer = await client.post('/v1/calls', JSON.stringify(body));
      const call = /"call":"(call_[0-9a-z]+)"/.exec(answer)?.[1];
      if (call === undefined || !answer.includes('"kind":"run"')) throw new Error(answer);
      // Half of the calls never report what came of them: that must not grow the daemon either.
      if (n % 2 === 0) await client.post(`/v1/calls/${call}/outcome`, '{"status":"succeeded"}');
    }
  }),
);
const seconds = (performance.now() - begin) / 1000;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const fifth = Math.floor(sizes.length / 5);
const [early, late] = [median(sizes.slice(fifth, 2 * fifth)), median(sizes.slice(-fifth))];
const growth = Number((late / early).toFixed(2));
report(
  'memory',
  [
    {
      calls: CALLS,
      perSecond: Math.round(CALLS / seconds),
      earlyMiB: Math.round(early),
      lateMiB: Math.round(late),
      growth,
    },
  ],
  [{ text: `resident memory is flat: ${growth}x from the second to the last fifth`, kept: growth <= 1.25 }],
);
