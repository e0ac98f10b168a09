// A folder of a test's own, 0700, gone when the test is over.
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A clone with everything that was installed in it takes its time on a busy disk. */
const REMOVAL_MS = 120_000;

/** One listener for all: a process of `npm test` has a hundred files' worth of them. */
const atExit: (() => void)[] = [];
const endAll = (): void => {
  for (const end of atExit) end();
};

/** Runs `end` when the current test is over; outside a test (a hook, a benchmark) when the process is. */
function atTheEnd(end: () => void): void {
  try {
    onTestFinished(end, REMOVAL_MS);
  } catch {
    if (atExit.push(end) === 1) process.once('exit', endAll);
  }
}

/** Its real path: no symlink in it, so that what a program prints can be compared. */
export function tempFolder(prefix = 'castellan-test-'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  chmodSync(folder, 0o700);
  atTheEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
