// Which secrets were given out around an incident, and which of them are others by now. Pure.
import type { Exposed, Instant, LedgerRecord } from '@castellan/contract';

/** So long before it was noticed it may have begun. */
export const BEFORE_MS = 24 * 3_600_000;

const GONE: ReadonlySet<string> = new Set(['rotated', 'removed']);

/** @param openedAt from here on a new value counts: whoever had the old one has nothing. */
export function exposedIn(records: readonly LedgerRecord[], openedAt: Instant): readonly Exposed[] {
  const found = new Map<string, Exposed>();
  for (const record of records) {
    if (record.kind !== 'secret' || record.change !== 'used') continue;
    const known = found.get(record.secret);
    const host = record.host === undefined ? [] : [record.host];
    found.set(record.secret, {
      name: record.secret,
      times: (known?.times ?? 0) + 1,
      lastAt: record.at,
      by: [...new Set([...(known?.by ?? []), record.by])],
      hosts: [...new Set([...(known?.hosts ?? []), ...host])],
      rotated: false,
    });
  }
  const rotated = new Set(
    records.flatMap((record) =>
      record.kind === 'secret' && GONE.has(record.change) && record.at >= openedAt ? [record.secret] : [],
    ),
  );
  return [...found.values()].map((each) => ({ ...each, rotated: rotated.has(each.name) }));
}
