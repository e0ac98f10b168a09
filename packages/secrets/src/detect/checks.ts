// What a token's own form lets us verify: a checksum, or a form inside the form.
import { textOf } from './bytes.ts';
import type { Check } from './format.ts';

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(text: string): number {
  let value = 0xffffffff;
  for (let at = 0; at < text.length; at++) value = (value >>> 8) ^ (CRC[(value ^ text.charCodeAt(at)) & 255] ?? 0);
  return (value ^ 0xffffffff) >>> 0;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function base62(value: number, width: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / 62)) text = (BASE62[rest % 62] ?? '') + text;
  return text.padStart(width, '0');
}

/** The text that base64 (standard or URL-safe) stands for, one character a byte; null where it is none. */
export function decodeBase64(text: string): string | null {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replaceAll('=', '');
  try {
    return plain.length % 4 === 1 ? null : atob(plain);
  } catch {
    return null;
  }
}

const TAIL = 6;

/** GitHub and npm: the last six characters are the CRC-32 of what stands between the prefix and them, in base 62. */
function hasTailChecksum(token: string): boolean {
  const body = token.slice(token.indexOf('_') + 1);
  return body.slice(-TAIL) === base62(crc32(body.slice(0, -TAIL)), TAIL);
}

function isJson(text: string | null): boolean {
  if (text?.startsWith('{') !== true) return false;
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

const LEAST_PAIR = 8;

/** `user:password`, both printable; a token may stand for either, with nothing for the other. */
export function isBasic(text: string | null): boolean {
  return text !== null && text.length >= LEAST_PAIR && /^[\x21-\x7e]{0,200}:[\x20-\x7e]{0,200}$/.test(text);
}

/** The most of a token that is decoded for a check: a header or a pair, never a document. */
const MOST = 4096;

export function holds(check: Check, input: Uint8Array, start: number, end: number): boolean {
  const token = textOf(input, start, Math.min(end, start + MOST));
  switch (check) {
    case 'github-crc32':
      return hasTailChecksum(token);
    case 'jwt':
      return isJson(decodeBase64(token.slice(0, token.indexOf('.'))));
    case 'basic':
      return isBasic(decodeBase64(token));
    case 'base64-json':
      return isJson(decodeBase64(token.slice(token.indexOf('eyJ')).replace(/[_.].*$/, '')));
    case 'base64-pem':
      return decodeBase64(token.slice(0, 80))?.includes('PRIVATE KEY') === true;
  }
}
