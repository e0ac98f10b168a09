// One pack: a file of frames, written from its beginning to its end and never over. INVARIANT: frames are written in the order
// they were given, and one sync stands for all that came before it: whoever is told `durable` has everything before it on disk
// as well, so a reader that stops at the first broken frame loses nothing that anybody was told of.
// What is synced was zeros before: a file that grows makes each sync write its length too, which takes five times as long.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { encodeFrame, type FrameDraft, frameBytes } from './frame.ts';

const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const ZEROS = Buffer.alloc(1_048_576);

interface Job {
  readonly buffers: readonly Buffer[];
  readonly bytes: number;
  readonly durable: boolean;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

export interface NewPack {
  readonly number: number;
  readonly path: string;
  readonly since: number;
  readonly random: (bytes: number) => Buffer;
}

export class PackFile {
  readonly number: number;
  readonly path: string;
  /** When it was made. */
  readonly since: number;
  readonly #file: FileHandle;
  readonly #random: (bytes: number) => Buffer;
  /** Contents that stand here already, by what they are and whether they are sealed. */
  readonly contents = new Map<string, readonly number[]>();
  /** Calls that still write here, or whose end is not known yet. */
  users = 0;
  /** Bytes that are zeros on disk. */
  #prefilled = 0;
  #end = 0;
  #written = 0;
  #queue: Job[] = [];
  #running: Promise<void> | null = null;
  #fault: unknown = null;
  #closed = false;

  private constructor({ number, path, random, since }: NewPack, file: FileHandle) {
    this.number = number;
    this.path = path;
    this.since = since;
    this.#file = file;
    this.#random = random;
  }

  /** @throws the system's error; EEXIST where there is one of that number. */
  static async create(made: NewPack): Promise<PackFile> {
    return new PackFile(made, await open(made.path, CREATE, 0o600));
  }

  /** Where the next frame begins. */
  get end(): number {
    return this.#end;
  }

  get failed(): boolean {
    return this.#fault !== null;
  }

  get isReady(): boolean {
    return this.#prefilled > 0;
  }

  /** Before it is used: writes zeros as far as it is meant to go. */
  async prefill(bytes: number): Promise<void> {
    for (let at = 0; at < bytes && !this.#closed; at += ZEROS.length)
      await this.#file.write(ZEROS, 0, ZEROS.length, at);
    if (this.#closed) return;
    await this.#file.datasync();
    this.#prefilled = bytes;
  }

  /**
   * Appends frames, one behind the other. @returns where each begins, at once; `written` when they are in the file, or on disk
   * where `durable`. @throws by `written` only.
   */
  append(
    drafts: readonly FrameDraft[],
    durable: boolean,
  ): { readonly at: readonly number[]; readonly written: Promise<void> } {
    const at: number[] = [];
    const buffers: Buffer[] = [];
    const from = this.#end;
    for (const draft of drafts) {
      at.push(this.#end);
      buffers.push(...encodeFrame(draft, this.number, this.#end, this.#random));
      this.#end += frameBytes(draft.body.length, draft.key !== null);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ buffers, bytes: this.#end - from, durable, done: resolve, failed: reject });
    this.#running ??= this.#run();
    return { at, written: promise };
  }

  /** Nothing more is written: gives back what was prefilled. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
    // The next start cuts it where this fails.
    await this.#file.truncate(this.#written).catch(() => undefined);
    await this.#file.close().catch(() => undefined);
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const jobs = this.#queue;
      this.#queue = [];
      try {
        if (this.#fault !== null) throw this.#fault;
        await this.#write(jobs);
        for (const { done } of jobs) done();
      } catch (error) {
        // What was written behind a hole would never be found again: this pack takes no more.
        this.#fault = error;
        for (const { failed } of jobs) failed(error);
      }
    }
    this.#running = null;
  }

  async #write(jobs: readonly Job[]): Promise<void> {
    const from = this.#written;
    const bytes = jobs.reduce((sum, job) => sum + job.bytes, 0);
    const buffers = jobs.flatMap((job) => job.buffers);
    let at = from;
    // The system takes so many at once.
    for (let next = 0; next < buffers.length; next += 512) {
      const some = buffers.slice(next, next + 512);
      const wanted = some.reduce((sum, { length }) => sum + length, 0);
      const { bytesWritten } = await this.#file.writev(some, at);
      if (bytesWritten !== wanted) throw Object.assign(new Error('the disk took only a part'), { code: 'ENOSPC' });
      at += wanted;
    }
    if (jobs.some(({ durable }) => durable)) await this.#file.datasync();
    this.#written = from + bytes;
  }
}
