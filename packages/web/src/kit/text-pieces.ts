// Cuts a text into what is marked, what is plain and what cannot be seen. INVARIANT: the pieces put together are the text.

export interface Span {
  readonly start: number;
  readonly end: number;
  /** What it does: shown on hover, and to a screen reader in the list of effects. */
  readonly title: string;
  readonly hue: 'calm' | 'warn' | 'bad';
}
export interface Piece {
  /** Where it starts in the text. */
  readonly at: number;
  readonly text: string;
  readonly marked?: Span;
  /** How an invisible character is written: `U+202E`. */
  readonly hidden?: string;
}

/** Characters without a shape of their own that change how others look or are read: controls, joiners, directions, tags. */
export const UNSEEN =
  /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]/gu;

/** `U+202E`. */
export const codeOfUnseen = (text: string): string =>
  `U+${(text.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

const HUES = ['calm', 'warn', 'bad'];

/** The worst of the spans that cover a place; of equals the shortest. */
function spanAt(spans: readonly Span[], at: number): Span | undefined {
  return spans
    .filter(({ start, end }) => start <= at && at < end)
    .toSorted((a, b) => HUES.indexOf(b.hue) - HUES.indexOf(a.hue) || a.end - a.start - (b.end - b.start))[0];
}

/** The same for where there is room for a text and no more: what cannot be seen is written out in place. */
export const seenText = (text: string): string => text.replace(UNSEEN, (unseen) => `[${codeOfUnseen(unseen)}]`);

/** How many characters of a text cannot be seen. */
export const unseenIn = (text: string): number => text.match(UNSEEN)?.length ?? 0;

export function piecesOf(text: string, spans: readonly Span[]): readonly Piece[] {
  const edges = new Set([0, text.length]);
  for (const { start, end } of spans)
    for (const edge of [start, end]) if (edge > 0 && edge < text.length) edges.add(edge);
  const unseen = new Map<number, string>();
  for (const match of text.matchAll(UNSEEN)) {
    unseen.set(match.index, codeOfUnseen(match[0]));
    edges.add(match.index);
    edges.add(match.index + match[0].length);
  }
  const sorted = [...edges].toSorted((a, b) => a - b);
  return sorted.slice(0, -1).map((at, index) => {
    const piece = { at, text: text.slice(at, sorted[index + 1]) };
    const hidden = unseen.get(at);
    if (hidden !== undefined) return { ...piece, hidden };
    const marked = spanAt(spans, at);
    return marked === undefined ? piece : { ...piece, marked };
  });
}

const FOLD_CHARS = 600;
const FOLD_LINES = 12;

/** Where a long text is folded: after so many characters or lines, and never inside of a character. */
export function foldedAt(text: string): number {
  let end = Math.min(text.length, FOLD_CHARS);
  let line = -1;
  for (let lines = 0; lines < FOLD_LINES; lines += 1) {
    line = text.indexOf('\n', line + 1);
    if (line < 0 || line >= end) break;
    if (lines === FOLD_LINES - 1) end = line;
  }
  // Half of a pair would be shown as what it is not.
  return end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) ? end - 1 : end;
}
