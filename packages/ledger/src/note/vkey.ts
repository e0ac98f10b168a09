// Verifier keys of C2SP signed notes: `<name>+<key id in hex>+<base64 of 0x01 and the Ed25519 public key>`. Canonical or
// rejected: only the text that writing the parsed key gives back is a key.

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';

/** An Ed25519 verifier key. `text` is its one spelling; `id` the four bytes that stand before each signature. */
export interface VerifierKey {
  readonly name: string;
  readonly id: Uint8Array;
  readonly text: string;
  readonly key: KeyObject;
}

const ED25519 = 0x01;
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Whether `name` may name a key: not empty, no plus, no Unicode space or ASCII control character. */
export function isKeyName(name: string): boolean {
  return /^[^\s+\u0000-\u001f\u0085]+$/u.test(name) && name.isWellFormed();
}

/** Base64 of RFC 4648 section 4, or undefined when the text is not the canonical spelling of its bytes. */
export function parseBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

/** The key for a raw 32-byte Ed25519 public key under `name`. */
export function createVerifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  const typed = Buffer.concat([Buffer.from([ED25519]), publicKey]);
  const id = createHash('sha256').update(`${name}\n`, 'utf8').update(typed).digest().subarray(0, 4);
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
  return { name, id, key, text: `${name}+${id.toString('hex')}+${typed.toString('base64')}` };
}

/** Parses a verifier key; undefined for anything that is not the canonical text of an Ed25519 key with its own id. */
export function parseVerifierKey(text: string): VerifierKey | undefined {
  const [name, , encoded, ...rest] = splitKey(text);
  if (name === undefined || encoded === undefined || rest.length > 0 || !isKeyName(name)) return undefined;
  const typed = parseBase64(encoded);
  if (typed === undefined || typed.length !== 33 || typed[0] !== ED25519) return undefined;
  const key = createVerifierKey(name, typed.subarray(1));
  return key.text === text ? key : undefined;
}

// Base64 may itself contain plus signs, so only the first two separate.
function splitKey(text: string): string[] {
  const first = text.indexOf('+');
  const second = text.indexOf('+', first + 1);
  if (first < 0 || second < 0) return [];
  return [text.slice(0, first), text.slice(first + 1, second), text.slice(second + 1)];
}
