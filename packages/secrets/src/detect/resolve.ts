// Findings in order, none over another. What overlaps becomes one finding over the whole: a part left out would be a leak.
import type { Confidence, Finding } from '../finding.ts';

const RANK: Readonly<Record<Confidence, number>> = { possible: 0, likely: 1, certain: 2 };

export const reaches = (confidence: Confidence, floor: Confidence): boolean => RANK[confidence] >= RANK[floor];

/** The surer one names the whole; between equals, a format before a mere name, then the longer. */
function better(first: Finding, second: Finding): Finding {
  const rank = RANK[first.confidence] - RANK[second.confidence];
  if (rank !== 0) return rank > 0 ? first : second;
  if (first.by !== second.by) return first.by === 'format' ? first : second;
  return second.end - second.start > first.end - first.start ? second : first;
}

export function resolveFindings(found: readonly Finding[], floor: Confidence): readonly Finding[] {
  if (found.length === 0) return found;
  const sorted = found.filter(({ confidence }) => reaches(confidence, floor));
  sorted.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Finding[] = [];
  for (const finding of sorted) {
    const last = kept.at(-1);
    if (last === undefined || finding.start >= last.end) {
      kept.push(finding);
      continue;
    }
    const name = better(last, finding);
    kept[kept.length - 1] = { ...name, start: last.start, end: Math.max(last.end, finding.end) };
  }
  return kept;
}
