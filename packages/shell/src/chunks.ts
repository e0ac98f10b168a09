// The pieces a word is made of while it is expanded, and how they become words. A chunk is text with what the shell still
// knows of it: whether it was quoted, whether it may match names, whether a further word begins with it.
import type { Names } from './field.ts';
import type { Run } from './run.ts';
import type { State } from './state.ts';

export interface Chunk {
  readonly text: string;
  readonly quoted: boolean;
  readonly glob: boolean;
  readonly fresh: boolean;
  /** It names a stream, by a number that is the shell's to choose. */
  readonly stream?: boolean;
  /** What stands in the stream this names. */
  readonly contents?: string | undefined;
}

export interface Piece {
  readonly chunks: readonly Chunk[];
  /** Why its value cannot be told. */
  readonly unknown?: string;
  /** It cannot be told, and is a whole number. */
  readonly number?: boolean;
  /** It cannot be told, and is one ordinary word (`$(whoami)`). */
  readonly plain?: boolean;
  /** What it begins with, and what it is without what cannot be told. */
  readonly starts?: string;
  readonly empty?: string;
  /** Whatever cannot be told in it was there before the command: nobody put an option into it. */
  readonly inherited?: boolean;
  /** It is names that a command found. */
  readonly names?: () => Names | undefined;
}

export const chunk = (text: string, quoted = false, fresh = false): Chunk => ({ text, quoted, glob: false, fresh });
export const literal = (text: string, quoted = false): Piece => ({ chunks: [chunk(text, quoted)] });
export const cannot = (note: string): Piece => ({ chunks: [], unknown: note });

export const DIFFERS = 'bash and zsh read this in different ways';

/** Two pieces of one word; what is known of it stays where a part cannot be told. */
export function joined(left: Piece, right: Piece): Piece {
  if (left.chunks.length === 0 && left.unknown === undefined) return right;
  if (right.chunks.length === 0 && right.unknown === undefined) return left;
  const unknown = left.unknown ?? right.unknown;
  if (unknown === undefined) return { chunks: [...left.chunks, ...right.chunks] };
  const [first, last] = [emptied(left), emptied(right)];
  if (first === undefined || last === undefined) return cannot(unknown);
  const starts = left.unknown === undefined ? first + (right.starts ?? '') : (left.starts ?? '');
  const plain = isPlain(left) && isPlain(right);
  const inherited = isFromBefore(left) && isFromBefore(right);
  // Empty quotes around names change nothing of them.
  const names =
    left.unknown === undefined && first === ''
      ? right.names
      : right.unknown === undefined && last === ''
        ? left.names
        : undefined;
  return {
    ...cannot(unknown),
    starts,
    empty: first + last,
    ...(plain ? { plain } : {}),
    ...(inherited ? { inherited } : {}),
    ...(names === undefined ? {} : { names }),
  };
}

const isFromBefore = ({ unknown, inherited }: Piece): boolean => unknown === undefined || inherited === true;

const isPlain = ({ unknown, plain, number, chunks }: Piece): boolean =>
  unknown === undefined ? chunks.every(({ glob }) => !glob) : plain === true || number === true;

function emptied({ unknown, chunks, empty }: Piece): string | undefined {
  if (unknown !== undefined) return empty ?? '';
  return chunks.some(({ fresh, stream }) => fresh || stream === true)
    ? undefined
    : chunks.map(({ text }) => text).join('');
}

/** Several values that stay apart: `"$@"`. */
export const apart = (values: readonly string[]): Piece => ({
  chunks: values.map((value, index) => chunk(value, true, index > 0)),
});

/**
 * A value that is not quoted: bash takes it apart at blanks and looks for names it matches, zsh does neither (it takes apart
 * what a command printed).
 */
export function spread(run: Run, value: string, state: State, text: string, printed = false): Piece {
  if (state.ifsChanged === true) return cannot(`the unquoted value of \`${text}\``);
  const matches = /[*?[]/.test(value);
  const splits = /[ \t\n]/.test(value);
  if (!matches && !splits) return literal(value);
  if (matches && /[\\()|]/.test(value)) return cannot(`the unquoted value of \`${text}\``);
  if (matches || !printed) run.differs = true;
  const zsh = run.reading === 'zsh';
  if (zsh && !printed) return literal(value);
  const chunks: Chunk[] = [];
  if (/^[ \t\n]/.test(value)) chunks.push(chunk('', false, true));
  const words = value.split(/[ \t\n]+/).filter((word) => word !== '');
  for (const [index, word] of words.entries())
    chunks.push({ text: word, quoted: false, glob: !zsh && /[*?[]/.test(word), fresh: index > 0 });
  if (/[ \t\n]$/.test(value)) chunks.push(chunk('', false, true));
  return { chunks };
}

/** One word, whole: what stands between two places where a further one begins. */
export interface Draft {
  readonly text: string;
  readonly glob: boolean;
  /** Nothing in it that was quoted looks like a pattern: `text` is the pattern a shell would use. */
  readonly exact: boolean;
  readonly contents: string | undefined;
  /** A name of a stream with something before or behind it. */
  readonly odd: boolean;
}

const PATTERN = /[*?[\\]/;

export function wordsOf(chunks: readonly Chunk[]): readonly Draft[] {
  const words: Draft[] = [];
  let current: Chunk[] = [];
  const end = (): void => {
    const text = current.map((each) => each.text).join('');
    if (text !== '' || current.some((each) => each.quoted))
      words.push({
        text,
        glob: current.some((each) => each.glob),
        exact: !current.some((each) => !each.glob && PATTERN.test(each.text)),
        odd: current.length > 1 && current.some((each) => each.stream === true),
        contents: current.length === 1 ? current[0]?.contents : undefined,
      });
    current = [];
  };
  for (const each of chunks) {
    if (each.fresh) end();
    current.push(each);
  }
  end();
  return words;
}
