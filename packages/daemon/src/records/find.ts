// Looks for records that fit a query, newest first or oldest first. INVARIANT: one question does a bounded amount of work,
// however large the ledger is and whatever is asked: where it had to stop, it says so and the next one goes on there.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Query } from '@castellan/contract';
import { BLOCK_RECORDS, type BlockSpan, MASK_BYTES, type SearchStore } from '../store/index.ts';
import { type Clause, clausesOf, type FindNames, fitsAll, mayFitAll } from './find-clauses.ts';
import { hasBit, setBit } from './search-block.ts';
import { jsonOf, type SearchIndex } from './search-index.ts';
import { type Entry, gather } from './search-reader.ts';
import { type Gram, hasBits, type Json } from './search-text.ts';

export interface FindQuery {
  readonly query: Query;
  /** newest: those before `at`, latest first. oldest: those from `at` on, earliest first. */
  readonly order: 'newest' | 'oldest';
  readonly at: number;
  readonly limit: number;
}

export interface Found {
  /** In the order asked for. */
  readonly positions: readonly number[];
  /** The `at` that goes on; null: there is nothing further. */
  readonly next: number | null;
  /** It stopped before the page was full: what lies beyond this time was not looked at. Null: it did not. */
  readonly searchedTo: number | null;
}

export interface FindRooms {
  readonly index: SearchIndex;
  readonly names: FindNames;
  readonly shown: (text: string) => string;
  readonly hides: (text: string) => boolean;
  /** A record as it is shown. */
  readonly shownRecord: (record: Json) => unknown;
  readonly now: () => number;
  readonly home: string;
}

/** Blocks of which the words are read at once: few first, because what is asked for is mostly near. */
const WINDOWS = [16, 64, 256] as const;
/** Work of one question: windows looked through, and blocks of the ledger read to check records. */
const MOST_WINDOWS = 64;
const MOST_READ = 48;
/** Values of a field that a `*` is compared with, and words that are looked for, between two turns of everybody else. */
const NAMES = 64;
const WORDS = 500;
/** Reading one after the other costs as much less than looking one up. */
const NEIGHBOURS = 3;
/** Blocks of the ledger that are read while one is checked. */
const AHEAD = 2;
/** Taken into the index before a question is answered; more than that is said to be missing. */
const MOST_BEHIND = 4096;

/** Times that a question is begun again because the index was made anew. */
const TRIES = 4;

const utf8 = new TextDecoder();

/** Blocks `[from, before)` of one look. */
interface Window {
  readonly from: number;
  readonly before: number;
}

function windowFrom(at: number, end: number, order: FindQuery['order'], count: number): Window {
  const size = WINDOWS[Math.min(count, WINDOWS.length - 1)] ?? 1;
  return order === 'newest'
    ? { from: Math.max(0, at - size), before: at }
    : { from: at, before: Math.min(end, at + size) };
}

const each = (mask: Uint8Array, other: Uint8Array, not: boolean): Uint8Array =>
  mask.map((byte, at) => (not ? byte & ~(other[at] ?? 0) : byte & (other[at] ?? 0)));

const isEmpty = (mask: Uint8Array): boolean => mask.every((byte) => byte === 0);

async function narrowByWords(
  clause: Extract<Clause, { kind: 'words' }>,
  masks: Map<number, Uint8Array>,
  { from, before }: Window,
  index: SearchIndex,
): Promise<void> {
  const having = new Map<number, Uint8Array>();
  for (let at = 0; at < clause.words.length; at += WORDS) {
    if (at > 0) await nextTurn();
    const some = clause.words.slice(at, at + WORDS);
    for (const { block, mask } of index.guarded((store) => store.words(some, from, before))) {
      const known = having.get(block);
      having.set(block, known === undefined ? mask : mask.map((byte, n) => byte | (known[n] ?? 0)));
    }
  }
  const none = new Uint8Array(MASK_BYTES);
  for (const [block, mask] of masks) masks.set(block, each(mask, having.get(block) ?? none, clause.not));
}

function narrowByPositions(
  { positions, not }: Extract<Clause, { kind: 'positions' }>,
  masks: Map<number, Uint8Array>,
): void {
  const having = new Map<number, Uint8Array>();
  for (const position of positions) {
    const block = Math.floor(position / BLOCK_RECORDS);
    const mask = having.get(block) ?? new Uint8Array(MASK_BYTES);
    setBit(mask, position % BLOCK_RECORDS);
    having.set(block, mask);
  }
  const none = new Uint8Array(MASK_BYTES);
  for (const [block, mask] of masks) masks.set(block, each(mask, having.get(block) ?? none, not));
}

