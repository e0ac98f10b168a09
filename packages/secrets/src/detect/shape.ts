// The notation for what a token looks like, and its one matcher. INVARIANT: a shape is matched from left to right, each
// byte looked at once, never going back; so no input, however long or hostile, costs more than its length.
//
//   ghp_{w36}            text that must stand there, then 36 letters or digits
//   {d8-10}:AA{b33}      counts may be a range: as many as there are, up to the most
//
// a letter · d digit · h hex, small · H hex, capital · x hex, one case throughout · X hex, any · l a-z · u A-Z · n a-z0-9 · N A-Z0-9 ·
// w letter or digit · b base64url (w, _ and -) · B base64 (w, + and /) · = padding · t b and = · p b and . · q b, = and . ·
// z b, . and ~
import { ALNUM, BASE64, bytesOf, CLASS, DIGIT, DOT, HEX, HEX_LOWER, HEX_UPPER, JOIN, LOWER, UPPER } from './bytes.ts';

interface Literal {
  readonly kind: 'literal';
  readonly bytes: Uint8Array;
}
export interface Run {
  readonly kind: 'run';
  readonly letter: string;
  readonly least: number;
  readonly most: number;
}
export type Piece = Literal | Run;
export type Shape = readonly Piece[];

const BITS: Readonly<Record<string, number>> = {
  d: DIGIT,
  h: DIGIT | HEX_LOWER,
  H: DIGIT | HEX_UPPER,
  x: HEX,
  X: HEX,
  l: LOWER,
  u: UPPER,
  n: DIGIT | LOWER,
  N: DIGIT | UPPER,
  w: ALNUM,
  b: ALNUM | JOIN,
  B: ALNUM | BASE64,
  '=': BASE64,
  t: ALNUM | JOIN | BASE64,
  a: LOWER | UPPER,
  p: ALNUM | JOIN | DOT,
  z: ALNUM | JOIN | DOT,
  q: ALNUM | JOIN | DOT | BASE64,
};

const PLUS = 43;
const SLASH = 47;
const EQUALS = 61;
const TILDE = 126;

/** Whether a byte belongs to a run: the bits, less what the letter leaves out of standard base64. */
export function belongs(letter: string, byte: number): boolean {
  if (letter === 'z' && byte === TILDE) return true;
  if (((CLASS[byte] ?? 0) & (BITS[letter] ?? 0)) === 0) return false;
  if (letter === 'B') return byte !== EQUALS;
  if (letter === 't' || letter === 'q') return byte !== PLUS && byte !== SLASH;
  return letter !== '=' || byte === EQUALS;
}

export function parseShape(text: string): Shape {
  const pieces: Piece[] = [];
  let rest = text;
  while (rest !== '') {
    const run = /^\{([a-zA-Z=])(\d+)(?:-(\d+))?\}/.exec(rest);
    if (run !== null) {
      const [all, letter = '', least = '', most = least] = run;
      if (BITS[letter] === undefined) throw new Error(`no class \`${letter}\` in the shape \`${text}\``);
      pieces.push({ kind: 'run', letter, least: Number(least), most: Number(most) });
      rest = rest.slice(all.length);
      continue;
    }
    const length = Math.max(1, rest.indexOf('{') === -1 ? rest.length : rest.indexOf('{'));
    pieces.push({ kind: 'literal', bytes: bytesOf(rest.slice(0, length)) });
    rest = rest.slice(length);
  }
  return pieces;
}

function endOfLiteral(input: Uint8Array, at: number, bytes: Uint8Array): number {
  for (let index = 0; index < bytes.length; index++) if (input[at + index] !== bytes[index]) return -1;
  return at + bytes.length;
}

function endOfRun(input: Uint8Array, start: number, run: Run): number {
  const most = Math.min(input.length, start + run.most);
  let at = start;
  let cases = 0;
  while (at < most) {
    const byte = input[at] ?? 0;
    if (!belongs(run.letter, byte)) break;
    cases |= CLASS[byte] ?? 0;
    at++;
  }
  if (run.letter === 'x' && (cases & HEX_LOWER) !== 0 && (cases & HEX_UPPER) !== 0) return -1;
  return at - start < run.least ? -1 : at;
}

/** Where the shape that starts here ends, or -1. */
export function matchShape(input: Uint8Array, start: number, shape: Shape): number {
  let at = start;
  for (const piece of shape) {
    at = piece.kind === 'literal' ? endOfLiteral(input, at, piece.bytes) : endOfRun(input, at, piece);
    if (at === -1) return -1;
  }
  return at;
}

/** How a shape is found: by its first text, which may stand after one run (`{w14}.atlasv1.`). */
export interface Lead {
  readonly text: string;
  readonly before: Run | null;
}

export function leadOf(shape: Shape): Lead | null {
  const [first, second] = shape;
  if (first?.kind === 'literal') return { text: String.fromCharCode(...first.bytes), before: null };
  if (first?.kind === 'run' && second?.kind === 'literal')
    return { text: String.fromCharCode(...second.bytes), before: first };
  return null;
}

/** Where the run that ends here begins: as far back as it reaches. */
export function startOfRun(input: Uint8Array, end: number, run: Run): number {
  let at = end;
  while (at > 0 && end - at < run.most && belongs(run.letter, input[at - 1] ?? 0)) at--;
  return at;
}
