// All packs: which one is written, what lies on disk, what goes when there is too much. INVARIANTS: everything a call needs lies
// in one pack, so that a pack can go as a whole; a number is never used twice, and no file that is there is ever written again;
// no pack goes while a call writes to it.
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type FrameDraft, type FrameHeader, HEADER_BYTES, isWhole, readHeader } from './frame.ts';
import { PackFile } from './pack-file.ts';
import { PackReader } from './pack-reader.ts';

export interface PacksHost {
  /** Below the state folder. */
  readonly folder: string;
  readonly random: (bytes: number) => Buffer;
  readonly now: () => number;
  /** The highest number that was ever used, as far as anybody remembers. */
  readonly known: number;
  /** @default 16 MiB */
  readonly packBytes?: number;
  /** Told when nothing more will be written to it. */
  readonly finished?: (pack: number) => Promise<void>;
}

export interface PackOnDisk {
  readonly number: number;
  readonly bytes: number;
  readonly at: number;
}

const NAME = /^pack-(\d{8})$/;
const PACK_BYTES = 16 * 1_048_576;
/** Longer nobody writes to one, so that what is old can go. */
const OLD_MS = 86_400_000;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW;

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map(async (name) => (await stat(join(folder, name)).catch(() => null))?.size ?? 0),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** What one call writes, all of it into one pack. */
export interface Writing {
  readonly pack: number;
  readonly contents: Map<string, readonly number[]>;
  append(drafts: readonly FrameDraft[], durable: boolean): ReturnType<PackFile['append']>;
  /** The call is over: its pack may go when its time comes. */
  end(): void;
}

export class Packs {
  readonly #host: PacksHost;
  readonly #packBytes: number;
  readonly #open = new Set<PackFile>();
  #next: number;
  #current: PackFile | null = null;
  /** Prefilled, or being prefilled, to be written next. */
  #spare: PackFile | null = null;
  #starting: Promise<PackFile> | null = null;
  #preparing = false;
  #closed = false;

  private constructor(host: PacksHost, next: number) {
    this.#host = host;
    this.#packBytes = host.packBytes ?? PACK_BYTES;
    this.#next = next;
  }

  /** @throws the system's error */
  static async open(host: PacksHost): Promise<Packs> {
    await mkdir(host.folder, { recursive: true, mode: 0o700 });
    await chmod(host.folder, 0o700);
    const packs = new Packs(host, 0);
    const numbers = (await packs.list()).map(({ number }) => number);
    packs.#next = Math.max(host.known, ...numbers, 0) + 1;
    return packs;
  }

