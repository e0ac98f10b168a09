// How long records are kept (L4). Those that are older are sealed: a signed statement is recorded first, then their bytes go, or
// move to an archive, and their hashes stay, so that everything left still verifies. INVARIANT: nothing goes that something open
// needs, and nothing goes that the ledger does not say went.
import { isAbsolute, join, relative } from 'node:path';
import {
  type Instant,
  keptSince,
  type LedgerRecord,
  type RetentionConfig,
  type SealedRecord,
  type SealResponse,
} from '@castellan/contract';
import type { Fate, Seal } from '@castellan/ledger';
import type { Alarms } from '../alarms/index.ts';
import type { Clock } from '../clock.ts';
import { BUNDLE, cutoffOf, endOfOlder, type Held, type Keeper } from './cut.ts';

/** What of the records it needs. */
export interface SealableRecords {
  readonly size: number;
  /** The name of the ledger: each has its own folder in an archive. */
  readonly name: string;
  record(record: LedgerRecord): Promise<number>;
  query(query: {
    readonly kind: string;
    readonly limit: number;
  }): Promise<readonly { readonly index: number; readonly record: LedgerRecord }[]>;
  at(positions: readonly number[]): Promise<readonly { readonly record: LedgerRecord }[]>;
  sealedTo(): Promise<number>;
  prepareSeal(wish: {
    readonly to: number;
    readonly at: Instant;
    readonly by: string;
    readonly fate: Fate;
  }): Promise<Seal | undefined>;
  carryOutSeal(seal: Seal, record: number, archive: string | null): Promise<void>;
}

export interface RetentionParts {
  readonly clock: Clock;
  readonly records: SealableRecords;
  readonly alarms: Pick<Alarms, 'raise' | 'end'>;
  readonly config: () => RetentionConfig;
  readonly keepers: readonly Keeper[];
  readonly stateFolder: string;
}

export interface SealOrder {
  readonly by: string;
  /** Days to keep; without it what the configuration says. */
  readonly days?: number | undefined;
  readonly dryRun: boolean;
}

/** Why nothing was sealed. */
export class SealFault extends Error {
  override readonly name = 'SealFault';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Often enough that a limit of a day is one. */
const EVERY_MS = 3_600_000;
/** After a start: first everything else. */
const FIRST_MS = 60_000;

export class Retention implements Disposable {
  readonly #parts: RetentionParts;
  readonly #stops: readonly (() => void)[];
  /** One after the other: two statements must not name the same records. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    const look = (): void => void this.look();
    this.#stops = [parts.clock.after(FIRST_MS, look), parts.clock.every(EVERY_MS, look)];
  }

  /** Seals what the configuration says, and rings where that fails. */
  async look(): Promise<void> {
    const { alarms, config } = this.#parts;
    try {
      if (config().days !== null) await this.seal({ by: 'retention', dryRun: false });
      alarms.end('retention-failed', null);
    } catch (error) {
      const why = error instanceof Error ? error.message : 'of an unknown fault';
      const hint =
        error instanceof SealFault ? error.hint : 'see to the disk of the state folder; it is tried again every hour';
      alarms.raise('retention-failed', null, `old records could not be sealed: ${why}`, hint);
    }
  }

  /** What keeps records that are old enough by the configuration; null: nothing does. */
  get held(): Held | null {
    const { clock, keepers, config } = this.#parts;
    const oldEnough = keptSince(config(), clock.now());
    return oldEnough === null ? null : cutoffOf(oldEnough, keepers).held;
  }

  /** @throws SealFault, LedgerError */
  seal(order: SealOrder): Promise<SealResponse> {
    const sealed = this.#turn.then(() => this.#seal(order));
    this.#turn = sealed.catch(() => undefined);
    return sealed;
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
  }

  async #seal({ by, days, dryRun }: SealOrder): Promise<SealResponse> {
    const { clock, records, keepers, config } = this.#parts;
    const now = clock.now();
    const oldEnough = keptSince({ ...config(), ...(days !== undefined && { days }) }, now);
    if (oldEnough === null)
      throw new SealFault(
        'nothing says how long records are kept',
        'name it: `--days N`, or `retention.days` in config.yaml',
      );
    const archive = this.#archive();
    if (!dryRun) await this.#resume(archive);
    const { before, held } = cutoffOf(oldEnough, keepers);
    const from = await records.sealedTo();
    const to = await endOfOlder({ from, to: records.size }, before, (start) => this.#latest(start));
    if (to <= from || dryRun) return { sealed: to <= from ? null : { from, to }, held, dryRun };
    const fate = archive === null ? 'removed' : 'archived';
    const seal = await records.prepareSeal({ to, at: now, by, fate });
    if (seal === undefined) return { sealed: null, held, dryRun };
    await this.#carryOut(seal, await records.record({ kind: 'sealed', at: clock.now(), ...saidOf(seal) }), archive);
    return { sealed: { from: seal.from, to: seal.to }, held, dryRun };
  }

  /** A crash fell between the record and the bytes: the same statement again, for the same content is the same bytes. */
  async #resume(archive: string | null): Promise<void> {
    const { records } = this.#parts;
    const [last] = await records.query({ kind: 'sealed', limit: 1 });
    if (last?.record.kind !== 'sealed' || last.record.to <= (await records.sealedTo())) return;
    const { to, signedAt, by, fate, digest } = last.record;
    if (fate === 'archived' && archive === null)
      throw new SealFault(
        'records were to be moved to an archive, and none is named any more',
        'set `retention.archive` again',
      );
    const seal = await records.prepareSeal({ to, at: signedAt, by, fate });
    // Another digest: what was begun is void, and a new statement is made.
    if (seal !== undefined && `sha256:${seal.digest}` === digest) await this.#carryOut(seal, last.index, archive);
  }

  async #carryOut(seal: Seal, index: number, archive: string | null): Promise<void> {
    const { records } = this.#parts;
    const [said] = await records.at([index]);
    // What was recorded passed the redactor: a statement that the ledger does not name would make the bytes look stolen.
    if (said?.record.kind !== 'sealed' || said.record.digest !== `sha256:${seal.digest}`)
      throw new SealFault(
        'the ledger does not hold the statement',
        '`castellan ledger verify` says whether it is whole',
      );
    await records.carryOutSeal(seal, index, seal.fate === 'archived' ? archive : null);
  }

  #archive(): string | null {
    const { config, stateFolder, records } = this.#parts;
    const { archive } = config();
    if (archive === null) return null;
    const inside = relative(stateFolder, archive);
    if (!inside.startsWith('..') && !isAbsolute(inside))
      throw new SealFault('`retention.archive` lies in the state folder', 'name a folder outside of it');
    return join(archive, records.name);
  }

  /** The time of the latest record in a bundle. */
  async #latest(start: number): Promise<Instant | null> {
    const found = await this.#parts.records.at(Array.from({ length: BUNDLE }, (_, n) => start + n));
    return found.length === 0 ? null : Math.max(...found.map(({ record }) => record.at));
  }
}

function saidOf({ from, to, at, by, fate, digest }: Seal): Omit<SealedRecord, 'kind' | 'at'> {
  return { from, to, signedAt: at, fate, by, digest: `sha256:${digest}` };
}
