// Reads a copy. Nothing of it is believed before its last chunk has been opened and its list agrees with what was read: until
// then a reader may look, and must not put anything where it could be used.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import {
  COPY_CHUNK_BYTES,
  type CopyAbout,
  type CopySlot,
  MAX_COPY_HEADER_BYTES,
  parseCopyAbout,
  parseCopyManifest,
} from '@castellan/contract';
import { type ChunkOpener, openChunks, readCopyHeader, SEALED_CHUNK_BYTES, type SealKey } from '@castellan/secrets';
import { errnoOf } from '../start-error.ts';
import { CopyFault } from './fault.ts';
import { isMember } from './members.ts';

const TAG_BYTES = SEALED_CHUNK_BYTES - COPY_CHUNK_BYTES;
/** The list at the end is one line. */
const MAX_LINE = 512 * 1024 * 1024;
const MAX_MEMBERS = 2_000_000;

export interface Member {
  readonly path: string;
  readonly size: number;
  /** Where it begins in the stream. */
  readonly at: number;
}

export interface Contents {
  readonly about: CopyAbout;
  readonly members: ReadonlyMap<string, Member>;
}

const notWhole = (what: string): CopyFault =>
  new CopyFault('not-whole', `the copy ${what}`, ['nothing of it was used; take another copy']);

export class CopyReader implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly #opener: ChunkOpener;
  readonly #from: number;
  readonly #chunks: number;
  readonly #lastBytes: number;
  readonly bytes: number;
  #held: { readonly index: number; readonly plain: Buffer } | null = null;

  private constructor(file: FileHandle, opener: ChunkOpener, from: number, bytes: number) {
    const sealed = bytes - from;
    this.#file = file;
    this.#opener = opener;
    this.#from = from;
    this.bytes = bytes;
    this.#chunks = Math.max(1, Math.ceil(sealed / SEALED_CHUNK_BYTES));
    this.#lastBytes = sealed - (this.#chunks - 1) * SEALED_CHUNK_BYTES;
  }

  /** @param keyOf finds the key; it throws a `CopyFault` where there is none. */
  static async open(path: string, keyOf: (slot: CopySlot) => Promise<SealKey>): Promise<CopyReader> {
    const file = await opened(path);
    try {
      const { size } = await file.stat();
      const head = Buffer.alloc(Math.min(MAX_COPY_HEADER_BYTES, size));
      await file.read(head, 0, head.length, 0);
      const end = head.indexOf(0x0a) + 1;
      const line = end === 0 ? undefined : head.subarray(0, end);
      const read = readCopyHeader(line);
      if (!read.ok) throw refusal(read);
      const key = await keyOf(read.header.key);
      const chunks = openChunks(head.subarray(0, end), read.header, key);
      if (!chunks.ok) throw refusal(chunks);
      return new CopyReader(file, chunks.opener, end, size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#held?.plain.fill(0);
    return this.#file.close();
  }

  /** Bytes of the stream once it is opened. */
  get length(): number {
    return (this.#chunks - 1) * COPY_CHUNK_BYTES + Math.max(0, this.#lastBytes - TAG_BYTES);
  }

  /** A stretch of the stream. @throws CopyFault where it was changed or is not there. */
  async read(at: number, size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.stretch(at, size)) parts.push(Buffer.from(part));
    return Buffer.concat(parts);
  }

  /** The same in parts; each is good until the next is asked for. */
  async *stretch(at: number, size: number): AsyncGenerator<Buffer> {
    if (at + size > this.length) throw notWhole('was cut short');
    for (let position = at; position < at + size; ) {
      const index = Math.floor(position / COPY_CHUNK_BYTES);
      const within = position - index * COPY_CHUNK_BYTES;
      const chunk = await this.#chunk(index);
      const part = chunk.subarray(within, Math.min(chunk.length, within + at + size - position));
      if (part.length === 0) throw notWhole('was cut short');
      position += part.length;
      yield part;
    }
  }

  /**
   * Reads all of it once: every chunk, every name, every digest, and the end. `take` is handed each file as it comes; what it
   * makes of it must not count before this is fulfilled. @throws CopyFault
   */
  async scan(take?: (member: Member, parts: AsyncIterable<Buffer>) => Promise<void>): Promise<Contents> {
    const first = await this.#line(0);
    const about = parseCopyAbout(fieldOf(first.value, 'about'));
    if (!about.ok) throw notWhole('says nothing of itself that this Castellan knows');
    const members = new Map<string, Member>();
    const digests: string[] = [];
    for (let at = first.end; ; ) {
      const line = await this.#line(at);
      if (fieldOf(line.value, 'members') !== undefined) {
        if (line.end !== this.length) throw notWhole('goes on behind its end');
        assertListed(line.value, members, digests);
        // The last chunk is opened as the last: a copy that was cut at a line does not get here.
        await this.#chunk(this.#chunks - 1);
        return { about: about.value, members };
      }
      const member = memberOf(line.value, line.end);
      if (members.has(member.path) || members.size >= MAX_MEMBERS) throw notWhole('holds a file twice, or too many');
      members.set(member.path, member);
      const hash = createHash('sha256');
      const parts = this.stretch(member.at, member.size);
      const hashed = (async function* hashing(): AsyncGenerator<Buffer> {
        for await (const part of parts) {
          hash.update(part);
          yield part;
        }
      })();
      if (take === undefined) for await (const _ of hashed);
      else await take(member, hashed);
      digests.push(hash.digest('hex'));
      at = member.at + member.size;
    }
  }

  async #line(at: number): Promise<{ readonly value: unknown; readonly end: number }> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of this.stretch(at, Math.min(MAX_LINE, this.length - at))) {
      const end = part.indexOf(0x0a);
      parts.push(Buffer.from(end === -1 ? part : part.subarray(0, end)));
      size += parts.at(-1)?.length ?? 0;
      if (end !== -1) return { value: jsonOf(Buffer.concat(parts).toString('utf8')), end: at + size + 1 };
    }
    throw notWhole('was cut short');
  }

  async #chunk(index: number): Promise<Buffer> {
    if (this.#held?.index === index) return this.#held.plain;
    const isLast = index === this.#chunks - 1;
    const size = isLast ? this.#lastBytes : SEALED_CHUNK_BYTES;
    if (index >= this.#chunks || size <= 0) throw notWhole('was cut short');
    const sealed = Buffer.alloc(size);
    const { bytesRead } = await this.#file.read(sealed, 0, size, this.#from + index * SEALED_CHUNK_BYTES);
    const plain = bytesRead === size ? this.#opener.open(sealed, index, isLast) : null;
    if (plain === null) throw notWhole('was changed, damaged or cut short');
    this.#held = { index, plain };
    return plain;
  }
}