  /** Oldest first. Packs that hold nothing yet are no packs. */
  async list(): Promise<readonly PackOnDisk[]> {
    const found: PackOnDisk[] = [];
    for (const name of await readdir(this.#host.folder)) {
      const [, number] = NAME.exec(name) ?? [];
      if (number === undefined || Number(number) === this.#spare?.number) continue;
      const seen = await stat(join(this.#host.folder, name)).catch(() => null);
      if (seen === null) continue;
      const bytes = seen.size + (await sizeOf(this.#clones(Number(number))));
      found.push({ number: Number(number), bytes, at: seen.mtimeMs });
    }
    return found.sort((a, b) => a.number - b.number);
  }

  /** @throws the system's error, where no pack can be made. */
  async begin(bytes: number): Promise<Writing> {
    const file = await this.#fitting(bytes);
    file.users += 1;
    let ended = false;
    return {
      pack: file.number,
      contents: file.contents,
      append: (drafts, durable) => file.append(drafts, durable),
      end: () => {
        if (ended) return;
        ended = true;
        file.users -= 1;
        void this.#retire(file);
      },
    };
  }

  /** Reads frames again; to be disposed of. */
  reader(): PackReader {
    return new PackReader(this.#path);
  }

  /** Every whole frame from the beginning on, up to the first that is not. */
  async *frames(pack: number): AsyncGenerator<{ readonly at: number; readonly header: FrameHeader }, number> {
    const file = await open(this.#path(pack), READ);
    try {
      let at = 0;
      for (;;) {
        const header = Buffer.alloc(HEADER_BYTES);
        const { bytesRead } = await file.read(header, 0, HEADER_BYTES, at);
        const read = bytesRead === HEADER_BYTES ? readHeader(header) : null;
        if (read === null) return at;
        const body = Buffer.alloc(read.length);
        const got = await file.read(body, 0, read.length, at + HEADER_BYTES);
        if (got.bytesRead !== read.length || !isWhole(header, body)) return at;
        yield { at, header: read };
        at += HEADER_BYTES + read.length;
      }
    } finally {
      await file.close();
    }
  }

  /** After a start: cuts off what was never written; a pack of nothing goes. */
  async cut(pack: number, bytes: number): Promise<void> {
    if (bytes === 0) return rm(this.#path(pack), { force: true });
    const file = await open(this.#path(pack), constants.O_RDWR | constants.O_NOFOLLOW);
    try {
      if ((await file.stat()).size > bytes) {
        const seen = await file.stat();
        await file.truncate(bytes);
        // When it was written last is when it grows old.
        await file.utimes(seen.atime, seen.mtime);
      }
    } finally {
      await file.close();
    }
  }

  /** Removes the oldest ones, of those nobody writes. @returns the numbers of those that went. */
  async prune(maxBytes: number, notBefore: number): Promise<readonly number[]> {
    const all = await this.list();
    const current = this.#current;
    const idle =
      current !== null &&
      current.users === 0 &&
      all.some(({ number, at }) => number === current.number && at < notBefore);
    if (idle) {
      this.#current = null;
      await this.#retire(current);
    }
    const busy = new Set([...this.#open].map(({ number }) => number));
    let bytes = all.reduce((sum, pack) => sum + pack.bytes, 0);
    const gone: number[] = [];
    for (const pack of all) {
      const old = pack.at < notBefore;
      if (busy.has(pack.number) || !(old || bytes > maxBytes)) continue;
      await rm(this.#path(pack.number), { force: true });
      await rm(this.#clones(pack.number), { recursive: true, force: true });
      bytes -= pack.bytes;
      gone.push(pack.number);
    }
    return gone;
  }

  /**
   * A copy of a large file that shares its blocks until one of the two changes, beside the pack. @returns what it is called;
   * null where the file system makes none. @param from a descriptor's path: what is copied is what was looked at.
   */
  async clone(pack: number, from: string): Promise<string | null> {
    const folder = this.#clones(pack);
    const name = this.#host.random(12).toString('hex');
    try {
      await mkdir(folder, { mode: 0o700, recursive: true });
      await copyFile(from, join(folder, name), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
      await chmod(join(folder, name), 0o600);
      return name;
    } catch {
      await rmdir(folder).catch(() => undefined);
      return null;
    }
  }

  /** Where a copy lies. @throws where it is no name that `clone` gave. */
  clonePath(pack: number, name: string): string {
    if (!/^[0-9a-f]{24}$/.test(name)) throw new Error('no such copy');
    return join(this.#clones(pack), name);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#starting?.catch(() => undefined);
    const spare = this.#spare;
    this.#spare = null;
    for (const file of [...this.#open, ...(spare === null ? [] : [spare])]) {
      await file.close();
      if (file.end === 0) await rm(file.path, { force: true }).catch(() => undefined);
      else await this.#host.finished?.(file.number);
    }
    this.#open.clear();
    this.#current = null;
  }

  readonly #path = (pack: number): string => join(this.#host.folder, `pack-${String(pack).padStart(8, '0')}`);

  readonly #clones = (pack: number): string => `${this.#path(pack)}.copies`;

  async #fitting(bytes: number): Promise<PackFile> {
    if (this.#closed) throw new Error('what is kept is closed');
    const { current, spare } = { current: this.#current, spare: this.#spare };
    const old = current !== null && this.#host.now() - current.since > OLD_MS;
    const full =
      current !== null && current.end > 0 && (current.failed || old || current.end + bytes > this.#packBytes);
    // The first one was not zeros before: it is only written until one that was is ready.
    const better = spare?.isReady === true && (current === null || full || !current.isReady);
    if (better && spare !== null) {
      this.#spare = null;
      this.#become(spare);
      this.#prepare();
      return spare;
    }
    if (current !== null && !full) return current;
    this.#starting ??= this.#create().finally(() => {
      this.#starting = null;
    });
    const made = await this.#starting;
    if (this.#current !== made && !this.#open.has(made)) this.#become(made);
    this.#prepare();
    return made;
  }

  #become(file: PackFile): void {
    const before = this.#current;
    this.#open.add(file);
    this.#current = file;
    if (before !== null) void this.#retire(before);
  }

  async #create(): Promise<PackFile> {
    const number = this.#next;
    this.#next += 1;
    return PackFile.create({ path: this.#path(number), number, random: this.#host.random, since: this.#host.now() });
  }

  /** In the background: a pack that cannot be prepared is made when it is needed, and fails there. */
  #prepare(): void {
    if (this.#closed || this.#preparing || this.#spare !== null) return;
    this.#preparing = true;
    void this.#create()
      .then(async (file) => {
        if (this.#closed) {
          await file.close();
          await rm(file.path, { force: true });
          return;
        }
        this.#spare = file;
        await file.prefill(this.#packBytes);
      })
      .catch(() => undefined)
      .finally(() => {
        this.#preparing = false;
      });
  }

  /** Closes what is neither written nor waited for any more. */
  async #retire(file: PackFile): Promise<void> {
    if (file === this.#current || file.users > 0 || !this.#open.has(file)) return;
    this.#open.delete(file);
    await file.close();
    await this.#host.finished?.(file.number);
  }
}
