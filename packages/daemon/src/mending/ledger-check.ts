// The whole ledger verified once a day, from its files alone and against the checkpoint that is kept outside its folder: whoever changes an
// old record is found out while somebody still remembers. INVARIANT: one run at a time; what it came to outlives a restart.
import { verifyLedger } from '@castellan/ledger';
import type { Alarms } from '../alarms/index.ts';
import type { Clock } from '../clock.ts';
import type { LedgerVerified } from '../insight/index.ts';
import type { Store } from '../store/index.ts';

export interface LedgerCheckHost {
  readonly clock: Clock;
  readonly store: Pick<Store, 'meta' | 'setMeta'>;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  /** Of the ledger. */
  readonly folder: string;
}

const KEPT = 'ledger-verified';
const DAY_MS = 24 * 60 * 60_000;
/** How often it is looked whether a day is over: not at the start, which has better things to do. */
const LOOK_MS = 10 * 60_000;

const hint = 'keep the ledger folder as evidence; `castellan ledger verify` says where it begins';

function readKept(text: string | null): LedgerVerified | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { at, ok, text: said } = value as { readonly [name: string]: unknown };
    return typeof at === 'number' && typeof ok === 'boolean' && typeof said === 'string'
      ? { at, ok, text: said }
      : null;
  } catch {
    return null;
  }
}

export class LedgerCheck {
  readonly #host: LedgerCheckHost;
  #last: LedgerVerified | null;
  #running: Promise<LedgerVerified> | null = null;

  private constructor(host: LedgerCheckHost, last: LedgerVerified | null) {
    this.#host = host;
    this.#last = last;
    if (last !== null) this.#tell(last);
  }

  static async open(host: LedgerCheckHost): Promise<LedgerCheck> {
    return new LedgerCheck(host, readKept(await host.store.meta(KEPT)));
  }

  /** null: nobody looked yet. */
  get last(): LedgerVerified | null {
    return this.#last;
  }

  /** Looks once a day from now on. */
  begin(): Disposable {
    const { clock } = this.#host;
    const isDue = (): boolean => this.#last === null || clock.now() - this.#last.at >= DAY_MS;
    const stop = clock.every(LOOK_MS, () => void (isDue() && this.run().catch(() => undefined)));
    return { [Symbol.dispose]: stop };
  }

  /** Every byte of it, now; the run that is under way is the answer too. @throws what the disk throws */
  run(): Promise<LedgerVerified> {
    this.#running ??= this.#verify().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #verify(): Promise<LedgerVerified> {
    const { clock, store, folder } = this.#host;
    const kept = await store.meta('checkpoint');
    const against = kept === null ? {} : { against: Buffer.from(kept, 'base64') };
    const result = await verifyLedger(folder, against);
    const ok = result.kind === 'verified';
    const text = ok
      ? `${result.size} records, none changed, none missing`
      : `${result.kind}, from record ${result.record} on, in \`${result.file}\``;
    const last = { at: clock.now(), ok, text };
    this.#last = last;
    this.#tell(last);
    await store.setMeta(KEPT, JSON.stringify(last));
    return last;
  }

  #tell({ ok, text }: LedgerVerified): void {
    if (ok) this.#host.alarms.end('ledger-damaged', null);
    else this.#host.alarms.raise('ledger-damaged', null, `the ledger does not verify: ${text}`, hint);
  }
}
