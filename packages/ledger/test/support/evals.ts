// Shared vectors, read where they are: in CASTELLAN_EVALS or beside the repository. Absent ones are skipped visibly.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'vitest';

const root = process.env.CASTELLAN_EVALS ?? join(import.meta.dirname, '../../../../../shared/evals');

/** Registers a test over the rows of an evals file (JSON Lines or one JSON value), or a visibly skipped one. */
export function testEvals<Row>(
  file: string,
  title: string,
  check: (rows: readonly Row[]) => Promise<void> | void,
): void {
  const path = join(root, 'merkle', file);
  if (!existsSync(path)) {
    test(`${title} (skipped: evals not present)`, (context) => context.skip('skipped: evals not present'));
    return;
  }
  test(title, async () => {
    const text = readFileSync(path, 'utf8');
    const lines = file.endsWith('.jsonl') ? text.trim().split('\n') : [text];
    await check(lines.map((line) => JSON.parse(line) as Row));
  });
}
