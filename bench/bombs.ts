// How soon a person's answer reaches the agent that waits for it while another agent takes all it can: processes, memory, disk, descriptors, each
// within the limits of its walls. In the same run, the same answers with nobody in the way. As root, where control groups can be made.
import { BOMBS, type Bomb, bombing } from '../test/isolation/support/bombs.ts';
import { report } from './lib/spread.ts';

const ROUNDS = process.argv.includes('--quick') ? 1 : 3;
const ALONE = 60;
/** Milliseconds. */
const PROMISED = 200;

await using it = await bombing();
if (it === null) throw new Error('SKIPPED: no control groups can be made here to hold a bomb');

const at = (values: readonly number[], share: number): number =>
  Math.round(values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0);
const row = (name: string, answers: readonly number[]) => ({
  name,
  answers: answers.length,
  ...{ p50: at(answers, 0.5), p95: at(answers, 0.95), max: at(answers, 1) },
});

const alone: number[] = [];
for (let round = 0; round < ALONE; round += 1) alone.push(await it.answered());
const rows = [row('nothing else', alone.slice(ALONE / 3))];
for (const bomb of Object.keys(BOMBS) as Bomb[]) {
  const answers: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) answers.push(...(await it.set(bomb)).answers);
  rows.push(row(`a ${bomb} bomb`, answers));
}
report(
  'bombs',
  rows,
  rows.map(({ name, p95 }) => ({ text: `${name}: answers within ${PROMISED} ms (p95 ${p95})`, kept: p95 <= PROMISED })),
);
