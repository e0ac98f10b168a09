// String and bytes literals: where they end, and what they mean.
import { BACKSLASH, CARRIAGE_RETURN, DOUBLE_QUOTE, LINE_FEED, SINGLE_QUOTE } from './characters.ts';
import { refuse } from './fault.ts';
import { unquoteBytes, unquoteText } from './unquote.ts';

const LETTER_B = 98;
const LETTER_R = 114;

export interface StringToken {
  readonly kind: 'string literal' | 'bytes literal';
  readonly value: string | Uint8Array;
  readonly end: number;
}

/** Of `r`, `b` or `rb` before a quote; 0 when there is none. */
export function stringPrefixLength(source: string, offset: number): number {
  const first = source.charCodeAt(offset);
  if (first !== LETTER_R && first !== LETTER_B) return 0;
  const second = source.charCodeAt(offset + 1);
  if (isQuote(second)) return 1;
  return first === LETTER_R && second === LETTER_B && isQuote(source.charCodeAt(offset + 2)) ? 2 : 0;
}

/** @param prefix how long what stands before the quote is @throws SyntaxFault */
export function readString(source: string, start: number, prefix: number): StringToken {
  const quoteAt = start + prefix;
  const { end, width, fault } = findStringEnd(source, quoteAt);
  if (fault !== undefined) refuse(fault, start, end === source.length);
  const letters = source.slice(start, quoteAt);
  const raw = letters.startsWith('r');
  const body = source.slice(quoteAt + width, end - width);
  return letters.endsWith('b')
    ? { kind: 'bytes literal', value: unquoteBytes(body, raw, quoteAt), end }
    : { kind: 'string literal', value: unquoteText(body, raw, quoteAt), end };
}

/**
 * Where the literal whose first quote is at `quoteAt` ends, and how wide its quotes are. With a fault, `end` is where it was found.
 * A backslash guards what follows it, in a raw string too.
 */
export function findStringEnd(
  source: string,
  quoteAt: number,
): { readonly end: number; readonly width: 1 | 3; readonly fault: string | undefined } {
  const quote = source.charCodeAt(quoteAt);
  const isTriple = source.charCodeAt(quoteAt + 1) === quote && source.charCodeAt(quoteAt + 2) === quote;
  const width = isTriple ? 3 : 1;
  let run = 0;
  let at = quoteAt + width;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code === quote) {
      run++;
      at++;
      if (run === width) return { end: at, width, fault: undefined };
      continue;
    }
    run = 0;
    if (code === BACKSLASH) {
      const guarded = source.charCodeAt(at + 1);
      at += guarded === CARRIAGE_RETURN && source.charCodeAt(at + 2) === LINE_FEED ? 3 : 2;
      continue;
    }
    if (width === 1 && (code === LINE_FEED || code === CARRIAGE_RETURN)) {
      return { end: at, width, fault: 'unexpected newline in string' };
    }
    at++;
  }
  return { end: source.length, width, fault: 'unexpected EOF in string' };
}

function isQuote(code: number): boolean {
  return code === DOUBLE_QUOTE || code === SINGLE_QUOTE;
}