function narrowByTimes(
  { spans, not }: Extract<Clause, { kind: 'times' }>,
  masks: Map<number, Uint8Array>,
  blocks: readonly BlockSpan[],
  store: SearchStore,
): void {
  for (const { block, least, most } of blocks) {
    const mask = masks.get(block);
    if (mask === undefined) continue;
    if (spans.some(([from, before]) => least >= from && most < before)) {
      if (not) masks.delete(block);
      continue;
    }
    if (spans.every(([from, before]) => most < from || least >= before)) {
      if (!not) masks.delete(block);
      continue;
    }
    const times = store.times(block) ?? new Float64Array(BLOCK_RECORDS);
    const within = new Uint8Array(MASK_BYTES);
    times.forEach((at, slot) => {
      if (spans.some(([from, before]) => at >= from && at < before)) setBit(within, slot);
    });
    masks.set(block, each(mask, within, not));
  }
}

/** How many blocks each trigram has ruled out so far: what is rare is asked first, and of all blocks little else is read. */
type Luck = Map<Gram, number>;

/** Blocks whose signature has all trigrams of any of the values. */
function narrowByGrams(
  values: readonly (readonly Gram[])[],
  masks: Map<number, Uint8Array>,
  { from, before }: Window,
  store: SearchStore,
  luck: Luck,
): void {
  const kept = new Set<number>();
  for (const grams of values) {
    let left = [...masks.keys()];
    for (const gram of grams.toSorted((a, b) => (luck.get(b) ?? 0) - (luck.get(a) ?? 0))) {
      if (left.length === 0) break;
      const slices = left.length * NEIGHBOURS > before - from ? store.slices(gram.slice, from, before) : null;
      const having = left.filter((block) => {
        const slice = (slices ?? store.slices(gram.slice, block, block + 1)).get(block);
        return slice !== undefined && hasBits(slice, gram);
      });
      luck.set(gram, (luck.get(gram) ?? 0) + left.length - having.length);
      left = having;
    }
    for (const block of left) kept.add(block);
  }
  for (const block of masks.keys()) if (!kept.has(block)) masks.delete(block);
}

/** The blocks of a window that may have what fits, with the records of them that may. */
async function candidates(clauses: readonly Clause[], window: Window, index: SearchIndex, luck: Luck) {
  const blocks = index.guarded((store) => store.blocks(window.from, window.before));
  const masks = new Map(blocks.map(({ block, present }) => [block, present]));
  const narrowed = (): boolean => {
    for (const [block, mask] of masks) if (isEmpty(mask)) masks.delete(block);
    return masks.size > 0;
  };
  for (const clause of clauses) {
    if (clause.kind === 'positions') narrowByPositions(clause, masks);
    if (clause.kind === 'times') index.guarded((store) => narrowByTimes(clause, masks, blocks, store));
  }
  for (const clause of clauses)
    if (clause.kind === 'words' && narrowed()) await narrowByWords(clause, masks, window, index);
  for (const clause of clauses)
    if (clause.kind === 'check' && !clause.not && narrowed())
      index.guarded((store) => narrowByGrams(clause.grams, masks, window, store, luck));
  narrowed();
  return { blocks: blocks.filter(({ block }) => masks.has(block)), masks };
}

/** Positions of a block that its mask names, within what was asked for, in order. */
function positionsOf(block: number, mask: Uint8Array, { order, at }: FindQuery, indexed: number): readonly number[] {
  const found: number[] = [];
  for (let slot = 0; slot < BLOCK_RECORDS; slot += 1) {
    const position = block * BLOCK_RECORDS + slot;
    const asked = order === 'newest' ? position < at : position >= at;
    if (asked && position < indexed && hasBit(mask, slot)) found.push(position);
  }
  return order === 'newest' ? found.reverse() : found;
}

/** A block to be looked into, and the positions in it, in the order asked for. */
interface Look {
  readonly block: number;
  readonly some: readonly number[];
}

/** The entries of one look after the other; some more are under way meanwhile. */
class AheadReader {
  readonly #index: SearchIndex;
  readonly #looks: readonly Look[];
  readonly #reading: Promise<readonly Entry[]>[] = [];
  #begun = 0;

  constructor(looks: readonly Look[], index: SearchIndex) {
    this.#looks = looks;
    this.#index = index;
  }

