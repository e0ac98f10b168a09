// One frame of the journal: a batch of entries and the checkpoint signed over the tree that ends with it.
// INVARIANT: the checkpoint stands last, so a frame of which only a beginning was written has no readable checkpoint.

import { crc32 } from 'node:zlib';
import { HASH_BYTES, type Hash } from '../merkle/hash.ts';
import { bundleBytes, putEntries } from '../tiles/bundle.ts';

/** `castellan-jrnl1\n`, the first leaf's index as uint64, CRC-32 of both. */
export const JOURNAL_MAGIC: Uint8Array = Buffer.from('castellan-jrnl1\n', 'latin1');
export const JOURNAL_HEADER_BYTES = 28;
/** `CLjf`, first index uint64, count, bytes of entries, bytes of note (uint32 each), CRC-32 of all that. Big-endian. */
export const FRAME_MAGIC: Uint8Array = Buffer.from('CLjf', 'latin1');
export const FRAME_HEADER_BYTES = 28;

/** What a frame is made of; `hashes[i]` is the leaf hash of `entries[i]`, `note` the bytes of a signed checkpoint. */
export interface FrameContent {
  readonly start: number;
  readonly hashes: readonly Hash[];
  readonly entries: readonly Uint8Array[];
  readonly note: Uint8Array;
}

export function encodeJournalHeader(base: number): Uint8Array {
  const bytes = Buffer.alloc(JOURNAL_HEADER_BYTES);
  bytes.set(JOURNAL_MAGIC, 0);
  bytes.writeBigUInt64BE(BigInt(base), 16);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 24)), 24);
  return bytes;
}

/** Encodes a frame and gives the entries as views of it, so that the tail in memory needs no copy of its own. */
export function encodeFrame(content: FrameContent): { readonly bytes: Uint8Array; readonly entries: Uint8Array[] } {
  const { start, hashes, entries, note } = content;
  const entryBytes = bundleBytes(entries);
  const bytes = Buffer.allocUnsafeSlow(FRAME_HEADER_BYTES + hashes.length * HASH_BYTES + entryBytes + note.length);
  bytes.set(FRAME_MAGIC, 0);
  bytes.writeBigUInt64BE(BigInt(start), 4);
  bytes.writeUInt32BE(entries.length, 12);
  bytes.writeUInt32BE(entryBytes, 16);
  bytes.writeUInt32BE(note.length, 20);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 24)), 24);
  let at = FRAME_HEADER_BYTES;
  for (const hash of hashes) {
    bytes.set(hash, at);
    at += HASH_BYTES;
  }
  const views: Uint8Array[] = [];
  let data = at;
  for (const entry of entries) {
    views.push(bytes.subarray(data + 2, data + 2 + entry.length));
    data += 2 + entry.length;
  }
  bytes.set(note, putEntries(bytes, at, entries));
  return { bytes, entries: views };
}
