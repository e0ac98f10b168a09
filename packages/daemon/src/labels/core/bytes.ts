// From bytes that may hold text to the text they hold. Decoding out of step gives noise; noise is not worth looking through.
import { LEAST } from './fingerprint.ts';

/** Between two pieces of text that bytes of no text lay between. */
const GAP = '\uE0F3';

/**
 * By the first byte: how many bytes a character has; 0: no text begins so. Zero bytes pass, because UTF-16 of plain letters
 * has them.
 */
const LENGTHS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x80) return (byte >= 0x20 && byte !== 0x7f) || byte === 0 || (byte >= 9 && byte <= 13) ? 1 : 0;
  if (byte < 0xc2 || byte > 0xf4) return 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
});

/** The stretches of UTF-8 (or UTF-16 of plain letters) long enough to hold a copy that counts. */
export function textIn(bytes: Buffer): string {
  const pieces: string[] = [];
  let start = 0;
  let i = 0;
  while (i < bytes.length) {
    const length = LENGTHS[bytes[i] ?? 0] ?? 0;
    if (length === 1 || (length > 1 && continues(bytes, i + 1, i + length))) i += length;
    else {
      if (i - start >= LEAST) pieces.push(bytes.toString('utf8', start, i));
      i += 1;
      start = i;
    }
  }
  if (i - start >= LEAST) pieces.push(bytes.toString('utf8', start));
  return pieces.join(GAP);
}

function continues(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i += 1) if (((bytes[i] ?? 0) & 0xc0) !== 0x80) return false;
  return true;
}
