// Spans of secrets in bytes: joined where they overlap, so that no rest of either is left standing between them.
export interface Span {
  readonly start: number;
  readonly end: number;
  /** Which secret, as a number of the set it was found with. */
  readonly secret: number;
}

/** By rising start and not overlapping; of those that overlapped the widest gives its name to the whole. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  if (spans.length < 2) return spans;
  const sorted = spans.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const merged: Span[] = [];
  let widest = 0;
  for (const span of sorted) {
    const last = merged.at(-1);
    const width = span.end - span.start;
    if (last === undefined || span.start >= last.end) {
      merged.push(span);
      widest = width;
      continue;
    }
    const wins = width > widest;
    if (span.end <= last.end && !wins) continue;
    merged[merged.length - 1] = {
      start: last.start,
      end: Math.max(last.end, span.end),
      secret: wins ? span.secret : last.secret,
    };
    widest = Math.max(widest, width);
  }
  return merged;
}

/** Collects spans as a scan finds them: neighbours of one secret that overlap become one, so a periodic text stays small. */
export function spanCollector(): { add(start: number, end: number, secret: number): void; readonly spans: Span[] } {
  const spans: { start: number; end: number; secret: number }[] = [];
  return {
    spans,
    add: (start, end, secret) => {
      const last = spans.at(-1);
      if (last !== undefined && last.secret === secret && start < last.end && start >= last.start) {
        last.end = Math.max(last.end, end);
      } else spans.push({ start, end, secret });
    },
  };
}
