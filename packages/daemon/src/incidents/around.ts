// The records that an incident is told from. RULE: what was given out is looked for by itself: whoever makes many calls must not push
// out of sight which secrets went out before.
import type { Incident, Instant, LedgerRecord } from '@castellan/contract';
import type { Records } from '../records/index.ts';
import { BEFORE_MS } from './exposed.ts';

/** Of everything: more than a bad day has. */
const MOST = 20_000;
const MOST_OF_SECRETS = 500_000;

export interface Around {
  readonly from: Instant;
  readonly to: Instant;
  /** Oldest first. */
  readonly records: readonly LedgerRecord[];
  /** Older ones than these were left out, but for those about secrets. */
  readonly truncated: boolean;
}

export async function recordsAround(
  { openedAt, closedAt }: Pick<Incident, 'openedAt' | 'closedAt'>,
  now: Instant,
  records: Pick<Records, 'query'>,
): Promise<Around> {
  const [from, to] = [Math.max(0, openedAt - BEFORE_MS), closedAt ?? now];
  const span = { since: from, until: to };
  const [latest, ofSecrets] = await Promise.all([
    records.query({ ...span, limit: MOST }),
    records.query({ ...span, kind: 'secret', limit: MOST_OF_SECRETS }),
  ]);
  const found = new Map([...ofSecrets, ...latest].map(({ index, record }) => [index, record]));
  const ordered = [...found].toSorted(([a], [b]) => a - b).map(([, record]) => record);
  return { from, to, records: ordered, truncated: latest.length === MOST };
}
