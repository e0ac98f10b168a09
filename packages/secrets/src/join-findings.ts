// One list out of what was found as known and what a detector found: sorted, not overlapping, known names before others.
import type { Finding } from './finding.ts';

export function joinFindings(known: readonly Finding[], detected: readonly Finding[]): readonly Finding[] {
  if (known.length + detected.length === 0) return [];
  const rank = (finding: Finding): number => (finding.by === 'known' ? 1e12 : 0) + finding.end - finding.start;
  const sorted = [...known, ...detected].sort((a, b) => a.start - b.start || rank(b) - rank(a));
  const joined: Finding[] = [];
  let best = 0;
  for (const finding of sorted) {
    const last = joined.at(-1);
    if (last === undefined || finding.start >= last.end) {
      joined.push(finding);
      best = rank(finding);
      continue;
    }
    const named = rank(finding) > best ? finding : last;
    best = Math.max(best, rank(finding));
    joined[joined.length - 1] = { ...named, start: last.start, end: Math.max(last.end, finding.end) };
  }
  return joined;
}
