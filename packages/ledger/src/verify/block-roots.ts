// Roots of clean blocks, hashed by threads. INVARIANT: a thread can only save work: of a block that it does not call clean, and
// of all blocks of a thread that fails, nothing is believed, and they are verified here.
import { Worker } from 'node:worker_threads';
import { HASH_BYTES, type Hash } from '../merkle/hash.ts';

/** What a thread is to do: runs of `run` blocks, every `threads`th of them, of which the `first` is its first. */
export interface BlockOrder {
  readonly dir: string;
  readonly count: number;
  readonly first: number;
  readonly threads: number;
  readonly run: number;
}

export interface BlockRun {
  readonly from: number;
  readonly roots: Uint8Array;
  readonly clean: Uint8Array;
}

export interface Threads {
  readonly count: number;
  /** The program of a thread: `block-worker` of this package, as it can be run here. */
  readonly program: string | URL;
  /** So many of the first blocks are left to the thread that asks, which has verified them by the time that the others have begun. */
  readonly besides?: number;
}

/** Blocks that are told of at once. */
const RUN = 32;

export class BlockRoots implements AsyncDisposable {
  readonly #workers: readonly Worker[];
  /** By run: fulfilled when its thread has told of it, or has ended. */
  readonly #runs = new Map<number, PromiseWithResolvers<BlockRun | undefined>>();

  constructor(dir: string, blocks: number, { count, program, besides = 0 }: Threads) {
    const own = Math.ceil(besides / RUN);
    for (let run = own; run * RUN < blocks; run += 1) this.#runs.set(run, Promise.withResolvers());
    const threads = Math.min(count, this.#runs.size);
    this.#workers = Array.from({ length: threads }, (_, n) => {
      const first = own + n;
      const workerData: BlockOrder = { dir, count: blocks, first, threads, run: RUN };
      const worker = new Worker(program, { workerData });
      const rest = (): void => {
        for (const [run, { resolve }] of this.#runs) if ((run - first) % threads === 0) resolve(undefined);
      };
      return worker
        .on('message', (told: BlockRun) => this.#runs.get(told.from / RUN)?.resolve(told))
        .on('error', rest)
        .on('exit', rest);
    });
  }

  /** The root of a clean block, undefined where it must be looked at. Asked in order, each once. */
  async at(index: number): Promise<Hash | undefined> {
    const run = Math.floor(index / RUN);
    const told = await this.#runs.get(run)?.promise;
    const n = index % RUN;
    // What is behind is asked for no more: memory stays that of the runs ahead.
    this.#runs.delete(run - 1);
    return told?.clean[n] === 1 ? told.roots.subarray(n * HASH_BYTES, (n + 1) * HASH_BYTES) : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
