// Finds what a misspelt name may have meant. Case and underscores do not count, and half of the letters may be wrong.

/** The candidate nearest to `name`, or `undefined` when none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  // A name of the program may be of any length; the table below is of both lengths multiplied.
  if (name.length > 256) return undefined;
  const wanted = fold(name);
  let best: string | undefined;
  let least = Math.floor((wanted.length + 1) / 2);
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) > 256) continue;
    const distance = editDistance(wanted, fold(candidate));
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
