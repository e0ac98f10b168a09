// Castellan's own credentials, known by their shape whether anybody has told the redactor of them or not.
import type { Finding } from './finding.ts';

const PREFIX = Buffer.from('castellan_', 'latin1');
/** How far the prefix may stand behind a byte that was looked at: by the byte, one look in ten is enough. */
const SKIP = new Uint8Array(256).fill(PREFIX.length);
for (const [at, byte] of PREFIX.entries()) SKIP[byte] = PREFIX.length - 1 - at;

const SHAPE = /^castellan_[adikmrst]_(?:[0-9a-z]{6,40}_)?[0-9a-f]{64}(?:[0-9a-f]{64})?/;
/** The longest credential: prefix, kind, id, value; a refresh token has two values. */
const LONGEST = 10 + 2 + 41 + 128;

/** Prefix and kind, and the program's own name in a sentence: nothing anybody could use. */
export const OWN_TELLS_NOTHING = PREFIX.length + 4;

export const OWN_NAME = 'castellan-credential';

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const NONE: readonly Finding[] = [];

/** Where the prefix stands next, from a place on; the length where it does not. */
function nextPrefix(bytes: Uint8Array, from: number): number {
  const size = bytes.length;
  for (let end = from + PREFIX.length - 1; end < size; ) {
    const skip = SKIP[bytes[end] as number] as number;
    if (skip !== 0) {
      end += skip;
      continue;
    }
    const start = end - PREFIX.length + 1;
    let same = 0;
    while (same < PREFIX.length && bytes[start + same] === PREFIX[same]) same++;
    if (same === PREFIX.length) return start;
    end++;
  }
  return size;
}

export function findOwn(bytes: Uint8Array): readonly Finding[] {
  const first = nextPrefix(bytes, 0);
  if (first === bytes.length) return NONE;
  const text = view(bytes);
  const found: Finding[] = [];
  for (let at = first; at < bytes.length; at = nextPrefix(bytes, at + 1)) {
    const size = SHAPE.exec(text.toString('latin1', at, at + LONGEST))?.[0].length;
    if (size !== undefined) {
      found.push({ start: at, end: at + size, name: OWN_NAME, by: 'format', confidence: 'certain' });
      at += size - 1;
    }
  }
  return found;
}

/** Where a credential may have begun whose rest has not come yet; the length when nowhere. */
export function ownMayBegin(bytes: Uint8Array): number {
  const tail = Math.max(0, bytes.length - LONGEST);
  const text = view(bytes).toString('latin1', tail);
  const begun = text.lastIndexOf('castellan_');
  if (begun >= 0 && /^[0-9a-z_]*$/.test(text.slice(begun))) return tail + begun;
  for (let size = Math.min(9, text.length); size > 0; size--) {
    if (text.endsWith('castellan_'.slice(0, size))) return bytes.length - size;
  }
  return bytes.length;
}
