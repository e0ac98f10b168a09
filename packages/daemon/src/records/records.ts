// The one way into the ledger: redact, encode, append, index. INVARIANT: when `record` resolves the record is on disk;
// when it rejects, nothing may run on the strength of it.
import { existsSync } from 'node:fs';
import { type CallId, callIdSchema, type LedgerRecord } from '@castellan/contract';
import {
  createSigningKey,
  type Ledger,
  LedgerError,
  loadSigningKey,
  openCheckpoint,
  openLedger,
  type Seal,
  type SigningKey,
  saveSigningKey,
  verifyConsistency,
} from '@castellan/ledger';
import type { Clock } from '../clock.ts';
import type { Exits } from '../exits/index.ts';
import { StartError } from '../start-error.ts';
import type { StatePaths } from '../state/index.ts';
import type { CallIndex, Store, Tally } from '../store/index.ts';
import { type Decoded, decodeEntry, entriesOf, joinParts } from './encode.ts';
import { type CallProofResult, proveCall } from './proofs.ts';
import { externalKey, RecordIndex, type RecordQuery, rowOf } from './record-index.ts';

export interface RecordsOptions {
  readonly paths: StatePaths;
  readonly clock: Clock;
  readonly store: Store;
  readonly exits: Exits;
  /** Called when the log failed and when it works again. */
  readonly onFailure: (message: string | null) => void;
  /** Told of each record once it is durable. */
  readonly onRecord: (record: LedgerRecord) => void;
  /** Told how long each took to be durable, in milliseconds. */
  readonly onTime: (ms: number) => void;
}

/** How often a failed log is tried again. */
const REOPEN_MS = 3000;

async function signingKey(paths: StatePaths, clock: Clock): Promise<SigningKey> {
  const fresh = !existsSync(paths.ledgerKey) && !existsSync(`${paths.ledger}/vkey`);
  const result = fresh
    ? await saveSigningKey(
        paths.ledgerKey,
        createSigningKey(`castellan-${clock.random(6).toString('hex')}`, (bytes) => clock.random(bytes)),
      )
    : await loadSigningKey(paths.ledgerKey);
  if (result.kind === 'refused') throw new StartError('ledger-damaged', result.message, [result.hint]);
  return result.key;
}

/** @throws StartError when the log does not continue the last checkpoint that was kept: it was cut, or is another log. */
async function assertContinues(ledger: Ledger, key: SigningKey, { store, paths }: RecordsOptions): Promise<void> {
  const kept = await store.meta('checkpoint');
  if (kept === null) return;
  const damaged = (what: string): StartError =>
    new StartError('ledger-damaged', `the ledger ${what}`, [
      `keep \`${paths.ledger}\` as evidence and run \`castellan ledger verify\` on it`,
      'to go on, move `ledger`, `daemon/ledger.key` and `castellan.db` away: a new ledger begins',
    ]);
  const opened = openCheckpoint(Buffer.from(kept, 'base64'), key.vkey);
  if (opened.kind !== 'verified')
    throw damaged('is another one than before: its key does not fit the last checkpoint kept');
  const { size, root } = opened.checkpoint;
  if (size > ledger.size) throw damaged(`was cut: it has ${ledger.size} records, ${size} were signed`);
  const proof = size === 0 ? [] : await ledger.proveConsistency(size);
  const holds = size === 0 || verifyConsistency(size, ledger.size, root, ledger.checkpoint.root, proof);
  if (!holds) throw damaged('was rewritten: it does not continue the last checkpoint kept');
}

export interface Placed {
  readonly index: number;
  readonly record: LedgerRecord;
}

/** An attempt, its questions and their answers, its outcome: a call has a handful. */
const MOST_OF_A_CALL = 1000;

/** Entries that are read at once wherever one of them is wanted. */
const BUNDLE = 256;

/** Ascending runs of positions that stand in one bundle. */
function stretchesOf(positions: readonly number[]): readonly (readonly number[])[] {
  const stretches = new Map<number, number[]>();
  for (const position of [...positions].sort((a, b) => a - b)) {
    const bundle = Math.floor(position / BUNDLE);
    const stretch = stretches.get(bundle);
    if (stretch === undefined) stretches.set(bundle, [position]);
    else stretch.push(position);
  }
  return [...stretches.values()];
}

export class Records implements AsyncDisposable {
  readonly #options: RecordsOptions;
  readonly #key: SigningKey;
  readonly #index: RecordIndex;
  #ledger: Ledger;
  #failed: string | null = null;
  #torn = 0;
  #reopening = false;
  #stopReopening = (): void => {};
  /** The latest record on its way to the disk: they arrive in order. */
  #latest: Promise<unknown> = Promise.resolve();

  private constructor(options: RecordsOptions, key: SigningKey, ledger: Ledger, index: RecordIndex) {
    this.#options = options;
    this.#key = key;
    this.#ledger = ledger;
    this.#index = index;
  }

