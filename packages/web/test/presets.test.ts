// What the pages say about presets is what the daemon answers: each example is asked of a daemon with the shipped policy.
import { startDaemon } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { PRESETS } from '../src/pages/modules/model.ts';
import { EXAMPLE_FOLDER, EXAMPLES } from '../src/pages/setup/steps.ts';

const asker = (daemon: Awaited<ReturnType<typeof startDaemon>>) => async (body: object) => {
  const reply = await daemon.request('POST', '/v1/try', { body: { cwd: EXAMPLE_FOLDER, ...body } });
  if (reply.status !== 200) throw new Error(reply.text);
  return (reply.json() as { verdict: { outcome: string } }).verdict.outcome;
};

test('every example of the Modules page happens as its sentence says', async () => {
  await using daemon = await startDaemon();
  const ask = asker(daemon);
  for (const { preset, holds } of PRESETS)
    for (const { tool, input, outcome } of holds)
      expect(await ask({ tool, input, preset, attended: true }), `${preset}: ${tool}`).toBe(outcome);
});

test('the examples of set-up tell the three presets apart', async () => {
  await using daemon = await startDaemon();
  const ask = asker(daemon);
  const columns = await Promise.all(
    PRESETS.map(({ preset }) =>
      Promise.all(EXAMPLES.map(({ tool, input }) => ask({ tool, input, preset, attended: true }))),
    ),
  );
  expect(new Set(columns.map((column) => column.join(' '))).size).toBe(PRESETS.length);
  expect(new Set(columns.flat())).toEqual(new Set(['allow', 'ask', 'confirm']));
});
