// Entries waiting to be written together. Entries are copied when they come, so that a caller may reuse its buffer.

import { type Hash, leafHash } from '../merkle/hash.ts';
import type { LedgerError } from './ledger-error.ts';

/** What an acknowledged append gives: its index and the size of the tree that was signed and made durable with it. */
export interface Appended {
  readonly index: number;
  readonly treeSize: number;
}

/** A batch is closed to newcomers at this many entries or bytes, so that one huge burst does not delay everybody. */
const MAX_ENTRIES = 2_048;
const MAX_BYTES = 4 * 1024 * 1024;

interface Waiter {
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: LedgerError) => void;
}

export class Batch {
  readonly start: number;
  readonly hashes: Hash[] = [];
  readonly entries: Uint8Array[] = [];
  /** Somebody waits for it, or it has waited long enough. */
  isDue = false;
  readonly #waiters: Waiter[] = [];
  #bytes = 0;

  constructor(start: number) {
    this.start = start;
  }

  get isFull(): boolean {
    return this.entries.length >= MAX_ENTRIES || this.#bytes >= MAX_BYTES;
  }

  get end(): number {
    return this.start + this.entries.length;
  }

  add(entry: Uint8Array): Promise<Appended> {
    this.hashes.push(leafHash(entry));
    this.entries.push(Uint8Array.prototype.slice.call(entry));
    this.#bytes += entry.length;
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  acknowledge(): void {
    let index = this.start;
    for (const waiter of this.#waiters) {
      waiter.resolve({ index, treeSize: this.end });
      index += 1;
    }
  }

  reject(error: LedgerError): void {
    for (const waiter of this.#waiters) waiter.reject(error);
  }
}
