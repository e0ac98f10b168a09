// Whether a call was ever let through, read from its records: what an agent says ran is compared with what it was told.
import type { DecidedBy, LedgerRecord } from '@castellan/contract';

export type LetThrough =
  /** It may have run; how is known. */
  | { readonly kind: 'yes'; readonly by: DecidedBy }
  /** It was refused, or nobody has answered yet. */
  | { readonly kind: 'no' };

export function letThrough(records: readonly LedgerRecord[]): LetThrough {
  const attempt = records.find((record) => record.kind === 'attempt');
  if (attempt === undefined || records.some((record) => record.kind === 'outcome' && record.status === 'refused'))
    return { kind: 'no' };
  switch (attempt.verdict.outcome) {
    case 'allow':
      return { kind: 'yes', by: attempt.verdict.grant === undefined ? 'auto-allowed' : 'grant' };
    case 'ask':
      return { kind: 'yes', by: 'agent-prompt' };
    case 'confirm':
      return records.some((record) => record.kind === 'approval' && record.state.kind === 'approved')
        ? { kind: 'yes', by: 'user-approved' }
        : { kind: 'no' };
    case 'deny':
      return { kind: 'no' };
  }
}
