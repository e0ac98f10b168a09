// From the start of the daemon's process to its ready line, beside the start of an empty Node process in the same run.
import { spawnSync } from 'node:child_process';
import { benchDaemon } from './lib/daemon.ts';
import { report, spread } from './lib/spread.ts';

const ROUNDS = 11;
const empty: number[] = [];
const ready: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const before = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  empty.push(performance.now() - before);
  await using daemon = await benchDaemon();
  ready.push(daemon.readyMs);
}
const rows = [
  { what: 'empty Node process, ms', ...spread(empty) },
  { what: 'daemon start to ready, ms', ...spread(ready) },
];
report('start', rows, [
  { text: `daemon start to ready within 500 ms: ${spread(ready).p50}`, kept: spread(ready).p50 <= 500 },
]);
