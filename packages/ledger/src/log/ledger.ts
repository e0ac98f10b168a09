// The open log: group commit, rotation, close. One loop does all writing, so there is one write in flight at a time.
// INVARIANT: an append is acknowledged only after its batch and the checkpoint over it are durable (claim L3).
// INVARIANT: after any failed write nothing more is written or signed; the truth is then what recovery reads from disk.

import type { Disk, DiskFile, DiskLock } from '../disk/disk.ts';
import { encodeFrame } from '../journal/frame.ts';
import type { CompactRange } from '../merkle/compact-range.ts';
import type { Hash } from '../merkle/hash.ts';
import { proveConsistency, proveInclusion } from '../merkle/prove.ts';
import { type Checkpoint, signCheckpoint } from '../note/checkpoint.ts';
import type { Signer } from '../note/signing-key.ts';
import type { ProvableLog } from '../proof/proof.ts';
import { carryOutSeal, rangeRootOf } from '../seal/carry-out.ts';
import { listSeals } from '../seal/seal-file.ts';
import { type Seal, type SealContent, signSeal } from '../seal/statement.ts';
import { MAX_ENTRY_BYTES } from '../tiles/bundle.ts';
import { TILE_WIDTH } from '../tiles/tile-path.ts';
import { createSubtreeSource, createTileReader, type TileReader } from '../tiles/tile-source.ts';
import { type Appended, Batch } from './batch.ts';
import { LedgerError, toLedgerError } from './ledger-error.ts';
import { type LedgerRecord, readTiledEntries } from './read-entries.ts';
import { dropTiled, startJournal, type Tail, type Tiled, writeFullTiles, writePartialTiles } from './tail.ts';

/** `failed` is final for this object: close it and open the folder again, which recovers all that was acknowledged. */
export type LedgerState =
  | { readonly kind: 'open' }
  | { readonly kind: 'failed'; readonly error: LedgerError }
  | { readonly kind: 'closed' };

/** What `openLedger` hands to a new log. `file` is positioned behind the journal's last frame. */
export interface LedgerParts {
  readonly disk: Disk;
  readonly dir: string;
  readonly signer: Signer;
  readonly lock: DiskLock;
  readonly file: DiskFile;
  readonly range: CompactRange;
  readonly tail: Tail;
  readonly checkpoint: Checkpoint;
  readonly rotateAt: number;
}

/** A tail this many bytes long is rotated whatever its count, so that large entries do not pile up in memory. */
const ROTATE_BYTES = 8 * 1024 * 1024;
/** How long an entry that nobody waits for may wait for one that somebody does: less than a person notices, many fdatasyncs. */
const SOON_MS = 20;
/** When tiles cannot be written as fast as entries come, entries wait: memory stays bounded. */
const TAIL_LIMIT = 8;

/** An append-only log. `append` may be called from synchronous code; the order of calls is the order of indexes. */
export class Ledger {
  readonly #parts: Pick<LedgerParts, 'disk' | 'dir' | 'signer' | 'lock' | 'rotateAt'>;
  readonly #read: TileReader;
  readonly #range: CompactRange;
  readonly #queue: Batch[] = [];
  #file: DiskFile;
  #tail: Tail;
  #tailBytes: number;
  #checkpoint: Checkpoint;
  #next: number;
  #state: LedgerState = { kind: 'open' };
  #isRunning = false;
  #loop: Promise<void> | undefined;
  #tiling: Promise<void> | undefined;
  #tiled: Tiled | undefined;
  #closing: Promise<void> | undefined;
  #soon: NodeJS.Timeout | undefined;

  constructor(parts: LedgerParts) {
    // Not the tail it began with: it would be kept for ever.
    const { disk, dir, signer, lock, rotateAt } = parts;
    this.#parts = { disk, dir, signer, lock, rotateAt };
    this.#read = createTileReader(parts.disk, parts.dir);
    this.#range = parts.range;
    this.#file = parts.file;
    this.#tail = parts.tail;
    this.#tailBytes = parts.tail.entries.reduce((sum, entry) => sum + entry.length, 0);
    this.#checkpoint = parts.checkpoint;
    this.#next = parts.range.size;
  }

  get state(): LedgerState {
    return this.#state;
  }

  /** The latest durable checkpoint. Keep its bytes outside the folder: they are what detects a later rollback. */
  get checkpoint(): Checkpoint {
    return this.#checkpoint;
  }

  /** How many entries are durable. */
  get size(): number {
    return this.#checkpoint.size;
  }

