// Writes a copy: a header, then one sealed stream of files, each behind one line with its name and size, and at its end the
// list of all of them with their digests. The form is told in docs/guide/backup.md.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { COPY_CHUNK_BYTES, type CopyAbout, type CopyManifest } from '@castellan/contract';
import type { ChunkSealer } from '@castellan/secrets';

/** A file to be put into a copy. */
export interface Source {
  /** As `isMember` has it. */
  readonly path: string;
  /** Where it lies, as long as it is when it is opened. Or what it holds. */
  readonly from: { readonly file: string } | { readonly bytes: Uint8Array };
}

const READ_BYTES = 1024 * 1024;

export class CopyWriter implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #sealer: ChunkSealer;
  readonly #members: { path: string; size: number; sha256: string }[] = [];
  readonly #chunk = Buffer.alloc(COPY_CHUNK_BYTES);
  #filled = 0;

  private constructor(file: FileHandle, sealer: ChunkSealer) {
    this.#file = file;
    this.#sealer = sealer;
  }

  /** @param path a new file; one that is there is never written over. */
  static async create(path: string, sealer: ChunkSealer, about: CopyAbout): Promise<CopyWriter> {
    const writer = new CopyWriter(await open(path, 'wx', 0o600), sealer);
    await writer.#file.write(sealer.header);
    await writer.#put(lineOf({ about }));
    return writer;
  }

  async add({ path, from }: Source): Promise<void> {
    const hash = createHash('sha256');
    const put = async (bytes: Uint8Array): Promise<void> => {
      hash.update(bytes);
      await this.#put(bytes);
    };
    const begin = (size: number): Promise<void> => this.#put(lineOf({ path, size }));
    let size = 0;
    if ('file' in from) size = await eachPart(from.file, begin, put);
    else {
      size = from.bytes.length;
      await begin(size);
      await put(from.bytes);
    }
    this.#members.push({ path, size, sha256: hash.digest('hex') });
  }

  /** Everything is on the disk when this is fulfilled. */
  async end(): Promise<{ readonly files: number; readonly bytes: number }> {
    const manifest: CopyManifest = { members: this.#members };
    await this.#put(lineOf(manifest));
    await this.#file.write(this.#sealer.seal(this.#chunk.subarray(0, this.#filled), true));
    await this.#file.sync();
    const { size } = await this.#file.stat();
    return { files: this.#members.length, bytes: size };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#chunk.fill(0);
    return this.#file.close();
  }

  /** A full chunk is written once more is to come: the last one has to be known for what it is. */
  async #put(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (this.#filled === COPY_CHUNK_BYTES) {
        await this.#file.write(this.#sealer.seal(this.#chunk, false));
        this.#filled = 0;
      }
      const part = bytes.subarray(at, at + COPY_CHUNK_BYTES - this.#filled);
      this.#chunk.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
    }
  }
}

const lineOf = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`, 'utf8');

/** As many bytes as it had when it was opened; never through a link. @throws where they become fewer. */
async function eachPart(
  path: string,
  begin: (size: number) => Promise<void>,
  put: (bytes: Uint8Array) => Promise<void>,
): Promise<number> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = await file.stat();
    await begin(size);
    const buffer = Buffer.alloc(Math.min(READ_BYTES, Math.max(1, size)));
    for (let at = 0; at < size; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - at), at);
      if (bytesRead === 0) throw new Error(`\`${path}\` became shorter while it was copied`);
      await put(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    return size;
  } finally {
    await file.close();
  }
}
