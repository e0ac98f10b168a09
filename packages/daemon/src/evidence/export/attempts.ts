// The attempt that a later record belongs to: remembered as it passes, else looked for in the ledger. Bounded: a call whose
// answer comes long after is looked for again.
import type { AttemptRecord, CallId, LedgerRecord } from '@castellan/contract';
import type { Records } from '../../records/index.ts';
import type { Shown } from './shown.ts';

const MOST = 2_000;

export class Attempts {
  readonly #records: Pick<Records, 'query'>;
  readonly #shown: Shown;
  /** The oldest first. */
  readonly #known = new Map<CallId, AttemptRecord>();

  constructor(records: Pick<Records, 'query'>, shown: Shown) {
    this.#records = records;
    this.#shown = shown;
  }

  /** Of a record as it is shown. */
  async of(record: LedgerRecord): Promise<AttemptRecord | null> {
    if (record.kind === 'attempt') {
      this.#remember(record);
      return record;
    }
    const call = 'call' in record ? record.call : undefined;
    if (call === undefined) return null;
    const known = this.#known.get(call);
    if (known !== undefined) return known;
    const [found] = await this.#records.query({ call, kind: 'attempt', limit: 1 });
    if (found?.record.kind !== 'attempt') return null;
    const shown = this.#shown.record(found.record);
    this.#remember(shown);
    return shown;
  }

  #remember(record: AttemptRecord): void {
    this.#known.set(record.call, record);
    if (this.#known.size <= MOST) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
