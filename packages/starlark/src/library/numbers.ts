// Numbers out of text, as Go reads them for `int(…)` and `float(…)`.
import { COST } from '../values/cost.ts';
import { normalise } from '../values/int.ts';
import type { Int, Meter } from '../values/value.ts';

const PREFIXES = new Map([
  ['o', 8],
  ['x', 16],
  ['b', 2],
]);

/** `undefined`: it is no int of that base. Base 0 takes it from the prefix. */
export function parseIntText(text: string, base: number, thread: Meter): Int | undefined {
  const negative = text.startsWith('-');
  let digits = negative || text.startsWith('+') ? text.slice(1) : text;
  let radix = base;
  if (digits.length > 1 && digits.startsWith('0')) {
    const prefix = digits.length > 2 ? PREFIXES.get((digits[1] ?? '').toLowerCase()) : undefined;
    if (prefix !== undefined) {
      if (radix === 0 || prefix === radix) {
        radix = prefix;
        digits = digits.slice(2);
      }
    } else if (radix === 0) return /^0+$/.test(digits) ? 0 : undefined;
  }
  const magnitude = parseDigits(digits, radix === 0 ? 10 : radix, thread);
  if (magnitude === undefined) return undefined;
  return negative ? normalise(-magnitude) : normalise(magnitude);
}

function parseDigits(digits: string, radix: number, thread: Meter): bigint | undefined {
  if (!/^[0-9a-zA-Z]+$/.test(digits)) return undefined;
  // V8 reads decimal in less than quadratic time; the loop below is quadratic, but for what few write.
  thread.step((digits.length >> 4) + Math.floor((digits.length / 64) ** 2));
  thread.allocate(COST.bigint + digits.length);
  const lower = digits.toLowerCase();
  for (let i = 0; i < lower.length; i++) if (digitOf(lower, i) >= radix) return undefined;
  if (radix === 10) return BigInt(lower);
  if (radix === 16) return BigInt(`0x${lower}`);
  if (radix === 8) return BigInt(`0o${lower}`);
  if (radix === 2) return BigInt(`0b${lower}`);
  // Several digits at a time, as many as a number holds exactly.
  const width = Math.floor(53 / Math.log2(radix));
  thread.step(digits.length);
  thread.allocate((digits.length / width) * digits.length);
  let value = 0n;
  for (let at = 0; at < lower.length; at += width) {
    const piece = lower.slice(at, at + width);
    value = value * BigInt(radix) ** BigInt(piece.length) + BigInt(Number.parseInt(piece, radix));
  }
  return value;
}

function digitOf(text: string, index: number): number {
  const code = text.charCodeAt(index);
  return code < 0x3a ? code - 0x30 : code - 0x61 + 10;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d{1,9})$/;

/** `undefined`: it is no number. */
export function parseFloatText(text: string): number | 'too large' | undefined {
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (word !== null) {
    if (/nan/i.test(word[2] ?? '')) return Number.NaN;
    return word[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const plain = withoutUnderscores(text);
  if (plain === undefined) return undefined;
  const value = DECIMAL.test(plain) ? Number(plain) : parseHexadecimal(plain);
  return value !== undefined && !Number.isFinite(value) ? 'too large' : value;
}

/** As Go has it, an underscore may stand between two digits, and after a prefix. `undefined`: one stands elsewhere. */
function withoutUnderscores(text: string): string | undefined {
  if (!text.includes('_')) return text;
  const body = text.replace(/^[+-]/, '');
  const wrong = /^0[xX]/.test(body)
    ? /[^0-9a-fA-F]_|_([^0-9a-fA-F]|$)/.test(`0${body.slice(2)}`)
    : /(^|[^0-9])_|_([^0-9]|$)/.test(body);
  return wrong ? undefined : text.replaceAll('_', '');
}

function parseHexadecimal(text: string): number | undefined {
  const match = HEXADECIMAL.exec(text);
  if (match === null || text.length > 1000) return undefined;
  const fraction = match[3] ?? '';
  const digits = (match[2] ?? '') + fraction;
  if (digits === '') return undefined;
  const size = Number(BigInt(`0x${digits}`)) * 2 ** (Number(match[4]) - 4 * fraction.length);
  return match[1] === '-' ? -size : size;
}
