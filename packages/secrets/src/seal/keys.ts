// Keys that seal: 32 random bytes, or a passphrase stretched by argon2id. INVARIANT: what argon2id costs is checked where a
// header is parsed (contract), so no key here was ever made cheaply.
import { argon2, hkdfSync } from 'node:crypto';
import type { Argon2 } from '@castellan/contract';

/** Chance arrives as an argument. */
export type Random = (bytes: number) => Buffer;

export const KEY_BYTES = 32;
/** RFC 9106, section 4, the second recommended option. */
const COST = { memoryKiB: 65_536, passes: 3, lanes: 4 } as const;

export interface SealKey {
  /** Tells keys apart and nothing of them: 16 hexadecimal digits. */
  readonly id: string;
  readonly bytes: Buffer;
}

const part = (key: Uint8Array, purpose: string, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `castellan seal ${purpose}`, length));

/** The id and the key that seals are both derived, so that neither tells of the other. */
export function sealKeyOf(secret: Uint8Array): SealKey {
  if (secret.length !== KEY_BYTES) throw new RangeError(`a key has ${KEY_BYTES} bytes`);
  return { id: part(secret, 'id', 8).toString('hex'), bytes: part(secret, 'key', KEY_BYTES) };
}

/** What a new passphrase is stretched with: a fresh salt and the present cost. */
export const newArgon2 = (random: Random): Argon2 => ({ salt: random(16).toString('base64'), ...COST });

/** Off the main thread; takes some tenths of a second and 64 MiB. */
export async function keyOfPassphrase(
  passphrase: string,
  { salt, memoryKiB, passes, lanes }: Argon2,
): Promise<SealKey> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const parameters = {
    // Keyboards differ in how they compose letters; the passphrase does not.
    message: Buffer.from(passphrase.normalize('NFC'), 'utf8'),
    nonce: Buffer.from(salt, 'base64'),
    parallelism: lanes,
    tagLength: KEY_BYTES,
    memory: memoryKiB,
    passes,
  };
  argon2('argon2id', parameters, (error, key) => (error === null ? resolve(key) : reject(error)));
  const stretched = await promise;
  const key = sealKeyOf(stretched);
  stretched.fill(0);
  return key;
}
