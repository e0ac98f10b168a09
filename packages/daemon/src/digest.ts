// SHA-256 as the contract writes it, and the same under a key.
import { createHmac, hash } from 'node:crypto';
import type { Digest, Sha256 } from '@castellan/contract';

export const sha256 = (text: string): Digest => `sha256:${hash('sha256', text, 'hex')}`;

/**
 * HMAC-SHA-256. What is shown beside redacted text must not be a plain hash of the unredacted: whoever reads both would try
 * every short secret until one fits.
 */
export const keyedSha256 =
  (key: Uint8Array): Sha256 =>
  (text) =>
    `sha256:${createHmac('sha256', key).update(text).digest('hex')}`;
