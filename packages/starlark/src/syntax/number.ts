// Numbers: decimal, hexadecimal, octal and binary ints of any size, and floats. An int is a bigint only beyond 2^53 − 1.
import { DOT, isBinaryDigit, isDigit, isHexDigit, isOctalDigit } from './characters.ts';
import { refuse } from './fault.ts';

export interface NumberToken {
  readonly kind: 'int literal' | 'float literal';
  readonly value: number | bigint;
  readonly end: number;
}

/** @param start where a digit is, or a dot with a digit after it */
export function readNumber(source: string, start: number): NumberToken {
  if (source.charCodeAt(start) === 48) {
    switch (source.charAt(start + 1).toLowerCase()) {
      case 'x':
        return readBased(source, start, isHexDigit, 'hex', start);
      case 'o':
        return readBased(source, start, isOctalDigit, 'octal', start + 2);
      case 'b':
        return readBased(source, start, isBinaryDigit, 'binary', start + 2);
    }
  }
  let end = skip(source, start, isDigit);
  const whole = end;
  if (source.charCodeAt(end) === DOT) end = skip(source, end + 1, isDigit);
  const exponent = readExponent(source, end);
  if (exponent === whole) return readDecimal(source, start, whole);
  const value = Number(source.slice(start, exponent));
  if (!Number.isFinite(value)) refuse('invalid float literal', exponent);
  return { kind: 'float literal', value, end: exponent };
}

/** Where the exponent at `at` ends; `at` itself when there is none. */
function readExponent(source: string, at: number): number {
  const letter = source.charAt(at);
  if (letter !== 'e' && letter !== 'E') return at;
  const sign = source.charAt(at + 1);
  const digits = sign === '+' || sign === '-' ? at + 2 : at + 1;
  const end = skip(source, digits, isDigit);
  if (end === digits) refuse('invalid float literal', digits);
  return end;
}

function readBased(
  source: string,
  start: number,
  isOne: (code: number) => boolean,
  name: 'hex' | 'octal' | 'binary',
  faultAt: number,
): NumberToken {
  const end = skip(source, start + 2, isOne);
  if (end === start + 2) refuse(`invalid ${name} literal`, faultAt);
  const value = toInt(source.slice(start, end));
  // The reference reads octal and binary numbers as 64 bits with a sign.
  if (name !== 'hex' && value > 0x7fffffffffffffffn) refuse('invalid int literal', start);
  return { kind: 'int literal', value, end };
}

function readDecimal(source: string, start: number, end: number): NumberToken {
  const digits = source.slice(start, end);
  if (digits.length > 1 && digits.startsWith('0') && !/^0+$/.test(digits)) {
    if (/^[0-7]+$/.test(digits)) refuse(`obsolete form of octal literal; use 0o${digits.slice(1)}`, end);
    refuse('invalid int literal', start);
  }
  return { kind: 'int literal', value: toInt(digits), end };
}

function toInt(text: string): number | bigint {
  const near = Number(text);
  return Number.isSafeInteger(near) ? near : BigInt(text);
}

function skip(source: string, at: number, isOne: (code: number) => boolean): number {
  let end = at;
  while (isOne(source.charCodeAt(end))) end++;
  return end;
}
