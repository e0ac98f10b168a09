// A thread that hashes blocks of a ledger folder and says which are clean. It judges nothing: what is not clean, or cannot be
// read, is left to the thread that asked, which looks at it with all its care.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { HASH_BYTES } from '../merkle/hash.ts';
import { tilePath } from '../tiles/tile-path.ts';
import type { BlockOrder, BlockRun } from './block-roots.ts';
import { cleanRoot } from './hash-block.ts';

const { dir, count, first, threads, run } = workerData as BlockOrder;

function rootAt(index: number): Uint8Array | undefined {
  try {
    return cleanRoot(readFileSync(join(dir, tilePath(0, index))), readFileSync(join(dir, tilePath('entries', index))));
  } catch {
    return undefined;
  }
}

for (let from = first * run; from < count; from += threads * run) {
  const length = Math.min(run, count - from);
  const roots = new Uint8Array(length * HASH_BYTES);
  const clean = new Uint8Array(length);
  for (let n = 0; n < length; n += 1) {
    const root = rootAt(from + n);
    if (root === undefined) continue;
    roots.set(root, n * HASH_BYTES);
    clean[n] = 1;
  }
  parentPort?.postMessage({ from, roots, clean } satisfies BlockRun, [roots.buffer, clean.buffer]);
}
