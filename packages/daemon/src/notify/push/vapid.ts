// VAPID (RFC 8292): says to a push service who sends, so that nobody else can send to these browsers. ES256, twelve hours,
// for the origin of that service alone.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface VapidKey {
  readonly key: KeyObject;
  /** As a browser takes it: 65 bytes, uncompressed, base64url. */
  readonly publicKey: string;
}

const LIFE_SECONDS = 12 * 3600;

/** @param pkcs8 as `newVapidKey` gave it. */
export function readVapidKey(pkcs8: Uint8Array): VapidKey {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' });
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return { key, publicKey: point.toString('base64url') };
}

export const newVapidKey = (): Buffer =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  }).privateKey;

const part = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');

/** The value of `Authorization`. @param contact how the push service reaches whoever runs this. */
export function vapidHeader({ key, publicKey }: VapidKey, endpoint: URL, contact: string, now: number): string {
  const claims = { aud: endpoint.origin, exp: Math.floor(now / 1000) + LIFE_SECONDS, sub: contact };
  const text = `${part({ typ: 'JWT', alg: 'ES256' })}.${part(claims)}`;
  const signature = sign('sha256', Buffer.from(text, 'ascii'), { key, dsaEncoding: 'ieee-p1363' });
  return `vapid t=${text}.${signature.toString('base64url')}, k=${publicKey}`;
}
