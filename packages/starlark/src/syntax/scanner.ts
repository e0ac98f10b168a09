// From text to tokens, one at a time; the token at hand is in the scanner's own members, so that none is allocated.
//
// INVARIANT: every call moves on or gives `end of file`, so a parser that stops there has ended after as many calls as the text is
// long. No character is skipped unseen: a NUL, which the reference takes for the end of the file, is an error, since what follows
// it would be shown to a reviewer and never run.
import {
  BACKSLASH,
  CARRIAGE_RETURN,
  DOT,
  DOUBLE_QUOTE,
  HASH,
  isDigit,
  LINE_FEED,
  letterLength,
  quoteCharacter,
  SINGLE_QUOTE,
  SPACE,
  TAB,
} from './characters.ts';
import { refuse } from './fault.ts';
import { type NumberToken, readNumber } from './number.ts';
import { readPunctuation } from './punctuation.ts';
import { readString, type StringToken, stringPrefixLength } from './string.ts';
import { LONGEST_WORD, type TokenKind, WORDS } from './words.ts';

export type TokenValue = number | bigint | string | Uint8Array;

export class Scanner {
  readonly source: string;
  /** Just after the token at hand: where the reference says that most errors are. */
  offset = 0;
  /** Where the token at hand begins. */
  start = 0;
  /** Of a literal what it means, of an identifier its name. */
  value: TokenValue = '';
  /** The end of the text has been looked at. */
  ended = false;
  /** Of ( [ { that are open. */
  #brackets = 0;
  readonly #indents: number[] = [0];
  /** Tokens still to be given: so many indents, or, below zero, outdents. */
  #dents = 0;
  #atLineStart = true;

  constructor(source: string) {
    this.source = source;
  }

  /** Moves on to the next token. @throws SyntaxFault */
  next(): TokenKind {
    for (;;) {
      const wasAtLineStart = this.#atLineStart;
      const blank = wasAtLineStart && this.#indentation();
      if (this.#dents !== 0) return this.#dent();
      this.#skipSpaces();
      if (this.#at(HASH)) this.#skipComment();
      if (this.offset >= this.source.length) {
        const kind = this.#end(wasAtLineStart);
        if (kind !== undefined) return kind;
      } else if (this.#lineEndLength() > 0) {
        this.#atLineStart = true;
        this.start = this.offset;
        this.offset += this.#lineEndLength();
        if (this.#brackets === 0 && !blank) return 'newline';
      } else if (this.#at(BACKSLASH)) {
        this.offset++;
        if (this.#lineEndLength() === 0) refuse('stray backslash in program', this.offset);
        this.offset += this.#lineEndLength();
      } else {
        return this.#token();
      }
    }
  }

  #at(code: number): boolean {
    return this.source.charCodeAt(this.offset) === code;
  }

  /** Of the line end at hand, be it of Unix, of Windows or of an old Macintosh; 0 when there is none. */
  #lineEndLength(): number {
    const code = this.source.charCodeAt(this.offset);
    if (code === LINE_FEED) return 1;
    if (code !== CARRIAGE_RETURN) return 0;
    return this.source.charCodeAt(this.offset + 1) === LINE_FEED ? 2 : 1;
  }

  /** Reads what a line begins with and says whether nothing follows but a comment. */
  #indentation(): boolean {
    this.#atLineStart = false;
    const lineStart = this.offset;
    let width = 0;
    for (;;) {
      const code = this.source.charCodeAt(this.offset);
      // The reference takes tab stops from the count of characters, not from the width reached.
      if (code === SPACE) width++;
      else if (code === TAB) width += 8 - ((this.offset - lineStart) % 8);
      else break;
      this.offset++;
    }
    if (this.offset >= this.source.length || this.#at(HASH) || this.#lineEndLength() > 0) return true;
    if (this.#brackets === 0) this.#indentTo(width);
    return false;
  }

  #indentTo(width: number): void {
    const innermost = (): number => this.#indents.at(-1) ?? 0;
    if (width > innermost()) {
      this.#indents.push(width);
      this.#dents++;
    }
    while (width < innermost()) {
      this.#indents.pop();
      this.#dents--;
      if (width > innermost()) refuse('unindent does not match any outer indentation level', this.offset);
    }
  }

  #dent(): TokenKind {
    this.start = this.offset;
    const isIndent = this.#dents > 0;
    this.#dents += isIndent ? -1 : 1;
    return isIndent ? 'indent' : 'outdent';
  }

  #skipSpaces(): void {
    while (this.#at(SPACE) || this.#at(TAB)) this.offset++;
  }

  #skipComment(): void {
    while (this.offset < this.source.length && this.#lineEndLength() === 0) {
      if (this.#at(0)) refuseCharacter(this.source, this.offset);
      this.offset++;
    }
  }

  /** At the end of the file: a newline when a block is open on this very line, then the outdents, then the end. */
  #end(wasAtLineStart: boolean): TokenKind | undefined {
    this.start = this.offset;
    this.ended = true;
    if (this.#indents.length === 1) return 'end of file';
    if (!wasAtLineStart) {
      this.#atLineStart = true;
      return 'newline';
    }
    this.#dents = 1 - this.#indents.length;
    this.#indents.length = 1;
    return undefined;
  }

  #token(): TokenKind {
    const { source, offset } = this;
    this.start = offset;
    const code = source.charCodeAt(offset);
    if (letterLength(source, offset) > 0) {
      const prefix = stringPrefixLength(source, offset);
      return prefix > 0 ? this.#literal(readString(source, offset, prefix)) : this.#word();
    }
    if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) return this.#literal(readString(source, offset, 0));
    if (isDigit(code) || (code === DOT && isDigit(source.charCodeAt(offset + 1)))) {
      return this.#literal(readNumber(source, offset));
    }
    const kind = readPunctuation(source, offset) ?? refuseCharacter(source, offset);
    if (kind === '(' || kind === '[' || kind === '{') this.#brackets++;
    if (kind === ')' || kind === ']' || kind === '}') {
      if (this.#brackets === 0) refuse(`unexpected '${kind}'`, offset);
      this.#brackets--;
    }
    this.offset += kind.length;
    return kind;
  }

  #literal({ kind, value, end }: StringToken | NumberToken): TokenKind {
    this.value = value;
    this.offset = end;
    return kind;
  }

  #word(): TokenKind {
    const { source, start } = this;
    let end = start;
    for (;;) {
      const length = isDigit(source.charCodeAt(end)) ? 1 : letterLength(source, end);
      if (length === 0) break;
      end += length;
    }
    this.offset = end;
    const name = source.slice(start, end);
    const word = name.length <= LONGEST_WORD ? WORDS.get(name) : undefined;
    if (word !== undefined) return word;
    this.value = name;
    return 'identifier';
  }
}

function refuseCharacter(source: string, offset: number): never {
  const character = String.fromCodePoint(source.codePointAt(offset) ?? 0);
  return refuse(`unexpected input character ${quoteCharacter(character)}`, offset);
}
