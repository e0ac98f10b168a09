// Sealing of bytes at rest: AES-256-GCM under a data key of its own for each sealed text, which the key from outside seals in
// turn. A text is its header as one line of JSON, then the sealed bytes as base64; the header is authenticated with them, so
// no byte of either can be changed unseen. Canonical or rejected: one value has one spelling.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type KeySlot, parseSealHeader, type SealHeader, type SealSchema } from '@castellan/contract';
import { KEY_BYTES, type Random, type SealKey } from './keys.ts';

export type SealFault = 'truncated' | 'other-version' | 'wrong-key' | 'tampered';
export type Refused = {
  readonly ok: false;
  readonly fault: SealFault;
  readonly message: string;
  readonly hint: string;
};
const refused = (fault: SealFault, message: string, hint: string): Refused => ({ ok: false, fault, message, hint });

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Nonce, text, tag. @param bound is authenticated with it. */
export function sealBytes(key: Uint8Array, plain: Uint8Array, bound: string, random: Random): Buffer {
  const nonce = random(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(bound, 'utf8'));
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** The text again, or null. */
export function unsealBytes(key: Uint8Array, sealed: Buffer, bound: string): Buffer | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv(CIPHER, key, sealed.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(bound, 'utf8'));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

const slotText = (schema: SealSchema, key: KeySlot): string => JSON.stringify([schema, key]);

/** The sealed text. @param slot how the key is found again; it is readable in the text, and authenticated. */
export function seal(schema: SealSchema, plain: Uint8Array, slot: KeySlot, key: SealKey, random: Random): string {
  // A key of its own for each text: however often the vault is written, no nonce meets the same key twice.
  const dataKey = random(KEY_BYTES);
  const header: SealHeader = {
    schema,
    key: slot,
    dataKey: sealBytes(key.bytes, dataKey, slotText(schema, slot), random).toString('base64'),
    length: 4 * Math.ceil((NONCE_BYTES + plain.length + TAG_BYTES) / 3),
  };
  const line = `${JSON.stringify(header)}\n`;
  const body = sealBytes(dataKey, plain, line, random).toString('base64');
  dataKey.fill(0);
  return `${line}${body}\n`;
}

export type Opened<T> = ({ readonly ok: true } & T) | Refused;
type Read = { readonly header: SealHeader; readonly line: string; readonly body: string };

const TRUNCATED = refused('truncated', 'it was cut short', 'take the copy before it, or a backup');
const TAMPERED = refused('tampered', 'it was changed or damaged', 'take the copy before it, or a backup');

/** Looks at the header alone: which key is needed. What it says is believed only once the text is opened. */
export function readSealed(schema: SealSchema, text: string): Opened<Read> {
  const end = text.indexOf('\n') + 1;
  if (end === 0) return text.startsWith('{') || text === '' ? TRUNCATED : notSealed(schema);
  const line = text.slice(0, end);
  const value = jsonOf(line);
  const said = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof said !== 'string') return notSealed(schema);
  if (said !== schema)
    return refused(
      'other-version',
      `it is not \`${schema}\`, the one form this Castellan reads`,
      'use the Castellan that wrote it',
    );
  const header = parseSealHeader(value);
  if (!header.ok) return TAMPERED;
  const rest = text.slice(end);
  if (rest.length < header.value.length + 1) return TRUNCATED;
  if (rest.length > header.value.length + 1 || !rest.endsWith('\n')) return TAMPERED;
  return { ok: true, header: header.value, line, body: rest.slice(0, -1) };
}

/** The bytes again, or why not: another key, another version, cut, changed. Nothing of a text that was changed is given. */
export function unseal(schema: SealSchema, text: string, key: SealKey): Opened<{ readonly plain: Buffer }> {
  const read = readSealed(schema, text);
  if (!read.ok) return read;
  const { header, line, body } = read;
  if (header.key.id !== key.id)
    return refused(
      'wrong-key',
      'this is not the key it was sealed with',
      'give the key or passphrase it was sealed with',
    );
  const dataKey = unsealBytes(key.bytes, Buffer.from(header.dataKey, 'base64'), slotText(schema, header.key));
  if (dataKey === null || dataKey.length !== KEY_BYTES) return TAMPERED;
  const sealed = Buffer.from(body, 'base64');
  const plain = sealed.toString('base64') === body ? unsealBytes(dataKey, sealed, line) : null;
  dataKey.fill(0);
  return plain === null ? TAMPERED : { ok: true, plain };
}

const notSealed = (schema: SealSchema): Refused =>
  refused('tampered', `it is no \`${schema}\` text`, 'give the whole text as it was written');

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