async function opened(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // A pipe in its place must not hold us up.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw new CopyFault('unusable', `\`${path}\` cannot be read (${errnoOf(error)})`, [
      'the file that `castellan backup` wrote',
    ]);
  }
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new CopyFault('unusable', `\`${path}\` is no file`, ['the file that `castellan backup` wrote']);
}

function refusal({ fault, message, hint }: { fault: string; message: string; hint: string }): CopyFault {
  if (fault === 'wrong-key') return new CopyFault('wrong-passphrase', 'the passphrase is not that of the copy', [hint]);
  return new CopyFault(fault === 'other-version' ? 'other-version' : 'not-whole', `the copy: ${message}`, [hint]);
}

function memberOf(value: unknown, at: number): Member {
  const path = fieldOf(value, 'path');
  const size = fieldOf(value, 'size');
  if (typeof path !== 'string' || typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw notWhole('holds something this Castellan does not know');
  if (!isMember(path))
    throw notWhole(`holds \`${path.replace(/[^\w./@ -]/g, '?').slice(0, 100)}\`, which is no part of one`);
  return { path, size, at };
}

function assertListed(value: unknown, members: ReadonlyMap<string, Member>, digests: readonly string[]): void {
  const manifest = parseCopyManifest(value);
  const read = [...members.values()];
  const listed = manifest.ok ? manifest.value.members : [];
  const agree =
    manifest.ok &&
    listed.length === read.length &&
    listed.every(
      ({ path, size, sha256 }, n) => path === read[n]?.path && size === read[n]?.size && sha256 === digests[n],
    );
  if (!agree) throw notWhole('holds other files than its list says');
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
