// Makes the index from entries of the ledger, in order. What it was given is written with `take`; until then it is kept.
// INVARIANT: made again from the beginning of any block, it comes to the same index.
import { BLOCK_RECORDS, type SearchChange, type WordAt } from '../store/index.ts';
import { BlockMaker, maskOf } from './search-block.ts';
import { type Json, markText, textOf } from './search-text.ts';
import { NAMED, OF_CALL, TOLD_LATER, takeWords, wordNumber } from './search-words.ts';

/** At least so many calls are remembered, and at most twice as many, because more will be told of them; older ones are looked up. */
const CALLS = 4096;
/** Words whose numbers are remembered. */
const NUMBERS = 50_000;

export interface KnownCall {
  /** Of its attempt. */
  readonly position: number;
  readonly attempt: Json;
}

interface Remembered {
  readonly position: number;
  readonly words: readonly number[];
}

export class SearchMaker {
  /** The call of an attempt that is not remembered any more. */
  readonly #lookUp: (call: string) => Promise<KnownCall | null>;
  #calls = new Map<string, Remembered>();
  #olderCalls: ReadonlyMap<string, Remembered> = new Map();
  readonly #numbers = new Map<string, Map<string, number>>();
  #numbered = 0;
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

  /** Positions before this one that were not added hold no record. */
  skip(before: number): void {
    while (this.#upTo < before) this.#next();
  }

  /** @param record null: the entry is none, but a part of one. Null: it is taken in; otherwise it is after the promise. */
  add(record: Json | null): Promise<void> | null {
    const position = this.#upTo;
    const slot = position % BLOCK_RECORDS;
    if (record !== null) {
      const text = textOf(record);
      this.#open.record(slot, typeof record.at === 'number' ? record.at : 0);
      markText(this.#open.grams, text);
      if (typeof record.call !== 'string')
        takeWords(record, text, (field, value) => this.#open.word(this.#number(field, value), slot));
      else {
        const lookedUp = this.#ofCall(record.call, position, record, text);
        if (lookedUp !== null) return lookedUp.then(() => this.#next());
      }
    }
    this.#next();
    return null;
  }

  #next(): void {
    this.#upTo += 1;
    if (this.#upTo % BLOCK_RECORDS !== 0) return;
    this.#done.push(this.#open);
    this.#open = new BlockMaker(this.#upTo / BLOCK_RECORDS);
  }

  /** A promise where its attempt is not remembered. */
  #ofCall(call: string, position: number, record: Json, text: string): Promise<void> | null {
    const slot = position % BLOCK_RECORDS;
    if (record.kind === 'attempt') {
      const words = this.#take(record, text, slot, OF_CALL);
      this.#remember(call, { position, words });
      return null;
    }
    const told = this.#take(record, text, slot, TOLD_LATER);
    const known = this.#calls.get(call) ?? this.#olderCalls.get(call);
    if (known === undefined) return this.#recall(call).then((found) => this.#join(found, told, slot));
    this.#join(known, told, slot);
    return null;
  }

  /** What the attempt of a call and a later record of it have in common. */
  #join(known: Remembered | null, told: readonly number[], slot: number): void {
    if (known === null) return;
    for (const word of known.words) this.#open.word(word, slot);
    for (const word of told) this.#tell(word, known.position);
  }

  /** Takes all words of a record; gives those of some fields back. */
  #take(record: Json, text: string, slot: number, fields: ReadonlySet<string>): readonly number[] {
    const given: number[] = [];
    takeWords(record, text, (field, value) => {
      const word = this.#number(field, value);
      this.#open.word(word, slot);
      if (fields.has(field)) given.push(word);
    });
    return given;
  }

  async #recall(call: string): Promise<Remembered | null> {
    const found = await this.#lookUp(call);
    if (found === null) return null;
    const words: number[] = [];
    takeWords(found.attempt, '', (field, value) => {
      if (OF_CALL.has(field)) words.push(this.#number(field, value));
    });
    return { position: found.position, words };
  }

  #remember(call: string, known: Remembered): void {
    this.#calls.set(call, known);
    if (this.#calls.size < CALLS) return;
    this.#olderCalls = this.#calls;
    this.#calls = new Map();
  }

  /** A word of an earlier record. */
  #tell(word: number, position: number): void {
    const block = Math.floor(position / BLOCK_RECORDS);
    const slot = position % BLOCK_RECORDS;
    const made = block === this.#open.block ? this.#open : this.#done.find((each) => each.block === block);
    if (made === undefined) this.#late.push({ word, block, mask: maskOf(slot) });
    else made.word(word, slot);
  }

  #number(field: string, value: string): number {
    const ofField = this.#numbers.get(field) ?? new Map<string, number>();
    const known = ofField.get(value);
    if (known !== undefined) return known;
    const number = wordNumber(field, value);
    if (this.#numbered >= NUMBERS) {
      this.#numbers.clear();
      ofField.clear();
      this.#numbered = 0;
    }
    this.#numbered += 1;
    this.#numbers.set(field, ofField.set(value, number));
    if (NAMED.has(field)) this.#names.push({ field, value });
    return number;
  }

  /** Names that are taken away are told again where they come again. */
  forgetNames(): void {
    this.#numbers.clear();
    this.#numbered = 0;
  }

  /** What is to be written. */
  take(): SearchChange {
    const blocks = [...this.#done, this.#open].map((each) => each.take());
    const change = { blocks, late: this.#late, names: this.#names, upTo: this.#upTo };
    this.#done = [];
    this.#late = [];
    this.#names = [];
    return change;
  }
}
