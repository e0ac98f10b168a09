// A push message as RFC 8291 has it: encrypted to the browser, so that the push service learns its length in steps and
// nothing else. The content coding is `aes128gcm` of RFC 8188, in one record.
import { createCipheriv, createECDH, hkdfSync } from 'node:crypto';

export interface PushKeys {
  /** The browser's public key on P-256: 65 bytes, uncompressed. */
  readonly p256dh: Uint8Array;
  /** 16 bytes that it shares with us alone. */
  readonly auth: Uint8Array;
}

/** What a push service must take (RFC 8030), header and tag included. */
const RECORD = 4096;
const HEADER = 16 + 4 + 1 + 65;
const TAG = 16;
export const MOST_PAYLOAD = RECORD - HEADER - TAG - 1;
/** Filled up to a multiple of it. */
const STEP = 512;

const derive = (secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, info, length));

/** @returns null where the keys are none, or the payload is too long. @param salt 16 random bytes. */
export function encryptPush(payload: string, { p256dh, auth }: PushKeys, salt: Uint8Array): Buffer | null {
  const plain = Buffer.from(payload, 'utf8');
  if (plain.length > MOST_PAYLOAD || auth.length !== 16 || p256dh.length !== 65) return null;
  const own = createECDH('prime256v1');
  const ownPublic = own.generateKeys();
  let shared: Buffer;
  try {
    // Refused where the point does not lie on the curve.
    shared = own.computeSecret(p256dh);
  } catch {
    return null;
  }
  const info = Buffer.concat([Buffer.from('WebPush: info\0', 'ascii'), p256dh, ownPublic]);
  const keying = derive(shared, auth, info, 32);
  const key = derive(keying, salt, Buffer.from('Content-Encoding: aes128gcm\0', 'ascii'), 16);
  const nonce = derive(keying, salt, Buffer.from('Content-Encoding: nonce\0', 'ascii'), 12);
  const filled = Math.min(MOST_PAYLOAD, Math.ceil((plain.length + 1) / STEP) * STEP);
  // 2 ends the last record; zeros after it are filling.
  const record = Buffer.concat([plain, Buffer.from([2]), Buffer.alloc(filled - plain.length)]);
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(record), cipher.final(), cipher.getAuthTag()]);
  const header = Buffer.alloc(5);
  header.writeUInt32BE(RECORD, 0);
  header.writeUInt8(ownPublic.length, 4);
  return Buffer.concat([salt, header, ownPublic, sealed]);
}
