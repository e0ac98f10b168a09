// The index over the ledger: which record stands where. Rows are kept back for a moment and written together, because a
// row a call would cost more than the decision; what a crash loses is made again from the ledger at the next start.
import type { Instant, LedgerRecord } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { RecordRow, Store } from '../store/index.ts';

const FLUSH_MS = 200;
const FLUSH_ROWS = 1000;
const FORGET_ROWS = 5000;

export function rowOf(position: number, record: LedgerRecord): RecordRow {
  return {
    position,
    kind: record.kind,
    agent: 'agent' in record ? (record.agent ?? null) : null,
    call: 'call' in record ? (record.call ?? null) : null,
    external:
      record.kind === 'attempt' && record.externalId !== undefined
        ? externalKey(record.session, record.externalId)
        : null,
    session: 'session' in record ? (record.session ?? null) : null,
    task: 'task' in record ? (record.task ?? null) : null,
    what: whatOf(record),
    at: record.at,
    outcome: record.kind === 'attempt' ? record.verdict.outcome : null,
    labels: record.kind === 'attempt' && record.labels !== undefined ? record.labels.join(' ') : null,
    tokens: tokensOf(record),
  };
}

function whatOf(record: LedgerRecord): string | null {
  if (record.kind === 'attempt') return `${record.module}/${record.tool}`;
  return record.kind === 'session' || record.kind === 'script' ? record.change : null;
}

/** What is counted towards budgets again after a start. */
function tokensOf(record: LedgerRecord): number | null {
  if (record.kind === 'outcome') return record.tokens ?? null;
  if (record.kind !== 'model') return null;
  const { inputTokens, outputTokens } = record;
  return inputTokens === undefined && outputTokens === undefined ? null : (inputTokens ?? 0) + (outputTokens ?? 0);
}

export const externalKey = (session: string, externalId: string): string => `${session}:${externalId}`;

export interface RecordQuery {
  readonly from?: number | undefined;
  readonly limit: number;
  readonly agent?: string | undefined;
  readonly call?: string | undefined;
  readonly kind?: string | undefined;
  /** No older and no newer ones, as their own time says. */
  readonly since?: Instant | undefined;
  readonly until?: Instant | undefined;
  /** Of a script: any of these changes. */
  readonly changes?: readonly string[] | undefined;
}

export class RecordIndex {
  readonly #store: Store;
  #pending: RecordRow[] = [];
  #upTo: number;
  readonly #stop: () => void;

  constructor(store: Store, clock: Clock, upTo: number) {
    this.#store = store;
    this.#upTo = upTo;
    this.#stop = clock.every(FLUSH_MS, () => this.flush());
  }

  add(row: RecordRow): void {
    this.#pending.push(row);
    this.#upTo = Math.max(this.#upTo, row.position + 1);
    if (this.#pending.length % FLUSH_ROWS === 0) this.flush();
  }

  /** Never throws: a full disk must not end the daemon. Rows that cannot be written are kept and tried again. */
  flush(): void {
    if (this.#pending.length === 0) return;
    try {
      this.#store.indexRecords(this.#pending, this.#upTo);
      this.#pending = [];
    } catch {
      // The ledger has these records; at the worst the next start makes the rows again.
    }
  }

  /** Positions of attempts at `from` or later of whose call nothing else is recorded, ascending. */
  async unsettled(from: number): Promise<readonly number[]> {
    this.flush();
    const rows = await this.#store.db
      .selectFrom('records as attempt')
      .select('attempt.position')
      .where('attempt.kind', '=', 'attempt')
      .where('attempt.position', '>=', from)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('records as later')
              .select('later.position')
              .whereRef('later.call', '=', 'attempt.call')
              .where('later.kind', 'in', ['approval', 'outcome']),
          ),
        ),
      )
      .orderBy('attempt.position')
      .execute();
    return rows.map((row) => row.position);
  }

  /** Positions that match, the newest `limit` of them, ascending. */
  async find(query: RecordQuery): Promise<readonly number[]> {
    this.flush();
    let select = this.#store.db.selectFrom('records').select('position').orderBy('position', 'desc').limit(query.limit);
    if (query.from !== undefined)
      select = select.where('position', '>=', query.from).clearOrderBy().orderBy('position', 'asc');
    if (query.agent !== undefined) select = select.where('agent', '=', query.agent);
    if (query.call !== undefined) select = select.where('call', '=', query.call);
    if (query.kind !== undefined) select = select.where('kind', '=', query.kind);
    if (query.since !== undefined) select = select.where('at', '>=', query.since);
    if (query.until !== undefined) select = select.where('at', '<=', query.until);
    if (query.changes !== undefined) select = select.where('what', 'in', query.changes);
    const rows = await select.execute();
    return rows.map((row) => row.position).sort((a, b) => a - b);
  }

  /** Of what is sealed nothing is found any more. In steps, between which everything else goes on. */
  async forget(before: number): Promise<void> {
    this.flush();
    const { db } = this.#store;
    for (;;) {
      const oldest = db.selectFrom('records').select('position').where('position', '<', before).limit(FORGET_ROWS);
      const { numDeletedRows } = await db.deleteFrom('records').where('position', 'in', oldest).executeTakeFirst();
      if (Number(numDeletedRows) < FORGET_ROWS) return;
      await new Promise(setImmediate);
    }
  }

  close(): void {
    this.#stop();
    this.flush();
  }
}
