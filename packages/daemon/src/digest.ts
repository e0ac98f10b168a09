// SHA-256 as the contract writes it, and the same under a key.
import { hash } from 'node:crypto';
import type { Digest, Sha256 } from '@castellan/contract';

export const sha256 = (text: string): Digest => `sha256:${hash('sha256', text, 'hex')}`;

const utf8 = new TextEncoder();
/** Bytes that SHA-256 takes at a time. */
const BLOCK = 64;

/**
 * HMAC-SHA-256 (RFC 2104). What is shown beside redacted text must not be a plain hash of the unredacted: whoever reads both
 * would try every short secret until one fits. Of two one-shot hashes, as the RFC defines it: each call is signed so, and an
 * object for each costs more than its decision.
 * @param key at most 64 bytes.
 */
export function keyedSha256(key: Uint8Array): Sha256 {
  if (key.length > BLOCK) throw new RangeError(`a key of ${key.length} bytes is longer than ${BLOCK}`);
  const padded = (pad: number): Uint8Array => Uint8Array.from({ length: BLOCK }, (_, at) => (key[at] ?? 0) ^ pad);
  const inner = padded(0x36);
  const outer = Buffer.alloc(BLOCK + 32);
  outer.set(padded(0x5c));
  return (text) => {
    const message = Buffer.allocUnsafe(BLOCK + Buffer.byteLength(text));
    message.set(inner);
    utf8.encodeInto(text, message.subarray(BLOCK));
    outer.set(hash('sha256', message, 'buffer'), BLOCK);
    return `sha256:${hash('sha256', outer, 'hex')}`;
  };
}
