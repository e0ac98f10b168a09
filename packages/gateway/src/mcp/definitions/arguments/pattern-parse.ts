// A pattern of a schema, read as a tree. Whoever wrote it may want the check to hang, so no engine that goes back ever runs
// it: what cannot be matched in one pass (references to groups, looking behind) is refused here.

export type PatternNode =
  | { readonly kind: 'char'; readonly source: string }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'either'; readonly parts: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number }
  | { readonly kind: 'at'; readonly place: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly kind: 'ahead'; readonly part: PatternNode; readonly not: boolean };

/** Says why a pattern cannot be used; caught where a schema is compiled. */
export class PatternFault extends Error {}

const MAX_PATTERN_CHARS = 2_000;
const MAX_NESTING = 50;
const COUNTS = /\{([0-9]{1,6})(,([0-9]{1,6})?)?\}/y;
/** One escaped character or class, as long as it is. Group references and edges are looked for before. */
const ESCAPE = /\\(?:[pP]\{[^{}]{1,60}\}|u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[\s\S])/uy;

/** @throws PatternFault when it cannot be matched in one pass, or is no pattern. */
export function parsePattern(pattern: string): PatternNode {
  if (pattern.length > MAX_PATTERN_CHARS)
    throw new PatternFault(`a pattern is longer than ${MAX_PATTERN_CHARS} characters`);
  if (!isPattern(pattern)) throw new PatternFault('a pattern is not a regular expression');
  return new Reader(pattern).whole();
}

/** Some patterns are only one without the flag for Unicode. */
const isPattern = (pattern: string): boolean => isRegExp(pattern, 'u') || isRegExp(pattern, '');

/** Whether JavaScript can read it. */
export function isRegExp(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}

class Reader {
  private readonly text: string;
  private at = 0;
  private nesting = 0;
  constructor(text: string) {
    this.text = text;
  }

  whole(): PatternNode {
    const node = this.either();
    if (this.at < this.text.length) throw new PatternFault('a pattern is not a regular expression');
    return node;
  }

  private either(): PatternNode {
    this.nesting += 1;
    if (this.nesting > MAX_NESTING) throw new PatternFault('a pattern nests too deep');
    const parts = [this.sequence()];
    while (this.take('|')) parts.push(this.sequence());
    this.nesting -= 1;
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'either', parts };
  }

  private sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.at < this.text.length && this.text[this.at] !== '|' && this.text[this.at] !== ')')
      parts.push(this.repeated(this.single()));
    return { kind: 'sequence', parts };
  }

  private single(): PatternNode {
    if (this.take('^')) return { kind: 'at', place: 'start' };
    if (this.take('$')) return { kind: 'at', place: 'end' };
    if (this.take('\\b')) return { kind: 'at', place: 'edge' };
    if (this.take('\\B')) return { kind: 'at', place: 'inside' };
    if (this.take('(')) return this.group();
    if (this.text[this.at] === '[') return { kind: 'char', source: this.set() };
    if (this.text[this.at] === '\\') return { kind: 'char', source: this.escape() };
    const char = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0);
    this.at += char.length;
    return { kind: 'char', source: char === '.' ? '.' : literal(char) };
  }

  private group(): PatternNode {
    let ahead: 'yes' | 'no' | null = null;
    if (this.take('?=')) ahead = 'yes';
    else if (this.take('?!')) ahead = 'no';
    else if (this.take('?<=') || this.take('?<!')) throw new PatternFault('a pattern looks behind');
    else if (this.take('?<')) this.at = this.text.indexOf('>', this.at) + 1;
    else if (this.text[this.at] === '?' && !this.take('?:')) throw new PatternFault('a pattern switches flags');
    const part = this.either();
    if (!this.take(')')) throw new PatternFault('a pattern is not a regular expression');
    return ahead === null ? part : { kind: 'ahead', part, not: ahead === 'no' };
  }

  private escape(): string {
    const next = this.text[this.at + 1] ?? '';
    if ((next >= '1' && next <= '9') || next === 'k')
      throw new PatternFault('a pattern refers to what a group matched');
    ESCAPE.lastIndex = this.at;
    const source = ESCAPE.exec(this.text)?.[0];
    if (source === undefined) throw new PatternFault('a pattern is not a regular expression');
    this.at += source.length;
    return source;
  }

  private set(): string {
    const start = this.at;
    this.at += 1;
    while (this.at < this.text.length && this.text[this.at] !== ']') this.at += this.text[this.at] === '\\' ? 2 : 1;
    this.at += 1;
    return this.text.slice(start, this.at);
  }

  private repeated(part: PatternNode): PatternNode {
    let counts: readonly [number, number] | null = null;
    if (this.take('*')) counts = [0, Number.POSITIVE_INFINITY];
    else if (this.take('+')) counts = [1, Number.POSITIVE_INFINITY];
    else if (this.take('?')) counts = [0, 1];
    else if (this.text[this.at] === '{') {
      COUNTS.lastIndex = this.at;
      const found = COUNTS.exec(this.text);
      if (found !== null) {
        this.at += found[0].length;
        const min = Number(found[1]);
        counts = [
          min,
          found[2] === undefined ? min : found[3] === undefined ? Number.POSITIVE_INFINITY : Number(found[3]),
        ];
      }
    }
    if (counts === null) return part;
    // Whether few or many are tried first makes no difference to whether it matches.
    this.take('?');
    return { kind: 'repeat', part, min: counts[0], max: counts[1] };
  }

  private take(words: string): boolean {
    if (!this.text.startsWith(words, this.at)) return false;
    this.at += words.length;
    return true;
  }
}

const literal = (char: string): string => (/[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char);
