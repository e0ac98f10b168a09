// The index of a git work tree: which bytes git would put back for a path. Only plain entries count. INVARIANT: never more
// is read than is there; an index that is not understood holds nothing.
// Source: gitformat-index(5), versions 2 to 4.
import { lstatSync } from 'node:fs';
import { readRegular } from './read-regular.ts';

const MAX_INDEX = 32 * 1024 * 1024;
const ENTRY = 62;
const HASH_AT = 40;
const FLAGS_AT = 60;

const ASSUME_VALID = 0x8000;
const EXTENDED = 0x4000;
const STAGE = 0x3000;
const SKIP_WORKTREE = 0x4000;
const INTENT_TO_ADD = 0x2000;

/** The SHA-1 the index holds for a path below the work tree, in hex; undefined where it holds none that counts. */
export function indexedHash(index: Buffer, path: string): string | undefined {
  if (index.length < 12 || index.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = index.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  const wanted = Buffer.from(path, 'utf8');
  const count = index.readUInt32BE(8);
  let name: Uint8Array = new Uint8Array();
  let at = 12;
  for (let seen = 0; seen < count && at + ENTRY < index.length; seen += 1) {
    const start = at;
    const flags = index.readUInt16BE(start + FLAGS_AT);
    const extended = version >= 3 && (flags & EXTENDED) !== 0;
    const more = extended ? index.readUInt16BE(start + ENTRY) : 0;
    at = start + ENTRY + (extended ? 2 : 0);
    let kept = 0;
    if (version === 4) {
      const [removed, behind] = offsetAt(index, at);
      if (behind < 0 || removed > name.length) return undefined;
      kept = name.length - removed;
      at = behind;
    }
    const end = index.indexOf(0, at);
    if (end < 0) return undefined;
    name = version === 4 ? Buffer.concat([name.subarray(0, kept), index.subarray(at, end)]) : index.subarray(at, end);
    // Entries before version 4 are filled up with zeros to a multiple of eight.
    at = version === 4 ? end + 1 : start + ((end - start + 8) & ~7);
    const order = Buffer.compare(name, wanted);
    if (order > 0) return undefined;
    if (order < 0) continue;
    const plain =
      (flags & (ASSUME_VALID | STAGE)) === 0 &&
      (more & (SKIP_WORKTREE | INTENT_TO_ADD)) === 0 &&
      index.readUInt32BE(start + 24) >>> 12 === 0b1000;
    return plain ? index.toString('hex', start + HASH_AT, start + FLAGS_AT) : undefined;
  }
  return undefined;
}

/** How much of the name before is dropped, in the variable-width form of packs; -1: the text ended. */
function offsetAt(index: Buffer, from: number): readonly [number, number] {
  let value = 0;
  for (let at = from; at < index.length && at < from + 8; at += 1) {
    const byte = index[at] ?? 0;
    value = at === from ? byte & 0x7f : (value + 1) * 128 + (byte & 0x7f);
    if ((byte & 0x80) === 0) return [value, at + 1];
  }
  return [0, -1];
}

interface Kept {
  readonly path: string;
  readonly stamp: string;
  readonly bytes: Buffer;
}

/** The last ones read. They are told apart by everything a change of the file changes. */
const kept: Kept[] = [];
const MAX_KEPT = 4;

export function readIndex(path: string): Buffer | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  if (stats === undefined) return undefined;
  const stamp = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ');
  const known = kept.find((each) => each.path === path);
  if (known?.stamp === stamp) return known.bytes;
  const bytes = readRegular(path, MAX_INDEX)?.bytes;
  if (bytes === undefined) return undefined;
  if (known !== undefined) kept.splice(kept.indexOf(known), 1);
  kept.unshift({ path, stamp, bytes });
  kept.splice(MAX_KEPT);
  return bytes;
}
