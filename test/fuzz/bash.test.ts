// A short run of the differential fuzzer with fixed seeds: what the real bash does, the analysis has named.
import { expect, test } from 'vitest';
import { runCampaign } from './lib/campaign.ts';
import { hasSandbox } from './lib/run-bash.ts';

test('nothing is executed, read or written that was not reported', { timeout: 120_000 }, (context) => {
  if (!hasSandbox()) {
    process.stdout.write('skipped: bwrap is not here, and programs of a fuzzer run in a sandbox or not at all\n');
    return context.skip('no bwrap');
  }
  const { programs, executed, misses } = runCampaign({ seed: 20_261_122, programs: 150 });
  expect(programs).toBe(150);
  expect(executed).toBeGreaterThan(100);
  expect(misses.map(({ what, program }) => `${what}: ${program}`)).toEqual([]);
});
