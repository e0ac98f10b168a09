// Tokens made up on the spot from the shape of a format: of the right form, of no account. Nothing here is or was a secret.
import { createHash } from 'node:crypto';

const SETS: Readonly<Record<string, string>> = {
  a: 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
  d: '0123456789',
  h: '0123456789abcdef',
  H: '0123456789ABCDEF',
  x: '0123456789abcdef',
  X: '0123456789abcdef',
  l: 'abcdefghijklmnopqrstuvwxyz',
  u: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  n: 'abcdefghijklmnopqrstuvwxyz0123456789',
  N: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
};
const WORDS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** Drawn from a digest of the seed, so that a failure comes back. */
export function drawn(length: number, seed: string, letter = 'w'): string {
  const set = SETS[letter] ?? WORDS;
  let text = '';
  for (let block = 0; text.length < length; block++) {
    for (const byte of createHash('sha256').update(`${seed} ${block}`).digest()) {
      const char = set[byte % set.length] ?? '';
      if (char !== text.at(-1)) text += char;
    }
  }
  return text.slice(0, length);
}

interface Part {
  readonly letter: string;
  readonly least: number;
  readonly text: string;
}

function partsOf(shape: string): readonly Part[] {
  return shape
    .split(/(\{[a-zA-Z=]\d+(?:-\d+)?\})/)
    .filter((part) => part !== '')
    .map((part) => {
      const run = /^\{([a-zA-Z=])(\d+)/.exec(part);
      return run === null
        ? { letter: '', least: 0, text: part }
        : { letter: run[1] ?? '', least: Number(run[2]), text: '' };
    });
}

/** A token of this shape. */
export function madeUp(shape: string, seed: string): string {
  return partsOf(shape)
    .map(({ letter, least, text }, index) =>
      letter === '' ? text : letter === '=' ? '' : drawn(least, `${seed}${index}`, letter),
    )
    .join('');
}

/** Almost a token of this shape: its longest run is cut to half. Null where no run is long enough to tell. */
export function almost(shape: string, seed: string): string | null {
  const parts = partsOf(shape);
  const longest = parts.reduce((best, part, index) => (part.least > (parts[best]?.least ?? 0) ? index : best), 0);
  if ((parts[longest]?.least ?? 0) < 8) return null;
  return parts
    .map(({ letter, least, text }, index) => {
      if (letter === '' || letter === '=') return text;
      return drawn(index === longest ? Math.floor(least / 2) : least, `${seed}${index}`, letter);
    })
    .join('');
}
