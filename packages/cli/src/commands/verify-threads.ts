// The threads that `ledger verify` hashes with: one core is left to whoever else works here.
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Threads } from '@castellan/ledger';
import { WORKSPACE } from '../bundles.ts';

const LEDGER = join(WORKSPACE, 'packages', 'ledger');

/** As this command runs: from its sources, or bundled. */
const program = (): string =>
  import.meta.url.endsWith('.ts')
    ? join(LEDGER, 'src', 'verify', 'block-worker.ts')
    : join(LEDGER, 'dist', 'block-worker.js');

/** Undefined: none, everything is done in this one. @param asked as a person says; 0: none. */
export function threadsFor(asked: number | undefined): Threads | undefined {
  const count = asked ?? Math.max(1, availableParallelism() - 1);
  const file = program();
  return count === 0 || !existsSync(file) ? undefined : { count, program: file };
}