  static async open(options: RecordsOptions): Promise<Records> {
    const key = await signingKey(options.paths, options.clock);
    const opened = await openLedger({ dir: options.paths.ledger, signer: key });
    if (opened.kind === 'refused') {
      const code = opened.code === 'disk-full' ? 'disk-full' : opened.code === 'in-use' ? 'in-use' : 'ledger-damaged';
      throw new StartError(code, opened.message, [opened.hint]);
    }
    await assertContinues(opened.ledger, key, options);
    const indexed = Number((await options.store.meta('indexed')) ?? '0');
    const from = Math.min(indexed, opened.ledger.size);
    const records = new Records(options, key, opened.ledger, new RecordIndex(options.store, options.clock, from));
    records.#torn = opened.tornBytes;
    for await (const { index, record } of records.read(from, opened.ledger.size))
      records.#index.add(rowOf(index, record));
    records.#index.flush();
    return records;
  }

  get size(): number {
    return this.#ledger.size;
  }

  /** Bytes that a crash left half-written at the end and that opening took away; nobody was told that they were kept. */
  get torn(): number {
    return this.#torn;
  }

  /** Why nothing can be recorded now, or null. */
  get failed(): string | null {
    return this.#failed;
  }

  get checkpoint(): { readonly text: string; readonly root: string } {
    const { bytes, root } = this.#ledger.checkpoint;
    return { text: new TextDecoder().decode(bytes), root: Buffer.from(root).toString('hex') };
  }

  /** Keeps the latest checkpoint outside the ledger folder: what shows a rollback of the whole folder. */
  async keepCheckpoint(): Promise<void> {
    await this.#options.store.setMeta('checkpoint', Buffer.from(this.#ledger.checkpoint.bytes).toString('base64'));
  }

  /**
   * Redacts and appends. Resolves to the record's position once durable. @throws LedgerError
   * @param when `soon`: nothing is done on the strength of it, so it may wait for a record that somebody waits for.
   */
  record(record: LedgerRecord, when: 'now' | 'soon' = 'now'): Promise<number> {
    const recorded = this.#append(record, when);
    this.#latest = recorded.catch(() => undefined);
    return recorded;
  }

