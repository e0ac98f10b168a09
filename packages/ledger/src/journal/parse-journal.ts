// Reads a journal file into frames, and tells a write that a crash cut short from bytes that somebody changed.
// A cut is believed only where a crash can make one: the file ends inside its last frame, or blocks of that frame, never
// written, read as zeros. Everything else is damage, and damage is never repaired silently.

import { crc32 } from 'node:zlib';
import { HASH_BYTES, type Hash, leafHashWithin, sameHash } from '../merkle/hash.ts';
import { scanBundle } from '../tiles/bundle.ts';
import { TILE_WIDTH } from '../tiles/tile-path.ts';
import { FRAME_HEADER_BYTES, FRAME_MAGIC, type FrameContent, JOURNAL_HEADER_BYTES, JOURNAL_MAGIC } from './frame.ts';

/** A frame as it stands in the file. `offsets[i]` is where the data of entry `i` begins. */
export interface Frame extends FrameContent {
  readonly offset: number;
  readonly offsets: readonly number[];
  /** The first entry whose data does not hash to its leaf hash, if any. */
  readonly firstBad: number | undefined;
}

export type JournalEnd =
  | { readonly kind: 'clean' }
  | { readonly kind: 'torn'; readonly offset: number; readonly bytes: number }
  | { readonly kind: 'damaged'; readonly offset: number; readonly what: string };

export interface Journal {
  /** The index of the first entry it may hold; everything before is in tiles. */
  readonly base: number;
  readonly frames: readonly Frame[];
  readonly end: JournalEnd;
}

const BLOCK = 512;
const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
const startsAlike = (a: Uint8Array, b: Uint8Array): boolean => {
  const length = Math.min(a.length, b.length);
  return sameHash(a.subarray(0, length), b.subarray(0, length));
};

/** Whether some disk block of `[start, end)` was never written: it reads as zeros as far as it belongs to the range. */
function hasUnwrittenBlock(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at = Math.floor(at / BLOCK + 1) * BLOCK) {
    if (isZero(bytes.subarray(at, Math.min(end, Math.floor(at / BLOCK + 1) * BLOCK)))) return true;
  }
  return false;
}

function parseBody(
  bytes: Buffer,
  offset: number,
): { readonly frame: Frame; readonly end: number } | { readonly what: string; readonly end: number } {
  const start = Number(bytes.readBigUInt64BE(offset + 4));
  const count = bytes.readUInt32BE(offset + 12);
  const hashesAt = offset + FRAME_HEADER_BYTES;
  const entriesAt = hashesAt + count * HASH_BYTES;
  const noteAt = entriesAt + bytes.readUInt32BE(offset + 16);
  const end = noteAt + bytes.readUInt32BE(offset + 20);
  if (end > bytes.length) return { what: 'frame ends behind the end of the file', end };
  const { spans, isWhole } = scanBundle(bytes, entriesAt, noteAt);
  if (!isWhole || spans.length !== count * 2) return { what: 'lengths of entries do not fit their frame', end };
  const hashes: Hash[] = [];
  const entries: Uint8Array[] = [];
  const offsets: number[] = [];
  let firstBad: number | undefined;
  for (let i = 0; i < count; i += 1) {
    const hash = bytes.subarray(hashesAt + i * HASH_BYTES, hashesAt + (i + 1) * HASH_BYTES);
    const from = spans[2 * i] ?? 0;
    const to = spans[2 * i + 1] ?? 0;
    if (firstBad === undefined && !sameHash(leafHashWithin(bytes, from, to), hash)) firstBad = i;
    hashes.push(hash);
    entries.push(bytes.subarray(from, to));
    offsets.push(from);
  }
  return { frame: { offset, start, hashes, entries, offsets, firstBad, note: bytes.subarray(noteAt, end) }, end };
}

const torn = (bytes: Uint8Array, offset: number): JournalEnd => ({
  kind: 'torn',
  offset,
  bytes: bytes.length - offset,
});

/** Parses a journal; undefined when it does not begin as one. `bytes` must belong to the caller. */
export function parseJournal(input: Uint8Array): Journal | undefined {
  const bytes = view(input);
  if (bytes.length < JOURNAL_HEADER_BYTES || !startsAlike(bytes, JOURNAL_MAGIC)) return undefined;
  const base = Number(bytes.readBigUInt64BE(16));
  if (bytes.readUInt32BE(24) !== crc32(bytes.subarray(0, 24))) return undefined;
  if (!Number.isSafeInteger(base) || base % TILE_WIDTH !== 0) return undefined;

  const frames: Frame[] = [];
  const finish = (end: JournalEnd): Journal => ({ base, frames, end });
  const damaged = (offset: number, what: string): Journal => finish({ kind: 'damaged', offset, what });
  let offset = JOURNAL_HEADER_BYTES;
  while (offset < bytes.length) {
    const rest = bytes.subarray(offset);
    if (isZero(rest.subarray(0, FRAME_HEADER_BYTES)) && isZero(rest)) return finish(torn(bytes, offset));
    if (!startsAlike(rest, FRAME_MAGIC)) return damaged(offset, 'not the beginning of a frame');
    if (rest.length < FRAME_HEADER_BYTES) return finish(torn(bytes, offset));
    if (rest.readUInt32BE(24) !== crc32(rest.subarray(0, 24))) return damaged(offset, 'header of a frame was changed');
    const body = parseBody(bytes, offset);
    if (body.end > bytes.length) return finish(torn(bytes, offset));
    const isLast = body.end === bytes.length;
    const isWhole = 'frame' in body && body.frame.firstBad === undefined && !body.frame.note.includes(0);
    if (!isWhole && isLast && hasUnwrittenBlock(bytes, offset, body.end)) return finish(torn(bytes, offset));
    if (!('frame' in body)) return damaged(offset, body.what);
    frames.push(body.frame);
    offset = body.end;
  }
  return finish({ kind: 'clean' });
}