  /**
   * Appends one entry of at most 65,535 bytes. Fulfilled when it is durable; rejected with a `LedgerError` otherwise.
   * After a rejection with a disk code the entry may or may not be found when the ledger is opened again.
   * @param when `soon`: nothing hangs on it, so it may share the write of a later entry, at most 20 ms from now. Its place
   *   among the others is the same.
   */
  append(entry: Uint8Array, when: 'now' | 'soon' = 'now'): Promise<Appended> {
    if (this.#state.kind === 'failed') return Promise.reject(this.#state.error);
    if (this.#state.kind === 'closed' || this.#closing !== undefined) {
      return Promise.reject(new LedgerError('closed', 'the ledger is closed'));
    }
    if (entry.length > MAX_ENTRY_BYTES) {
      return Promise.reject(new LedgerError('too-large', `entry of \`${entry.length}\` bytes is too large`));
    }
    let batch = this.#queue.at(-1);
    if (batch === undefined || batch.isFull) {
      batch = new Batch(this.#next);
      this.#queue.push(batch);
    }
    this.#next += 1;
    const appended = batch.add(entry);
    if (when === 'now') {
      batch.isDue = true;
      this.#wake();
    } else this.#soon ??= setTimeout(() => this.#hurry(), SOON_MS);
    return appended;
  }

  /** Entries `[from, to)` in order but those that are sealed, `to` at most the durable size. Yields copies of nothing: do not change the bytes. */
  async *readEntries(from = 0, to: number = this.size): AsyncGenerator<LedgerRecord> {
    const end = Math.min(to, this.size);
    let index = from;
    while (index < end) {
      const { tiled, entries } = this.#tail;
      if (index < tiled) {
        for await (const record of readTiledEntries(this.#parts.disk, this.#parts.dir, index, Math.min(end, tiled))) {
          yield record;
        }
        index = Math.min(end, tiled);
        continue;
      }
      const entry = entries[index - tiled];
      if (entry === undefined) return;
      yield { index, entry };
      index += 1;
    }
  }

  /** The inclusion proof of entry `index` in the tree of `size` entries (RFC 6962 section 2.1.1). */
  proveInclusion(index: number, size: number = this.size): Promise<Hash[]> {
    if (size > this.size) throw new RangeError(`size \`${size}\` is beyond \`${this.size}\``);
    return proveInclusion(createSubtreeSource(this.#read, this.#view()), index, size);
  }

  /** The consistency proof between two sizes of this log (RFC 6962 section 2.1.2). */
  proveConsistency(size1: number, size2: number = this.size): Promise<Hash[]> {
    if (size2 > this.size) throw new RangeError(`size \`${size2}\` is beyond \`${this.size}\``);
    return proveConsistency(createSubtreeSource(this.#read, this.#view()), size1, size2);
  }

  /**
   * Waits for what was appended, writes the partial tiles and releases the folder. On a failed log it only releases.
   * Rejects with a `LedgerError` when the last files could not be written; acknowledged entries are safe even then.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The log as it is signed now, to prove things of: it stays of this moment, however the log grows. */
  provable(): ProvableLog {
    const checkpoint = this.#checkpoint;
    return {
      vkey: this.#parts.signer.vkey,
      checkpoint,
      source: createSubtreeSource(this.#read, this.#view()),
      entry: async (index) => {
        for await (const { entry } of this.readEntries(index, index + 1)) return entry;
        return undefined;
      },
    };
  }

  /** Up to where entries are sealed: statements follow each other without a gap. */
  async sealedTo(): Promise<number> {
    return (await listSeals(this.#parts.disk, this.#parts.dir)).at(-1)?.to ?? 0;
  }

  /**
   * Signs the statement that entries from the last seal up to `to` are sealed; nothing is taken away yet. Append an entry that
   * contains its `digest`, then `carryOutSeal`. Undefined where no whole bundle is left to seal.
   */
  async prepareSeal({ to, ...said }: Pick<SealContent, 'to' | 'at' | 'by' | 'fate'>): Promise<Seal | undefined> {
    const { disk, dir, signer } = this.#parts;
    const from = await this.sealedTo();
    const end = Math.min(to, this.#tail.tiled);
    const range = { from, to: end - (end % TILE_WIDTH) };
    if (range.from >= range.to) return undefined;
    return signSeal(signer, { ...range, ...said, root: await rangeRootOf(createTileReader(disk, dir), range) });
  }

  /** Takes the bytes away, for good or into `archive`. The same again after a crash ends the same. Throws a `LedgerError`. */
  async carryOutSeal(seal: Seal, record: number, archive: string | null): Promise<void> {
    try {
      await carryOutSeal(this.#parts.disk, this.#parts.dir, seal, record, archive);
    } catch (error) {
      throw toLedgerError(error, 'sealing');
    }
  }

  #view() {
    const { tiled, edges, hashes } = this.#tail;
    return { tiled, edges, tail: hashes };
  }

  /** What waits has waited long enough. */
  #hurry(): void {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    for (const batch of this.#queue) batch.isDue = true;
    this.#wake();
  }

  #wake(): void {
    if (this.#isRunning || this.#state.kind !== 'open') return;
    this.#isRunning = true;
    this.#loop = this.#run();
  }

  async #run(): Promise<void> {
    while (this.#state.kind === 'open') {
      // Everybody whom the last acknowledgement woke gets to append before the next batch is taken.
      await new Promise(setImmediate);
      try {
        if (this.#tiled !== undefined) await this.#swapJournal(this.#tiled);
        // Those before one that is due go first: the order of entries is the order of calls.
        const batch = this.#queue.some(({ isDue }) => isDue) ? this.#queue.shift() : undefined;
        if (batch === undefined) break;
        await this.#commit(batch);
        this.#startTiling();
        if (this.#tail.entries.length > TAIL_LIMIT * this.#parts.rotateAt) await this.#tiling;
      } catch (error) {
        this.#fail(error);
      }
    }
    // INVARIANT: no await between finding nothing due and this line, or an append could sleep for ever.
    this.#isRunning = false;
  }

  async #commit(batch: Batch): Promise<void> {
    try {
      for (const hash of batch.hashes) this.#range.append(hash);
      const checkpoint = signCheckpoint(this.#parts.signer, this.#range.size, this.#range.root());
      const frame = encodeFrame({ ...batch, hashes: batch.hashes, entries: batch.entries, note: checkpoint.bytes });
      await this.#file.write(frame.bytes);
      await this.#file.datasync();
      for (const hash of batch.hashes) this.#tail.hashes.push(hash);
      for (const entry of frame.entries) this.#tail.entries.push(entry);
      this.#tailBytes += frame.bytes.length;
      this.#checkpoint = checkpoint;
    } catch (error) {
      const typed = toLedgerError(error, 'writing to the journal');
      batch.reject(typed);
      throw typed;
    }
    batch.acknowledge();
  }

  #startTiling(): void {
    const isDue = this.#tail.entries.length >= this.#parts.rotateAt || this.#tailBytes >= ROTATE_BYTES;
    const hasFullTile = this.#tail.entries.length >= 256;
    if (!isDue || !hasFullTile || this.#tiling !== undefined || this.#tiled !== undefined) return;
    const { disk, dir } = this.#parts;
    this.#tiling = writeFullTiles(disk, dir, this.#tail)
      .then((tiled) => {
        this.#tiled = tiled;
      })
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#tiling = undefined;
        this.#wake();
      });
  }

  async #swapJournal(done: Tiled): Promise<void> {
    const { disk, dir } = this.#parts;
    const { file, tail } = await startJournal(disk, dir, dropTiled(this.#tail, done), this.#checkpoint);
    const old = this.#file;
    this.#file = file;
    this.#tail = tail;
    this.#tailBytes = tail.entries.reduce((sum, entry) => sum + entry.length, 0);
    this.#tiled = undefined;
    await old.close();
  }

  #fail(error: unknown): void {
    if (this.#state.kind !== 'open') return;
    const typed = toLedgerError(error, 'writing to the ledger folder');
    clearTimeout(this.#soon);
    this.#state = { kind: 'failed', error: typed };
    for (const batch of this.#queue.splice(0)) batch.reject(typed);
  }

  async #close(): Promise<void> {
    this.#hurry();
    while (this.#isRunning || this.#tiling !== undefined) {
      await this.#loop;
      await this.#tiling;
    }
    const { disk, dir, lock } = this.#parts;
    try {
      if (this.#state.kind === 'open') {
        await this.#swapJournal(await writeFullTiles(disk, dir, this.#tail));
        await writePartialTiles(disk, dir, this.#tail);
      }
    } catch (error) {
      throw toLedgerError(error, 'closing the ledger');
    } finally {
      this.#state = this.#state.kind === 'failed' ? this.#state : { kind: 'closed' };
      await this.#file.close();
      await lock.release();
    }
  }
}
