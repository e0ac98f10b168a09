// Castellan's own credentials, known by their shape whether anybody has told the redactor of them or not.
import type { Finding } from './finding.ts';

const PREFIX = Buffer.from('castellan_', 'latin1');
const SHAPE = /^castellan_[adikmrst]_(?:[0-9a-z]{6,40}_)?[0-9a-f]{64}(?:[0-9a-f]{64})?/;
/** The longest credential: prefix, kind, id, value; a refresh token has two values. */
const LONGEST = 10 + 2 + 41 + 128;

/** Prefix and kind, and the program's own name in a sentence: nothing anybody could use. */
export const OWN_TELLS_NOTHING = PREFIX.length + 4;

export const OWN_NAME = 'castellan-credential';

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function findOwn(bytes: Uint8Array): readonly Finding[] {
  const text = view(bytes);
  const found: Finding[] = [];
  for (let at = text.indexOf(PREFIX); at >= 0; at = text.indexOf(PREFIX, at + 1)) {
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
