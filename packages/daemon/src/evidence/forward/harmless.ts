// A record that stands in no ledger and that any collector takes: what tells whether one takes anything at all.
import type { Instant } from '@castellan/contract';
import type { Evidence } from '../forms/evidence.ts';

/** Its leaf is that of nothing: nobody can take it for a record. */
const NO_LEAF = '0'.repeat(64);

export const harmlessEvidence = (at: Instant, text: string): Evidence => ({
  index: 0,
  leaf: NO_LEAF,
  // A call's outcome, for it has a place in every form, spans too.
  record: { kind: 'outcome', at, call: 'call_000000', status: 'unknown', by: 'cancelled', text },
});
