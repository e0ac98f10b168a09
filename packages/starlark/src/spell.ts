// Finds what a misspelt name may have meant. Case and underscores do not count, and half of the letters may be wrong.

const MOST_WORK = 1_000_000;

/** The candidate nearest to `name`, or `undefined` when none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  // A name of the program may be of any length; the table below is of both lengths multiplied.
  if (name.length > 256) return undefined;
  const wanted = fold(name);
  let best: string | undefined;
  let least = Math.floor((wanted.length + 1) / 2);
  let work = 0;
  for (const candidate of candidates) {
    // A program can make a struct of very many names, and ask for one that is not there: what is looked at has an end.
    work += candidate.length * wanted.length + 1;
    if (work > MOST_WORK) return best;
    if (candidate.length > 2 * 256) continue;
    const folded = fold(candidate);
    if (Math.abs(folded.length - wanted.length) >= least) continue;
    const distance = editDistance(wanted, folded);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

function fold(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}

function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, i) => i);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, 1 + (next[j - 1] ?? 0), 1 + (row[j] ?? 0)));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
