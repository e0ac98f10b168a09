// Keeps the index up with the ledger, off the path of any decision: a moment behind, in small steps. An index that is gone,
// damaged, of another version or of another ledger is made anew, and says so.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LedgerRecord } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { BLOCK_RECORDS, openSearch, removeSearch, type SearchStore, WORD_PARTS } from '../store/index.ts';
import { type KnownCall, SearchMaker } from './search-maker.ts';
import { type Entries, SearchReader } from './search-reader.ts';
import { isObject, type Json } from './search-text.ts';
import { NAMED, wordNumber } from './search-words.ts';

export interface SearchSource {
  /** How many entries are durable. */
  readonly size: number;
  readonly read: Entries;
  /** A record that is kept in parts. */
  whole(index: number): Promise<LedgerRecord | null>;
  /** Positions of the records of a call, ascending. */
  ofCall(call: string): readonly number[];
}

export interface SearchOptions {
  readonly path: string;
  /** Whose records they are: its verifier key. */
  readonly ledger: string;
  readonly row: (text: string) => string;
  readonly source: SearchSource;
  readonly clock: Pick<Clock, 'every'>;
}

export interface SearchStatus {
  /** Every record before this position can be found. */
  readonly indexed: number;
  readonly size: number;
  /** Why it had to be made anew since the start; null: it had not. */
  readonly remade: string | null;
}

const EVERY_MS = 250;
/** Entries taken in between two turns of everybody else: about two milliseconds. */
const STEP = 128;
/** Blocks written in one transaction, while there are many to be made. */
const BLOCKS = 16;
/** Names looked at between two turns of everybody else. */
const NAMES = 64;

const CORRUPT = new Set([11, 26]);

/** SQLite's own codes for a file that is damaged or none of its own. */
const isDamage = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && CORRUPT.has(error.errcode & 255);

const utf8 = new TextDecoder();

/** The record of an entry; null: it is a part of one, or unreadable. A promise only of one in parts: of a million others it would cost. */
export function jsonOf(index: number, entry: Uint8Array, source: SearchSource): Json | null | Promise<Json | null> {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(entry));
  } catch {
    return null;
  }
  if (!isObject(value) || value.kind === 'part') return null;
  return value.kind === 'joined' ? wholeOf(index, source) : value;
}

async function wholeOf(index: number, source: SearchSource): Promise<Json | null> {
  const whole: unknown = await source.whole(index);
  return isObject(whole) ? whole : null;
}

export class SearchIndex implements AsyncDisposable {
  readonly #options: SearchOptions;
  readonly #stop: () => void;
  #store: SearchStore;
  #maker: SearchMaker;
  #reader: SearchReader;
  #remade: string | null;
  /** The step that is under way. */
  #stepping: Promise<void> | null = null;
  #closed = false;
  /** What the maker holds beyond is not found yet. */
  #saved: number;
  /** Blocks before this one are to be forgotten; the file says so too, for whoever opens it after a kill in between. */
  #sealed: number;
  #made = 0;

