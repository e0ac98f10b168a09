// The content of one file, in pieces, read from a descriptor that is that very file. INVARIANT: what is kept of a file is what
// was hashed; a file that is written meanwhile gives one or the other, never a mixture that nobody saw; and it is the file of that
// path: whoever swaps a folder on the way for a link must not have another file kept, and put back, under this name. Nothing blocks.
import { createHash, hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { realOf } from '../real.ts';

export const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;
export const CHUNK_BYTES = 1_048_576;

export interface Content {
  readonly mode: number;
  readonly mtime: number;
  readonly size: number;
  readonly hash: string;
}

export type ReadContent = ({ readonly ok: true } & Content) | { readonly ok: false; readonly why: string };

/** `hash`: the piece's own, where it is known already. */
export type OnChunk = (chunk: Buffer, hash?: string) => Promise<void> | void;

/** Read in one step: asking the system to do it meanwhile takes longer than doing it. */
const SMALL_BYTES = 262_144;
const MOVING = 'it was written while it was read';
const ELSEWHERE = 'a folder on the way leads elsewhere';

const moved = (before: Stats, after: Stats): boolean => before.mtimeMs !== after.mtimeMs || before.size !== after.size;
const contentOf = (stat: Stats, size: number, hash: string): ReadContent => ({
  ok: true,
  mode: stat.mode & 0o7777,
  mtime: stat.mtimeMs,
  size,
  hash,
});

/** Hashes a file, and hands each piece on. `size`: as it was seen a moment ago. */
export async function readContent(path: string, size: number, maxBytes: number, chunk?: OnChunk): Promise<ReadContent> {
  if (size > maxBytes) return { ok: false, why: `it is larger than ${Math.floor(maxBytes / CHUNK_BYTES)} MiB` };
  return size <= SMALL_BYTES ? readSmall(path, chunk) : readLarge(path, maxBytes, chunk);
}

async function readSmall(path: string, chunk: OnChunk | undefined): Promise<ReadContent> {
  let bytes: Buffer;
  let stat: Stats;
  try {
    const file = openSync(path, READ);
    try {
      stat = fstatSync(file);
      if (!stat.isFile()) return { ok: false, why: 'it is no ordinary file' };
      if (realOf(file, path) !== path) return { ok: false, why: ELSEWHERE };
      if (stat.size > SMALL_BYTES) return { ok: false, why: MOVING };
      bytes = readWhole(file, stat.size);
      if (moved(stat, fstatSync(file))) return { ok: false, why: MOVING };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { ok: false, why: `it cannot be read (${codeOf(error)})` };
  }
  const digest = hash('sha256', bytes, 'hex');
  if (bytes.length > 0) await chunk?.(bytes, digest);
  return contentOf(stat, bytes.length, digest);
}

/** In one step nearly always: one byte more is asked for than there should be, so that what comes short is the end. */
function readWhole(file: number, size: number): Buffer {
  const bytes = Buffer.allocUnsafe(size + 1);
  const got = readSync(file, bytes, 0, bytes.length, 0);
  return got === size ? bytes.subarray(0, got) : readFileSync(file);
}

async function readLarge(path: string, maxBytes: number, chunk: OnChunk | undefined): Promise<ReadContent> {
  const file = await open(path, READ).catch((error: unknown) => error);
  if (!isFile(file)) return { ok: false, why: `it cannot be read (${codeOf(file)})` };
  try {
    const stat = await file.stat();
    if (!stat.isFile()) return { ok: false, why: 'it is no ordinary file' };
    if (realOf(file.fd, path) !== path) return { ok: false, why: ELSEWHERE };
    if (stat.size > maxBytes) return { ok: false, why: `it is larger than ${Math.floor(maxBytes / CHUNK_BYTES)} MiB` };
    const digest = createHash('sha256');
    let size = 0;
    for (;;) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, stat.size - size + 1)));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, size);
      if (bytesRead === 0) break;
      const part = buffer.subarray(0, bytesRead);
      digest.update(part);
      size += bytesRead;
      if (size > maxBytes) return { ok: false, why: 'it grew while it was read' };
      await chunk?.(part);
    }
    if (moved(stat, await file.stat())) return { ok: false, why: MOVING };
    return contentOf(stat, size, digest.digest('hex'));
  } catch (error) {
    return { ok: false, why: `it cannot be read (${codeOf(error)})` };
  } finally {
    await file.close();
  }
}

const isFile = (value: unknown): value is FileHandle =>
  typeof value === 'object' && value !== null && 'fd' in value && 'stat' in value;

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'it failed';
