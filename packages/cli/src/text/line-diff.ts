// What differs between two texts, line by line, with a few lines around it. Pure.
import { type Line, line } from './tone.ts';

export interface Piece {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  /** 1-based: in the new text, of a removed line in the old one. */
  readonly number: number;
}

/** More to compare than this many pairs of lines: then the middle counts as replaced. */
const MAX_PAIRS = 4_000_000;

/** The longest common lines of two middles, as lengths by position. */
function lengths(old: readonly string[], now: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: old.length + 1 }, () => new Uint32Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = rows[i] ?? new Uint32Array();
      row[j] = old[i] === now[j] ? (rows[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(rows[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return rows;
}

export function lineDiff(old: readonly string[], now: readonly string[]): readonly Piece[] {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  )
    tail += 1;
  const [from, to] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  const rows = from.length * to.length > MAX_PAIRS ? null : lengths(from, to);
  const pieces: Piece[] = now.slice(0, head).map((text, at) => ({ kind: 'same', text, number: at + 1 }));
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const [a, b] = [from[i], to[j]];
    if (rows !== null && a !== undefined && a === b) {
      pieces.push({ kind: 'same', text: a, number: head + j + 1 });
      i += 1;
      j += 1;
    } else if (
      a !== undefined &&
      (b === undefined || rows === null || (rows[i + 1]?.[j] ?? 0) >= (rows[i]?.[j + 1] ?? 0))
    ) {
      pieces.push({ kind: 'removed', text: a, number: head + i + 1 });
      i += 1;
    } else {
      pieces.push({ kind: 'added', text: b ?? '', number: head + j + 1 });
      j += 1;
    }
  }
  const rest = now.slice(now.length - tail);
  return [...pieces, ...rest.map((text, at): Piece => ({ kind: 'same', text, number: now.length - tail + at + 1 }))];
}

const SIGNS = { same: ' ', added: '+', removed: '-' } as const;
const TONES = { same: 'plain', added: 'good', removed: 'danger' } as const;
/** Lines around a change. */
const AROUND = 3;

/** Empty: nothing differs. */
export function diffLines(pieces: readonly Piece[]): readonly Line[] {
  const near = pieces.map((_, at) =>
    pieces.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(({ kind }) => kind !== 'same'),
  );
  const digits = String(pieces.length).length;
  return pieces.flatMap(({ kind, text, number }, at) => {
    if (near[at] !== true) return at > 0 && near[at - 1] === true ? [line('  …', 'quiet')] : [];
    return [line(`${SIGNS[kind]} ${String(number).padStart(digits)}  ${text}`, TONES[kind])];
  });
}
