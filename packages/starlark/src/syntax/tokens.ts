// What each stretch of a text is, for colours on a review page. It never refuses: what is no token is `fault`, and goes on behind it.
//
// A reviewer approves what he sees. Characters that are not seen, or that turn the direction of writing round so that code
// looks like a comment, are given as `hidden`, also inside comments and strings, and are to be shown as what they are.
import { DOT, HASH, isDigit, letterLength } from './characters.ts';
import { SyntaxFault } from './fault.ts';
import { readNumber } from './number.ts';
import { readPunctuation } from './punctuation.ts';
import { findStringEnd, readString, stringPrefixLength } from './string.ts';
import { WORDS } from './words.ts';

export type ColourKind =
  | 'comment'
  | 'keyword'
  | 'name'
  | 'number'
  | 'string'
  | 'operator'
  | 'bracket'
  | 'fault'
  | 'hidden';

/** A stretch of the source, in UTF-16 code units. Between two of them there is only blank space. */
export interface ColourToken {
  readonly kind: ColourKind;
  readonly start: number;
  readonly end: number;
}

/** Every token and comment of a text, in order and without overlap. Any text will do; the time is proportional to its length. */
export function tokensOf(source: string): readonly ColourToken[] {
  const tokens: ColourToken[] = [];
  const hasHidden = source.search(HIDDEN) >= 0;
  let offset = 0;
  while (offset < source.length) {
    BLANK.lastIndex = offset;
    offset += BLANK.exec(source)?.[0].length ?? 0;
    if (offset >= source.length) break;
    const token = readToken(source, offset);
    if (hasHidden) pushVisible(tokens, source, token);
    else tokens.push(token);
    offset = token.end;
  }
  return tokens;
}

const BLANK = /[ \t\r\n]*/y;
const LINE_REST = /[^\r\n]*/y;
const NUMBER_LIKE = /[\p{L}\d_.]*/uy;
/** Invisible ones, and those that are line ends to an editor and not to the language. */
const HIDDEN =
  /(?:(?![\t\n\r])[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u2800]|[\u{e0100}-\u{e01ef}]|(?! )\p{Zs})+/gu;

/** Adds the token, parted where something in it is hidden. */
function pushVisible(tokens: ColourToken[], source: string, { kind, start, end }: ColourToken): void {
  let from = start;
  for (const hidden of source.slice(start, end).matchAll(HIDDEN)) {
    const at = start + hidden.index;
    if (at > from) tokens.push({ kind, start: from, end: at });
    from = at + hidden[0].length;
    tokens.push({ kind: 'hidden', start: at, end: from });
  }
  if (from < end) tokens.push({ kind, start: from, end });
}

function readToken(source: string, start: number): ColourToken {
  const code = source.charCodeAt(start);
  if (code === HASH) return { kind: 'comment', start, end: matchEnd(LINE_REST, source, start) };
  const prefix = stringPrefixLength(source, start);
  const quote = source.charAt(start + prefix);
  if (quote === '"' || quote === "'") return readQuoted(source, start, prefix);
  if (isDigit(code) || (code === DOT && isDigit(source.charCodeAt(start + 1)))) return readDigits(source, start);
  if (letterLength(source, start) > 0) return readWord(source, start);
  const punctuation = readPunctuation(source, start);
  if (punctuation !== undefined) {
    const kind = /[()[\]{}]/.test(punctuation) ? 'bracket' : 'operator';
    return { kind, start, end: start + punctuation.length };
  }
  if (/^\\\r?\n|^\\\r/.test(source.slice(start, start + 3))) return { kind: 'operator', start, end: start + 1 };
  return { kind: 'fault', start, end: start + String.fromCodePoint(source.codePointAt(start) ?? 0).length };
}

function readWord(source: string, start: number): ColourToken {
  let end = start;
  for (let length = letterLength(source, end); length > 0; ) {
    end += length;
    length = isDigit(source.charCodeAt(end)) ? 1 : letterLength(source, end);
  }
  return { kind: WORDS.has(source.slice(start, end)) ? 'keyword' : 'name', start, end };
}

function readQuoted(source: string, start: number, prefix: number): ColourToken {
  const isSound = succeeds(() => readString(source, start, prefix));
  return { kind: isSound ? 'string' : 'fault', start, end: findStringEnd(source, start + prefix).end };
}

function readDigits(source: string, start: number): ColourToken {
  try {
    return { kind: 'number', start, end: readNumber(source, start).end };
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    return { kind: 'fault', start, end: matchEnd(NUMBER_LIKE, source, start) };
  }
}

function succeeds(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    return false;
  }
}

function matchEnd(pattern: RegExp, source: string, start: number): number {
  pattern.lastIndex = start;
  return start + (pattern.exec(source)?.[0].length ?? 0);
}
