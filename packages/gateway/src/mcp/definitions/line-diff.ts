// What changed between two lists of lines, as lines that begin with `-`, `+` or a blank. INVARIANT: the work is bounded: two
// texts that share nothing are shown as one taken away and the other put in.

/** Lines around a change that are shown with it. */
const AROUND = 3;
/** Of one difference. */
const MAX_SHOWN = 400;
/** Steps of the search; beyond them it is a change of everything between the first and the last line that differ. */
const MAX_EDITS = 400;

interface Edit {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

/** The changed lines with some around them; `…` stands for lines left out. */
export function lineDiff(before: readonly string[], after: readonly string[]): readonly string[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end += 1;
  const old = before.slice(start, before.length - end);
  const fresh = after.slice(start, after.length - end);
  const same = (lines: readonly string[]): readonly Edit[] => lines.map((line) => ({ mark: ' ', line }));
  const edits = [
    ...same(before.slice(0, start)),
    ...(shortestEdits(old, fresh) ?? replaced(old, fresh)),
    ...same(before.slice(before.length - end)),
  ];
  return bounded(hunks(edits));
}

const replaced = (old: readonly string[], fresh: readonly string[]): readonly Edit[] => [
  ...old.map((line): Edit => ({ mark: '-', line })),
  ...fresh.map((line): Edit => ({ mark: '+', line })),
];

/** Myers' greedy search for the fewest edits; null: more than the bound. */
function shortestEdits(old: readonly string[], fresh: readonly string[]): readonly Edit[] | null {
  const limit = Math.min(MAX_EDITS, old.length + fresh.length);
  const reached = new Map<number, number>([[1, 0]]);
  const history: ReadonlyMap<number, number>[] = [];
  for (let edits = 0; edits <= limit; edits += 1) {
    history.push(new Map(reached));
    for (let k = -edits; k <= edits; k += 2) {
      let x = isDown(reached, k, edits) ? (reached.get(k + 1) ?? 0) : (reached.get(k - 1) ?? 0) + 1;
      while (x < old.length && x - k < fresh.length && old[x] === fresh[x - k]) x += 1;
      reached.set(k, x);
      if (x >= old.length && x - k >= fresh.length) return walkBack(old, fresh, history);
    }
  }
  return null;
}

const isDown = (reached: ReadonlyMap<number, number>, k: number, edits: number): boolean =>
  k === -edits || (k !== edits && (reached.get(k - 1) ?? -1) < (reached.get(k + 1) ?? -1));

function walkBack(
  old: readonly string[],
  fresh: readonly string[],
  history: readonly ReadonlyMap<number, number>[],
): readonly Edit[] {
  const edits: Edit[] = [];
  let x = old.length;
  let y = fresh.length;
  for (let step = history.length - 1; step >= 0; step -= 1) {
    const reached = history[step] ?? new Map<number, number>();
    const k = x - y;
    const from = isDown(reached, k, step) ? k + 1 : k - 1;
    const fromX = step === 0 ? 0 : (reached.get(from) ?? 0);
    const fromY = step === 0 ? 0 : fromX - from;
    while (x > fromX && y > fromY) {
      x -= 1;
      y -= 1;
      edits.push({ mark: ' ', line: old[x] ?? '' });
    }
    if (step === 0) break;
    if (x === fromX) edits.push({ mark: '+', line: fresh[fromY] ?? '' });
    else edits.push({ mark: '-', line: old[fromX] ?? '' });
    x = fromX;
    y = fromY;
  }
  return edits.reverse();
}

function hunks(edits: readonly Edit[]): readonly string[] {
  const near = new Uint8Array(edits.length);
  for (const [index, { mark }] of edits.entries())
    if (mark !== ' ')
      for (let i = Math.max(0, index - AROUND); i <= index + AROUND && i < edits.length; i += 1) near[i] = 1;
  const lines: string[] = [];
  for (const [index, { mark, line }] of edits.entries()) {
    if (near[index] === 1) lines.push(`${mark} ${line}`);
    else if (index === 0 || near[index - 1] === 1) lines.push('  …');
  }
  return lines;
}

function bounded(lines: readonly string[]): readonly string[] {
  if (lines.length <= MAX_SHOWN) return lines;
  const left = lines.length - MAX_SHOWN;
  return [...lines.slice(0, MAX_SHOWN), `  … ${left} more ${left === 1 ? 'line' : 'lines'}`];
}
