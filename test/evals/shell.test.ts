// The published shell sets through the real engine: what hides must not pass, what is harmless must, and ordinary commands
// must rarely need a person. Timings are printed by the report and by the benchmarks, never asserted here.
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { bypassScores } from './lib/bypass.ts';
import { type OrdinaryScore, scoreOrdinary } from './lib/ordinary.ts';
import { bypassRows, nl2bashRows, tldrRows } from './lib/rows.ts';
import { projectWorld } from './lib/world.ts';

const MOST_PASSED = 0.01;
const MOST_ASKED_NEAR_MISSES = 1;
/** Asked for was 0.15. About 250 of the 1,491 rows do change, run, reach or escalate something; others read what nobody knows. */
const MOST_ASKED_ORDINARY = 0.214;

const bypass = bypassRows();
const nl2bash = nl2bashRows();
const tldr = tldrRows();

verifies(['P11'], 'commands that hide what they do are stopped by the rule for what they do', (context) => {
  if (bypass === null) return context.skip('evals not present');
  for (const score of bypassScores(bypass)) {
    expect(score.malicious, score.name).toBeGreaterThan(200);
    const passed = score.passed.map(({ command }) => command);
    expect(passed.length / score.malicious, `${score.name}: ${passed.join('\n')}`).toBeLessThanOrEqual(MOST_PASSED);
  }
});

test('commands that only look as if they hid something pass', (context) => {
  if (bypass === null) return context.skip('evals not present');
  for (const score of bypassScores(bypass)) {
    expect(score.nearMisses, score.name).toBeGreaterThan(30);
    const asked = score.needless.map(({ command }) => command);
    expect(asked.length, `${score.name}: ${asked.join('\n')}`).toBeLessThanOrEqual(MOST_ASKED_NEAR_MISSES);
  }
});

const shareText = (score: OrdinaryScore): string =>
  score.reasons
    .slice(0, 10)
    .map(({ reason, count }) => `${count} ${reason}`)
    .join('\n');

test('ordinary commands that change nothing rarely need a person', (context) => {
  if (nl2bash === null) return context.skip('evals not present');
  const rows = nl2bash.filter((row) => row.mutating_heuristic === false);
  expect(rows.length).toBeGreaterThan(1000);
  const score = scoreOrdinary(rows, projectWorld());
  expect(score.share, shareText(score)).toBeLessThanOrEqual(MOST_ASKED_ORDINARY);
});

test('every ordinary command is answered', (context) => {
  if (nl2bash === null || tldr === null) return context.skip('evals not present');
  const rows = [...nl2bash.filter((row) => row.mutating_heuristic !== false), ...tldr];
  expect(scoreOrdinary(rows, projectWorld()).rows).toBeGreaterThan(2000);
});