  async next(): Promise<readonly Entry[]> {
    while (this.#reading.length <= AHEAD && this.#begun < this.#looks.length) {
      const some = this.#looks[this.#begun]?.some ?? [];
      this.#reading.push(gather(this.#index.source.read(Math.min(...some), Math.max(...some) + 1)));
      this.#begun += 1;
    }
    return (await this.#reading.shift()) ?? [];
  }
}

/** Of these positions of one block, those whose records fit as they are shown. */
async function checked(
  positions: readonly number[],
  entries: readonly Entry[],
  clauses: readonly Clause[],
  { index, shownRecord }: FindRooms,
): Promise<ReadonlySet<number>> {
  const wanted = new Set(positions);
  const fitting = new Set<number>();
  for (const { index: at, entry } of entries) {
    if (!wanted.has(at)) continue;
    const raw = utf8.decode(entry);
    // One in parts is looked at whole.
    if (!mayFitAll(clauses, raw.toLowerCase()) && !raw.startsWith('{"kind":"joined"')) continue;
    const record = await jsonOf(at, entry, index.source);
    if (record !== null && fitsAll(clauses, shownRecord(record) as Json)) fitting.add(at);
  }
  return fitting;
}

function isImpossible(clause: Clause): boolean {
  if (clause.not || clause.kind === 'check' || clause.kind === 'times') return false;
  return clause.kind === 'words' ? clause.words.length === 0 : clause.positions.length === 0;
}

/** Every one of them: whatever is left out, an agent could hide behind by making as many. */
async function* namesOf(field: string, index: SearchIndex): AsyncGenerator<readonly string[]> {
  for (let after = ''; ; ) {
    const some = index.guarded((store) => store.names(field, after, NAMES));
    yield some;
    if (some.length < NAMES) return;
    after = some.at(-1) ?? after;
    await nextTurn();
  }
}

/** @throws Error where the index does not last as long as the question. */
export async function find(asked: FindQuery, rooms: FindRooms): Promise<Found> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { made } = rooms.index;
    const found = await look(asked, rooms);
    // Made anew in between, it has less than what was begun with: the rest of it would be missing and nothing would say so.
    if (made === rooms.index.made) return found;
  }
  throw new Error('the index of what happened was made anew while it was asked; ask again');
}

async function look(asked: FindQuery, rooms: FindRooms): Promise<Found> {
  const { index } = rooms;
  // Where it cannot be written (a full disk), what it has is found, and what it has not is said to be missing.
  await index.catchUp(MOST_BEHIND).catch(() => undefined);
  const clauses = await clausesOf(asked.query, {
    ...rooms,
    now: rooms.now(),
    ofCall: (call) => index.source.ofCall(call),
    values: (field) => namesOf(field, index),
  });
  const { indexed } = index.status;
  const end = Math.ceil(indexed / BLOCK_RECORDS);
  const isNewest = asked.order === 'newest';
  const checks = clauses.some(({ kind }) => kind === 'check');
  // Where the index ends nothing was looked at: what comes later may fit, also what no record fits yet.
  const nothingFurther = { next: isNewest ? null : Math.max(asked.at, indexed), searchedTo: null };
  // What no record can fit needs no look.
  if (clauses.some(isImpossible)) return { positions: [], ...nothingFurther };
  const positions: number[] = [];
  let at = isNewest ? Math.min(end, Math.ceil(asked.at / BLOCK_RECORDS)) : Math.floor(asked.at / BLOCK_RECORDS);
  let read = 0;
  const luck: Luck = new Map();
  for (let count = 0; isNewest ? at > 0 : at < end; count += 1) {
    const window = windowFrom(at, end, asked.order, count);
    if (count >= MOST_WINDOWS) return stopped(positions, at, asked, index);
    const { blocks, masks } = await candidates(clauses, window, index, luck);
    const looks = (isNewest ? blocks.toReversed() : blocks).flatMap(({ block }): readonly Look[] => {
      const mask = masks.get(block);
      const some = mask === undefined ? [] : positionsOf(block, mask, asked, indexed);
      return some.length === 0 ? [] : [{ block, some }];
    });
    const reader = new AheadReader(checks ? looks.slice(0, MOST_READ - read) : [], index);
    for (const { block, some } of looks) {
      if (checks && read >= MOST_READ) return stopped(positions, isNewest ? block + 1 : block, asked, index);
      read += 1;
      const fitting = checks ? await checked(some, await reader.next(), clauses, rooms) : null;
      for (const position of some) {
        if (fitting?.has(position) === false) continue;
        positions.push(position);
        if (positions.length < asked.limit) continue;
        const next = isNewest ? position : position + 1;
        return { positions, next: next > 0 ? next : null, searchedTo: null };
      }
      if (checks) await nextTurn();
    }
    at = isNewest ? window.from : window.before;
    await nextTurn();
  }
  return { positions, ...nothingFurther };
}

/** @param at the block that would have been next: below it (newest) or from it on (oldest) nothing was looked at. */
function stopped(positions: readonly number[], at: number, { order }: FindQuery, index: SearchIndex): Found {
  const last = order === 'newest' ? at - 1 : at;
  const [span] = index.guarded((store) => store.blocks(last, last + 1));
  const searchedTo = order === 'newest' ? (span?.most ?? 0) : (span?.least ?? 0);
  return { positions, next: at * BLOCK_RECORDS, searchedTo };
}
