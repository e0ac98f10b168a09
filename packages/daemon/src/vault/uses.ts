// Last use and count of each secret: counted in memory, written together now and then, and counted again from the ledger
// where a crash came between. No use costs a write of the vault.
import { type Instant, type LedgerRecord, parseSecretUses, type SecretUses } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Records } from '../records/index.ts';
import type { Store } from '../store/index.ts';
import type { Usage } from './contents.ts';

const META = 'secret-uses';
const FLUSH_MS = 5000;
const PAGE = 1000;

type Use = SecretUses['secrets'][string];
const UNUSED: Use = { last: null, times: 0, expired: null };

export interface UsesRooms {
  readonly store: Store;
  readonly records: Pick<Records, 'query'>;
  readonly clock: Clock;
}

export class Uses implements AsyncDisposable {
  readonly #store: Store;
  readonly #uses = new Map<string, Use>();
  readonly #stop: () => void;
  #upTo = 0;
  #dirty = false;

  private constructor({ store, clock }: UsesRooms, kept: SecretUses | null) {
    this.#store = store;
    this.#upTo = kept?.upTo ?? 0;
    for (const [name, use] of Object.entries(kept?.secrets ?? {})) this.#uses.set(name, use);
    this.#stop = clock.every(FLUSH_MS, () => void this.#flush());
  }

  static async open(rooms: UsesRooms): Promise<Uses> {
    const uses = new Uses(rooms, keptIn(await rooms.store.meta(META)));
    for (;;) {
      const page = await rooms.records.query({ kind: 'secret', from: uses.#upTo, limit: PAGE });
      for (const { index, record } of page) uses.saw(index, record);
      if (page.length < PAGE) return uses;
    }
  }

  /** Counts a record that was just made, or is read again. */
  saw(position: number, record: LedgerRecord): void {
    if (record.kind !== 'secret') return;
    const { secret, change, at, by, host } = record;
    const known = this.#uses.get(secret) ?? UNUSED;
    if (change === 'used')
      this.#uses.set(secret, { ...known, last: { at, by, host: host ?? null }, times: known.times + 1 });
    if (change === 'expired') this.#uses.set(secret, { ...known, expired: at });
    if (change === 'added' || change === 'removed') this.#uses.delete(secret);
    this.#upTo = Math.max(this.#upTo, position + 1);
    this.#dirty = true;
  }

  of(name: string): Usage {
    const { last, times } = this.#uses.get(name) ?? UNUSED;
    return { lastUsed: last, timesUsed: times };
  }

  /** Whether the end of a secret was recorded, and not before it was set to that time. */
  wasToldExpired(name: string, expiresAt: Instant): boolean {
    const told = this.#uses.get(name)?.expired ?? null;
    return told !== null && told >= expiresAt;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await this.#flush();
  }

  async #flush(): Promise<void> {
    if (!this.#dirty) return;
    this.#dirty = false;
    const kept: SecretUses = { upTo: this.#upTo, secrets: Object.fromEntries(this.#uses) };
    // What cannot be written now is counted again from the ledger at the next start.
    await this.#store.setMeta(META, JSON.stringify(kept)).catch(() => {
      this.#dirty = true;
    });
  }
}

function keptIn(text: string | null): SecretUses | null {
  try {
    const kept = parseSecretUses(JSON.parse(text ?? 'null'));
    return kept.ok ? kept.value : null;
  } catch {
    return null;
  }
}
