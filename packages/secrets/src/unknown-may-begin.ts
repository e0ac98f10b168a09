// Where, at the end of a stream, a secret nobody told us of may have begun: a word that has not ended, a private key
// whose end has not come. What a detector needs to know of the text before it has been kept as context.

/** A longer word is no token, and a longer key is none of ours to wait for. */
const LONGEST_WORD = 4_096;
const LONGEST_KEY = 16_384;

const BEGIN = Buffer.from('-----BEGIN ', 'latin1');
const END = Buffer.from('-----END ', 'latin1');

export function unknownMayBegin(bytes: Uint8Array): number {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const key = text.lastIndexOf(BEGIN);
  if (key >= Math.max(0, text.length - LONGEST_KEY)) {
    const end = text.indexOf(END, key);
    if (end < 0 || text.indexOf('-----', end + END.length) < 0) return key;
  }
  let at = text.length;
  const least = Math.max(0, text.length - LONGEST_WORD);
  while (at > least && (text[at - 1] as number) > 0x20) at--;
  return at;
}
