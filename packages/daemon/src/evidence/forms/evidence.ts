// A record of the ledger on its way out: already without what may not be shown, with where it stands and what the ledger hashed.
import type { LedgerRecord } from '@castellan/contract';

export interface Evidence {
  /** Position in the ledger: what `castellan ledger show` takes. */
  readonly index: number;
  /** RFC 6962 leaf hash of the entry as the ledger holds it, in hex: compares what left with what stands there. */
  readonly leaf: string;
  readonly record: LedgerRecord;
}
