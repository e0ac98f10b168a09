// Unknown secrets: how many of the published ones are found, and that ordinary texts and sources stay as they are.
import { createDetector } from '@castellan/secrets';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { ordinaryCommands, ordinarySources, scoreRows, secretRows } from './lib/detection.ts';

/** Nothing of the secret is left. */
const LEAST_COVERED = 0.9;
const LEAST_TOUCHED = 0.95;
/** Of near-misses that hold no secret of another row. */
const MOST_FALSE = 0.01;
const SOURCES = 1000;

const detector = createDetector();
const shown = (text: string): string => text.slice(0, 200);

verifies(['X3'], 'published secrets are found, whole, and their near-misses are not', async (context) => {
  const rows = secretRows();
  if (rows === null) return context.skip('evals not present');
  const score = await scoreRows(rows, (bytes) => detector.find(bytes));
  expect(score.secrets).toBeGreaterThan(5000);
  expect(score.nearMisses).toBeGreaterThan(300);
  const missed = score.missed.map(({ rule, text }) => `${rule}: ${shown(text)}`).join('\n');
  expect(score.covered / score.secrets, missed).toBeGreaterThanOrEqual(LEAST_COVERED);
  expect(score.touched / score.secrets, missed).toBeGreaterThanOrEqual(LEAST_TOUCHED);
  const wrong = score.wrong.map(({ rule, text }) => `${rule}: ${shown(text)}`).join('\n');
  expect(score.plainFalselyFound / score.plainNearMisses, wrong).toBeLessThanOrEqual(MOST_FALSE);
});

verifies(['X3'], 'the commands people write are left as they are', (context) => {
  const commands = ordinaryCommands();
  if (commands === null) return context.skip('evals not present');
  expect(commands.length).toBeGreaterThan(3900);
  const found = commands.filter((command) => detector.find(Buffer.from(command)).length > 0);
  expect(found).toEqual([]);
});

verifies(['X3'], 'a thousand ordinary source files are left as they are', () => {
  const sources = ordinarySources(SOURCES);
  expect(sources.length).toBe(SOURCES);
  const found = sources.flatMap(({ path, bytes }) =>
    detector
      .find(bytes)
      .map(
        ({ name, start, end }) =>
          `${path}: ${name}: ${bytes.toString('utf8', Math.max(0, start - 40), end).slice(0, 200)}`,
      ),
  );
  expect(found).toEqual([]);
});
