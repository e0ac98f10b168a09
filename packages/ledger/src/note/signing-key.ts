// Ed25519 signing keys in the text form of Go's note package: `PRIVATE+KEY+<name>+<key id>+<base64 of 0x01 and the seed>`.

import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { createVerifierKey, isKeyName, parseBase64, type VerifierKey } from './vkey.ts';

/** What a log needs to sign: synchronous, so that the order of signatures is the order of batches. */
export interface Signer {
  readonly vkey: VerifierKey;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** A signer whose secret text can be stored. `skey` is the secret: keep it out of the ledger folder and out of logs. */
export interface SigningKey extends Signer {
  readonly skey: string;
}

const ED25519 = 0x01;
const SEED_BYTES = 32;
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

function rawPublicKey(key: KeyObject): Uint8Array {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
}

function fromSeed(name: string, seed: Uint8Array): SigningKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' });
  const vkey = createVerifierKey(name, rawPublicKey(key));
  const secret = Buffer.concat([Buffer.from([ED25519]), seed]).toString('base64');
  const skey = `PRIVATE+KEY+${name}+${Buffer.from(vkey.id).toString('hex')}+${secret}`;
  return { vkey, skey, sign: (message) => sign(null, message, key) };
}

/**
 * Makes a new key. `name` is also the origin of the log (no space, no plus; a schema-less URL by custom); `random(32)`
 * must give 32 unpredictable bytes, such as `randomBytes` of node:crypto.
 */
export function createSigningKey(name: string, random: (bytes: number) => Uint8Array): SigningKey {
  if (!isKeyName(name)) throw new TypeError(`\`${name}\` cannot name a key: it needs characters, no space and no plus`);
  const seed = random(SEED_BYTES);
  if (seed.length !== SEED_BYTES) throw new TypeError('random source gave a seed of the wrong length');
  return fromSeed(name, seed);
}

/** Parses the secret text of a key; undefined unless it is the canonical text. */
export function parseSigningKey(text: string): SigningKey | undefined {
  const match = /^PRIVATE\+KEY\+([^+]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]+=*)$/.exec(text);
  const name = match?.[1];
  const secret = parseBase64(match?.[2] ?? '');
  if (name === undefined || secret?.length !== SEED_BYTES + 1 || secret[0] !== ED25519 || !isKeyName(name)) {
    return undefined;
  }
  const key = fromSeed(name, secret.subarray(1));
  return key.skey === text ? key : undefined;
}
