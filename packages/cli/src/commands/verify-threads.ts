// The threads that `ledger verify` hashes with: one a core, for as long as it takes. Where there is one core they would only share it.
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

/** This many records take as long as threads take to begin. */
const SOON = 32_768;
const BLOCK = 256;
/** More of them read no faster. */
const MOST = 16;

/** Undefined: none, everything is done in this one. @param asked as a person says; 0: none. */
export function threadsFor(asked: number | undefined): Threads | undefined {
  const cores = Math.min(availableParallelism(), MOST);
  const count = asked ?? (cores === 1 ? 0 : cores);
  const file = program();
  return count === 0 || !existsSync(file) ? undefined : { count, program: file, besides: SOON / BLOCK };
}
