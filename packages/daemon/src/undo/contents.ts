// The contents of many files that are kept, read back one after the other. INVARIANT: what is handed on was read whole and is what was
// hashed when it was kept, or it ends with an error.
import { createHash, hash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { CHUNK_BYTES } from './keep/content.ts';
import { WORDS } from './kept-calls.ts';
import type { PackKey } from './packs/frame.ts';
import type { PackReader } from './packs/pack-reader.ts';
import type { Packs } from './packs/packs.ts';
import type { SeenFile } from './seen.ts';

const DAMAGED = 'what was kept of it is damaged';

export class Contents implements AsyncDisposable {
  readonly #packs: Packs;
  readonly #reader: PackReader;
  readonly #key: () => PackKey | null;

  /** @param key of the open vault; null where it is not open. */
  constructor(packs: Packs, key: () => PackKey | null) {
    this.#packs = packs;
    this.#reader = packs.reader();
    this.#key = key;
  }

  /** A file's content, in pieces, and nothing but that content. @throws Error in words, when it turns out to be another. */
  async *of({ hash: wanted, chunks = [], clone }: SeenFile, pack: number): AsyncGenerator<Buffer> {
    const [only, ...more] = chunks;
    if (clone === undefined && only !== undefined && more.length === 0) {
      const piece = await this.#chunk(only, pack);
      if (hash('sha256', piece, 'hex') !== wanted) throw new Error(DAMAGED);
      yield piece;
      return;
    }
    const digest = createHash('sha256');
    const pieces = clone === undefined ? this.#chunks(chunks, pack) : this.#clone(clone, pack);
    for await (const piece of pieces) {
      digest.update(piece);
      yield piece;
    }
    if (digest.digest('hex') !== wanted) throw new Error(DAMAGED);
  }

  async #chunk(at: number, pack: number): Promise<Buffer> {
    const read = await this.#reader.read(pack, at, this.#key());
    if (!read.ok) throw new Error(WORDS[read.why]);
    if (read.kind !== 'chunk') throw new Error(DAMAGED);
    return read.body;
  }

  async *#chunks(places: readonly number[], pack: number): AsyncGenerator<Buffer> {
    for (const at of places) yield await this.#chunk(at, pack);
  }

  async *#clone(name: string, pack: number): AsyncGenerator<Buffer> {
    const file = await open(this.#packs.clonePath(pack, name));
    try {
      for (;;) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES));
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]();
  }
}
