// What a server writes to its standard error is shown to people who may not see secrets: wherever it is cut, no part of one is.
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { STDERR_CHARS, STDERR_LINES, STDERR_UNCUT } from '../src/mcp/upstream/limits.ts';
import { StderrLines } from '../src/mcp/upstream/stderr.ts';
import { clockOf } from './support/upstream-world.ts';

const SECRET = 'kJ8#mQ2$vLx9-deploy-token';
/** A key in one line: hiding it makes a hundredth of it. */
const LONG = `kJ8#mQ${'2'.repeat(2000)}`;
const hide = (text: string): string => text.replaceAll(SECRET, '[hidden]').replaceAll(LONG, '[hidden]');

async function shown(...parts: readonly string[]): Promise<readonly string[]> {
  const stream = new PassThrough();
  const lines = new StderrLines(hide);
  lines.follow(stream, clockOf());
  for (const part of parts) {
    stream.write(part);
    await turn();
  }
  return lines.latest;
}
/** As much of a secret as tells it: more than a few characters. */
const tells = (lines: readonly string[]): boolean => lines.some((line) => line.includes(SECRET.slice(0, 6)));

test('a secret across the cut of a line without an end is not shown in part', async () => {
  for (const at of [STDERR_CHARS, STDERR_CHARS * 2, STDERR_UNCUT]) {
    const text = 'x'.repeat(at - SECRET.length + 1) + SECRET;
    expect(tells(await shown(text)), `cut at ${at}`).toBe(false);
    expect(tells(await shown(text, ' more\n')), `cut at ${at}, with its end`).toBe(false);
  }
});

test('hiding what stands before does not bring a part of a secret into what is shown', async () => {
  // Each becomes much shorter: what was far behind the cut comes before it.
  for (const secret of [SECRET, LONG]) {
    const text = secret.repeat(Math.ceil(STDERR_UNCUT / secret.length) + 1);
    for (const said of [text, `${text}\n`, `y${text}\n`]) expect(tells(await shown(said))).toBe(false);
  }
});

test('no place, no length, no cut into pieces shows a part of a secret, and all of it is bounded', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(STDERR_UNCUT), fc.boolean()), { maxLength: 4 }),
      fc.array(fc.nat(STDERR_UNCUT * 2), { maxLength: 3 }),
      async (pieces, cuts) => {
        const text = pieces.map(([fill, ends]) => `${'x'.repeat(fill)}${SECRET}${ends ? '\n' : ''}`).join('');
        // Between pieces of one secret nobody looks: what is there when all has been written.
        const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
        const lines = await shown(...at.slice(1).map((end, index) => text.slice(at[index], end)));
        expect(tells(lines)).toBe(false);
        expect(lines.length).toBeLessThanOrEqual(STDERR_LINES + 1);
        expect(Math.max(0, ...lines.map((line) => line.length))).toBeLessThanOrEqual(STDERR_CHARS);
      },
    ),
    { numRuns: 100 },
  );
});