  private constructor(options: SearchOptions, store: SearchStore, remade: string | null) {
    this.#options = options;
    this.#store = store;
    this.#remade = remade;
    this.#saved = store.upTo;
    this.#sealed = store.owed;
    this.#maker = this.#begin();
    this.#reader = new SearchReader(options.source.read);
    this.#stop = options.clock.every(
      EVERY_MS,
      () => void this.catchUp(Number.POSITIVE_INFINITY).catch(() => undefined),
    );
  }

  /** @throws Error when the folder cannot be written. */
  static open(options: SearchOptions): SearchIndex {
    const { path, ledger, row, source } = options;
    const open = (): SearchStore => openSearch(path, ledger, row);
    const anew = (why: string): SearchIndex => {
      removeSearch(path);
      return new SearchIndex(options, open(), why);
    };
    let store: SearchStore;
    try {
      store = open();
    } catch (error) {
      if (!isDamage(error)) throw error;
      return anew('its file was damaged');
    }
    if (store.upTo <= source.size) return new SearchIndex(options, store, null);
    store.close();
    return anew('it was of a longer ledger');
  }

  get store(): SearchStore {
    return this.#store;
  }

  get source(): SearchSource {
    return this.#options.source;
  }

  /** How often it was made anew since the start: what was looked at before is not what is there now. */
  get made(): number {
    return this.#made;
  }

  get status(): SearchStatus {
    return { indexed: this.#saved, size: this.source.size, remade: this.#remade };
  }

  /** Takes in what the ledger has now, at most so many records. Whoever asks for few waits for little more, whoever else asks for all. */
  async catchUp(most: number): Promise<void> {
    const end = Math.min(this.source.size, this.#saved + most);
    while (!this.#closed && this.#saved < end) {
      this.#stepping ??= this.#step(end).finally(() => {
        this.#stepping = null;
      });
      await this.#stepping;
    }
  }

  /** Begins it anew from the ledger; it is made while everything else goes on. */
  async remake(why: string): Promise<void> {
    await this.#stepping?.catch(() => undefined);
    this.#anew(why);
    void this.catchUp(Number.POSITIVE_INFINITY).catch(() => undefined);
  }

  /** What a question does here. A file that turns out to be damaged is made anew, and the question asked again. */
  guarded<T>(ask: (store: SearchStore) => T): T {
    try {
      return ask(this.#store);
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#anew('its file was damaged');
      return ask(this.#store);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#stop();
    await this.#stepping?.catch(() => undefined);
    this.#store.close();
  }

  /** @param end where whoever asks has enough: then all of it is written. */
  async #step(end: number): Promise<void> {
    try {
      const maker = this.#maker;
      const { to, entries } = await this.#reader.next(maker.upTo, end);
      for (const [at, { index, entry }] of entries.entries()) {
        if (at % STEP === STEP - 1) await nextTurn();
        // What was sealed is not there any more, and keeps its number.
        maker.skip(index);
        const read = jsonOf(index, entry, this.source);
        const record = read instanceof Promise ? await read : read;
        const lookedUp = maker.add(record);
        if (lookedUp !== null) await lookedUp;
        if (record?.kind === 'sealed' && typeof record.to === 'number')
          this.#sealed = Math.max(this.#sealed, Math.floor(record.to / BLOCK_RECORDS));
      }
      maker.skip(to);
      // Made anew meanwhile: what was read belongs to nobody.
      if (maker === this.#maker && (maker.upTo >= end || maker.waiting >= BLOCKS)) {
        this.#store.save(maker.take(), this.#sealed);
        this.#saved = maker.upTo;
        if (this.#sealed > 0) await this.#forget();
      }
    } catch (error) {
      if (isDamage(error)) this.#anew('its file was damaged');
      else {
        // A disk that is full: what is kept in memory may be half-taken, so it is read again.
        this.#maker = this.#begin();
        this.#reader = new SearchReader(this.source.read);
        throw error;
      }
    }
    await nextTurn();
  }

  /** What is sealed goes here too, or its texts could still be guessed at, and its names read. */
  async #forget(): Promise<void> {
    const before = this.#sealed;
    this.#maker.forgetNames();
    this.#store.forget(before);
    for (let part = 0; part < WORD_PARTS; part += 1) {
      this.#store.forgetWords(before, part);
      await nextTurn();
    }
    for (const field of NAMED)
      for (let after: string | undefined = ''; after !== undefined; ) {
        const some: readonly string[] = this.#store.names(field, after, NAMES);
        for (const value of some)
          if (!this.#store.hasWord(wordNumber(field, value))) this.#store.forgetName(field, value);
        after = some.at(-1);
        await nextTurn();
      }
    this.#store.forgot();
    this.#sealed = 0;
  }

  #begin(): SearchMaker {
    const from = Math.floor(this.#store.upTo / BLOCK_RECORDS) * BLOCK_RECORDS;
    return new SearchMaker(from, (call) => this.#known(call));
  }

  #anew(why: string): void {
    const { path, ledger, row } = this.#options;
    this.#store.close();
    removeSearch(path);
    this.#store = openSearch(path, ledger, row);
    this.#remade = why;
    this.#made += 1;
    this.#saved = 0;
    this.#maker = this.#begin();
    this.#reader = new SearchReader(this.source.read);
  }

  /** The attempt of a call that was long ago. */
  async #known(call: string): Promise<KnownCall | null> {
    const [position] = this.source.ofCall(call);
    if (position === undefined) return null;
    for await (const { index, entry } of this.source.read(position, position + 1)) {
      const attempt = await jsonOf(index, entry, this.source);
      return attempt?.kind === 'attempt' ? { position: index, attempt } : null;
    }
    return null;
  }
}
