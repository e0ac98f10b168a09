// Reads frames of packs, many in a row: each pack is opened once. INVARIANT: of a frame nothing is believed but what it proves itself;
// a pack that went meanwhile, or never was, is damaged.
import { constants, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { HEADER_BYTES, openFrame, type PackKey, type ReadFrame, readHeader } from './frame.ts';

const READ = constants.O_RDONLY | constants.O_NOFOLLOW;
/** Read in one step: asking the system to do it meanwhile takes longer than doing it. */
const SMALL_BYTES = 262_144;
/** A task may have worked for weeks. */
const MOST_OPEN = 16;
const DAMAGED: ReadFrame = { ok: false, why: 'damaged' };

export class PackReader implements AsyncDisposable {
  readonly #pathOf: (pack: number) => string;
  readonly #open = new Map<number, FileHandle>();

  constructor(pathOf: (pack: number) => string) {
    this.#pathOf = pathOf;
  }

  /** One after the other: it is not asked again before it has answered. @throws the system's error, where a disk cannot be read. */
  async read(pack: number, at: number, key: PackKey | null): Promise<ReadFrame> {
    const file = this.#open.get(pack) ?? (await this.#opened(pack));
    if (file === null) return DAMAGED;
    const header = Buffer.allocUnsafe(HEADER_BYTES);
    if (readSync(file.fd, header, 0, HEADER_BYTES, at) !== HEADER_BYTES) return DAMAGED;
    const read = readHeader(header);
    if (read === null) return DAMAGED;
    const { length } = read;
    const body = Buffer.allocUnsafeSlow(length);
    const from = at + HEADER_BYTES;
    const got =
      length <= SMALL_BYTES
        ? readSync(file.fd, body, 0, length, from)
        : (await file.read(body, 0, length, from)).bytesRead;
    return got === length ? openFrame(header, body, pack, at, key) : DAMAGED;
  }

  async #opened(pack: number): Promise<FileHandle | null> {
    const file = await open(this.#pathOf(pack), READ).catch(() => null);
    if (file === null) return null;
    this.#open.set(pack, file);
    for (const [oldest, handle] of this.#open) {
      if (this.#open.size <= MOST_OPEN) break;
      this.#open.delete(oldest);
      await handle.close();
    }
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#open.values()].map((file) => file.close()));
  }
}
