// A push service and the browsers behind it: checks who sends (VAPID, RFC 8292) with a library that is not ours, and decrypts
// what is sent as a browser does, by hand after RFC 8188 and RFC 8291.
import { createDecipheriv, createECDH, createHmac, type ECDH, randomBytes } from 'node:crypto';
import type { PushMessage } from '@castellan/contract';
import { importJWK, jwtVerify } from 'jose';
import { type Asked, type Listening, listening, type Reply } from './listening.ts';

export interface Browser {
  /** As `PushSubscription.toJSON()` gives it. */
  readonly subscription: {
    readonly endpoint: string;
    readonly expirationTime: null;
    readonly keys: { readonly p256dh: string; readonly auth: string };
  };
  readonly got: readonly PushMessage[];
  /** Lengths of what came, as the push service sees them. */
  readonly lengths: readonly number[];
  /** Ends the subscription: the service answers 410. */
  leave(): void;
}

export interface PushService extends Listening {
  /** @param key the application server's, as a page passes it to `subscribe`. */
  browser(key: string): Browser;
  readonly headers: readonly Asked['headers'][];
}

const hmac = (key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer => {
  const made = createHmac('sha256', key);
  for (const part of parts) made.update(part);
  return made.digest();
};
/** HKDF of one block, as RFC 5869 has it. */
const hkdf = (salt: Uint8Array, secret: Uint8Array, info: Uint8Array, length: number): Buffer =>
  hmac(hmac(salt, secret), info, Buffer.from([1])).subarray(0, length);

function decrypt(body: Buffer, own: ECDH, auth: Buffer): string {
  const salt = body.subarray(0, 16);
  const size = body.readUInt32BE(16);
  const length = body.readUInt8(20);
  const theirs = body.subarray(21, 21 + length);
  const record = body.subarray(21 + length);
  if (length !== 65 || record.length > size) throw new Error('header');
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), own.getPublicKey(), theirs]);
  const keying = hkdf(auth, own.computeSecret(theirs), info, 32);
  const key = hkdf(salt, keying, Buffer.from('Content-Encoding: aes128gcm\0'), 16);
  const nonce = hkdf(salt, keying, Buffer.from('Content-Encoding: nonce\0'), 12);
  const open = createDecipheriv('aes-128-gcm', key, nonce);
  open.setAuthTag(record.subarray(-16));
  const plain = Buffer.concat([open.update(record.subarray(0, -16)), open.final()]);
  let end = plain.length - 1;
  while (end >= 0 && plain[end] === 0) end -= 1;
  if (plain[end] !== 2) throw new Error('the last record ends in 2 and zeros');
  return plain.subarray(0, end).toString('utf8');
}

async function sender(authorization: string | undefined, audience: string): Promise<string> {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/.exec(authorization ?? '') ?? [];
  const point = Buffer.from(key, 'base64url');
  if (point.length !== 65 || point[0] !== 4) throw new Error('k');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  const jwk = await importJWK({ kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, 'ES256');
  const { payload } = await jwtVerify(token, jwk, { audience, algorithms: ['ES256'] });
  if ((payload.exp ?? Number.POSITIVE_INFINITY) > Date.now() / 1000 + 86_400) throw new Error('exp');
  if (!/^(mailto:|https:)/.test(payload.sub ?? '')) throw new Error('sub');
  return key;
}

interface Kept {
  readonly key: string;
  readonly own: ECDH;
  readonly auth: Buffer;
  readonly got: PushMessage[];
  readonly lengths: number[];
  gone: boolean;
}

export async function pushService(): Promise<PushService> {
  const browsers = new Map<string, Kept>();
  const headers: Asked['headers'][] = [];
  const server: Listening = await listening(async (asked): Promise<Reply> => {
    const kept = browsers.get(asked.path);
    if (kept === undefined) return { status: 404 };
    if (kept.gone) return { status: 410 };
    try {
      if ((await sender(asked.headers.authorization, server.url)) !== kept.key) return { status: 403 };
    } catch {
      return { status: 403 };
    }
    if (!/^\d+$/.test(String(asked.headers.ttl))) return { status: 400, body: 'ttl' };
    if (asked.headers['content-encoding'] !== 'aes128gcm') return { status: 400, body: 'content-encoding' };
    if (!/^[\w-]{0,32}$/.test(String(asked.headers.topic ?? ''))) return { status: 400, body: 'topic' };
    if (asked.body.length > 4096) return { status: 413 };
    headers.push(asked.headers);
    kept.got.push(JSON.parse(decrypt(asked.body, kept.own, kept.auth)) as PushMessage);
    kept.lengths.push(asked.body.length);
    return { status: 201 };
  });
  return {
    ...server,
    headers,
    browser(key) {
      const own = createECDH('prime256v1');
      const p256dh = own.generateKeys().toString('base64url');
      const auth = randomBytes(16);
      const path = `/wpush/v2/${randomBytes(60).toString('base64url')}`;
      const kept: Kept = { key, own, auth, got: [], lengths: [], gone: false };
      browsers.set(path, kept);
      return {
        subscription: {
          endpoint: `${server.url}${path}`,
          expirationTime: null,
          keys: { p256dh, auth: auth.toString('base64url') },
        },
        got: kept.got,
        lengths: kept.lengths,
        leave: () => {
          kept.gone = true;
        },
      };
    },
  };
}
