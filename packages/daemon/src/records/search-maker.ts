// Makes the index from entries of the ledger, in order. What it was given is written with `take`; until then it is kept.
// INVARIANT: made again from the beginning of any block, it comes to the same index.
import { BLOCK_RECORDS, type SearchChange, type WordAt } from '../store/index.ts';
import { BlockMaker, maskOf } from './search-block.ts';
import { type Json, markText, textOf } from './search-text.ts';
import { NAMED, OF_CALL, TOLD_LATER, type Word, wordNumber, wordsOf } from './search-words.ts';

/** Calls that are remembered because more will be told of them; older ones are looked up. */
const CALLS = 8192;
const NUMBERS = 20_000;
const NAMES = 50_000;

export interface KnownCall {
  readonly position: number;
  readonly words: readonly Word[];
}

export class SearchMaker {
  /** The call of an attempt that is not remembered any more. */
  readonly #lookUp: (call: string) => Promise<KnownCall | null>;
  readonly #calls = new Map<string, KnownCall>();
  readonly #numbers = new Map<string, number>();
  readonly #named = new Set<string>();
  #names: { field: string; value: string }[] = [];
  #done: BlockMaker[] = [];
  #late: WordAt[] = [];
  #open: BlockMaker;
  #upTo: number;

  /** @param from the first position of a block. */
  constructor(from: number, lookUp: (call: string) => Promise<KnownCall | null>) {
    this.#lookUp = lookUp;
    this.#upTo = from;
    this.#open = new BlockMaker(from / BLOCK_RECORDS);
  }

  /** The position that comes next. */
  get upTo(): number {
    return this.#upTo;
  }

  /** Blocks that wait to be written. */
  get waiting(): number {
    return this.#done.length;
  }

  /** @param record null: the entry is none, but a part of one. */
  async add(record: Json | null): Promise<void> {
    const position = this.#upTo;
    const slot = position % BLOCK_RECORDS;
    if (record !== null) {
      const text = textOf(record);
      this.#open.record(slot, typeof record.at === 'number' ? record.at : 0);
      markText(this.#open.grams, text);
      await this.#words(position, slot, record, wordsOf(record, text));
    }
    this.#upTo += 1;
    if (this.#upTo % BLOCK_RECORDS !== 0) return;
    this.#done.push(this.#open);
    this.#open = new BlockMaker(this.#upTo / BLOCK_RECORDS);
  }

  async #words(position: number, slot: number, record: Json, words: readonly Word[]): Promise<void> {
    for (const [field, value] of words) this.#word(field, value, slot);
    const { kind, call } = record;
    if (typeof call !== 'string') return;
    if (kind === 'attempt') {
      this.#remember(call, { position, words: words.filter(([field]) => OF_CALL.has(field)) });
      return;
    }
    const known = this.#calls.get(call) ?? (await this.#lookUp(call));
    if (known === null) return;
    for (const [field, value] of known.words) this.#word(field, value, slot);
    for (const [field, value] of words) if (TOLD_LATER.has(field)) this.#tell(field, value, known.position);
  }

  #remember(call: string, known: KnownCall): void {
    this.#calls.set(call, known);
    if (this.#calls.size <= CALLS) return;
    const [oldest] = this.#calls.keys();
    if (oldest !== undefined) this.#calls.delete(oldest);
  }

  /** A word of an earlier record. */
  #tell(field: string, value: string, position: number): void {
    const block = Math.floor(position / BLOCK_RECORDS);
    const slot = position % BLOCK_RECORDS;
    const made = block === this.#open.block ? this.#open : this.#done.find((each) => each.block === block);
    const word = this.#number(field, value);
    if (made === undefined) this.#late.push({ word, block, mask: maskOf(slot) });
    else made.word(word, slot);
  }

  #word(field: string, value: string, slot: number): void {
    this.#open.word(this.#number(field, value), slot);
  }

  #number(field: string, value: string): number {
    const name = `${field}:${value}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = wordNumber(field, value);
    if (this.#numbers.size >= NUMBERS) this.#numbers.clear();
    this.#numbers.set(name, number);
    if (NAMED.has(field) && !this.#named.has(name)) {
      if (this.#named.size >= NAMES) this.#named.clear();
      this.#named.add(name);
      this.#names.push({ field, value });
    }
    return number;
  }

  /** What is to be written; null: nothing. */
  take(): SearchChange {
    const blocks = [...this.#done, this.#open].map((each) => each.take());
    const change = { blocks, late: this.#late, names: this.#names, upTo: this.#upTo };
    this.#done = [];
    this.#late = [];
    this.#names = [];
    return change;
  }
}