  async #append(record: LedgerRecord, when: 'now' | 'soon'): Promise<number> {
    const arrived = this.#options.clock.monotonic();
    const text = this.#options.exits.json(record);
    const entries = entriesOf(text, () => this.#options.clock.random(8).toString('hex'));
    try {
      const [only] = entries;
      const last =
        only !== undefined && entries.length === 1
          ? await this.#ledger.append(only, when)
          : (await Promise.all(entries.map((entry) => this.#ledger.append(entry, when)))).at(-1);
      const position = last?.index ?? 0;
      this.#options.onTime(this.#options.clock.monotonic() - arrived);
      this.#index.add(rowOf(position, record));
      this.#options.onRecord(record);
      return position;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** The call that an agent's own id names in a session, what was just recorded included. */
  callOf(session: string, externalId: string): CallId | null {
    this.#index.flush();
    const id = callIdSchema.safeParse(this.#options.store.callOfExternal(externalKey(session, externalId)));
    return id.success ? id.data : null;
  }

  /** Counts over the index, what was just recorded included. */
  get tally(): Tally {
    this.#index.flush();
    return this.#options.store.tally;
  }

  /** Where calls stand, what was just recorded included. */
  get calls(): CallIndex {
    this.#index.flush();
    return this.#options.store.calls;
  }

  /** Whose records these are: the key that verifies the ledger. */
  get verifierKey(): string {
    return this.#key.vkey.text;
  }

  /** Resolves once what was said to be recorded before is durable, or refused. */
  async arrived(): Promise<void> {
    await this.#latest;
  }

  /** Entries as they stand, durable ones alone. */
  entries(from: number, to: number): AsyncGenerator<{ readonly index: number; readonly entry: Uint8Array }> {
    return this.#ledger.readEntries(from, to);
  }

  /** What was said to be recorded before this was asked is among it. */
  async query(query: RecordQuery): Promise<readonly Placed[]> {
    await this.arrived();
    return this.at(await this.#index.find(query));
  }

  /** The records that stand there, in that order; neighbours are read together. */
  async at(positions: readonly number[]): Promise<readonly Placed[]> {
    const found = new Map<number, LedgerRecord>();
    for (const stretch of stretchesOf(positions)) {
      const [from = 0] = stretch;
      const wanted = new Set(stretch);
      for await (const { index, entry } of this.#ledger.readEntries(from, (stretch.at(-1) ?? from) + 1)) {
        if (!wanted.has(index)) continue;
        const decoded = decodeEntry(entry);
        const record = decoded.kind === 'record' ? decoded.record : await this.#at(index);
        if (record !== null) found.set(index, record);
      }
    }
    return positions.flatMap((index) => {
      const record = found.get(index);
      return record === undefined ? [] : [{ index, record }];
    });
  }

  /** What proves a call to somebody who trusts nobody here. @param since an older checkpoint that somebody kept. */
  async proveCall(call: CallId, since?: Uint8Array): Promise<CallProofResult> {
    await this.#latest;
    const log = this.#ledger.provable();
    const found = await this.#index.find({ call, limit: MOST_OF_A_CALL });
    const positions = found.filter((position) => position < log.checkpoint.size);
    return proveCall({ log, exits: this.#options.exits, call, positions, since });
  }

  /** What the ledger calls itself. */
  get name(): string {
    return this.#key.vkey.name;
  }

  /** Records before it are sealed: their hashes are kept, their bytes are not. */
  sealedTo(): Promise<number> {
    return this.#ledger.sealedTo();
  }

  prepareSeal(wish: Parameters<Ledger['prepareSeal']>[0]): Promise<Seal | undefined> {
    return this.#ledger.prepareSeal(wish);
  }

  /** Takes away the bytes, and what the index knows of them. @throws LedgerError */
  async carryOutSeal(seal: Seal, record: number, archive: string | null): Promise<void> {
    await this.#ledger.carryOutSeal(seal, record, archive);
    await this.#index.forget(seal.to);
  }

  /** Attempts of whose call nothing else is recorded, of those since `settled` was last called. */
  async *unsettled(): AsyncGenerator<LedgerRecord> {
    const from = Number((await this.#options.store.meta('settled')) ?? '0');
    for (const position of await this.#index.unsettled(from)) {
      const record = await this.#at(position);
      if (record !== null) yield record;
    }
  }

  /** From here back nothing waits any more, so no later start need look there. */
  async settled(): Promise<void> {
    await this.#options.store.setMeta('settled', String(this.#ledger.size));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopReopening();
    this.#index.close();
    // Closing only tidies up: what was acknowledged is on disk, and a disk that fails now must not keep us from ending.
    await this.#ledger.close().catch((error: unknown) => {
      if (!(error instanceof LedgerError)) throw error;
    });
  }

  async #at(position: number): Promise<LedgerRecord | null> {
    const [entry] = await this.#decoded(position, position + 1);
    if (entry === undefined) return null;
    if (entry.kind === 'record') return entry.record;
    if (entry.kind !== 'joined') return null;
    return joinParts(entry, await this.#decoded(position - entry.parts, position));
  }

  async #decoded(from: number, to: number): Promise<readonly Decoded[]> {
    const decoded: Decoded[] = [];
    for await (const { entry } of this.#ledger.readEntries(Math.max(0, from), to)) decoded.push(decodeEntry(entry));
    return decoded;
  }

  /** Every record from one position up to another, with the bytes that the ledger hashed; of one in parts, those that join it. */
  async *read(from: number, to: number): AsyncGenerator<Placed & { readonly entry: Uint8Array }> {
    for await (const { index, entry } of this.#ledger.readEntries(from, to)) {
      const decoded = decodeEntry(entry);
      const record =
        decoded.kind === 'record' ? decoded.record : decoded.kind === 'joined' ? await this.#at(index) : null;
      if (record !== null) yield { index, record, entry };
    }
  }

  #fail(error: unknown): void {
    if (error instanceof LedgerError && (error.code === 'too-large' || error.code === 'closed')) return;
    this.#failed = error instanceof Error ? error.message : 'the ledger failed';
    this.#options.onFailure(this.#failed);
    if (this.#reopening) return;
    this.#reopening = true;
    this.#stopReopening = this.#options.clock.every(REOPEN_MS, () => void this.#reopen());
  }

  /** Recovery, the same as at a start: everything acknowledged is kept, nothing half-written counts. */
  async #reopen(): Promise<void> {
    if (this.#ledger.state.kind !== 'failed') return;
    // What closing a failed log says is what made it fail, and that is known already.
    await this.#ledger.close().catch(() => undefined);
    const acknowledged = this.#ledger.size;
    const opened = await openLedger({ dir: this.#options.paths.ledger, signer: this.#key });
    if (opened.kind === 'refused') return;
    try {
      await assertContinues(opened.ledger, this.#key, this.#options);
    } catch {
      // Cut or rewritten while it was failed: it stays failed, and the next start says what is wrong with it.
      await opened.ledger.close().catch(() => undefined);
      return;
    }
    this.#stopReopening();
    this.#reopening = false;
    this.#ledger = opened.ledger;
    // What was refused because the disk failed may stand in the log all the same; what stands there must be found.
    for await (const { index, record } of this.read(acknowledged, opened.ledger.size))
      this.#index.add(rowOf(index, record));
    this.#failed = null;
    this.#options.onFailure(null);
  }
}
