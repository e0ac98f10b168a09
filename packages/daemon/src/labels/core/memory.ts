// What one task has read and been told, as fingerprints. INVARIANT: bounded; when something must go it is the oldest of what
// came from outside, then the user's own words, and private content last. That it was seen is never forgotten, nor that some of
// it is remembered no more: from then on nobody can say that a call holds none of it.
import type { CallId, Label } from '@castellan/contract';
import { BlockIndex } from './block-index.ts';
import { bytesOf, type Fingerprint, fingerprint, type Key } from './fingerprint.ts';
import { normal } from './normal.ts';
import { tokensOf } from './tokens.ts';
import { spoken, textHash } from './words.ts';

export interface Remembered {
  readonly label: Label;
  readonly source: string;
  readonly call?: CallId;
  readonly print: Fingerprint;
  readonly tokens: readonly number[];
}

/** Bytes for one task. */
export const TASK_BYTES = 4 * 1024 * 1024;
const MOST_TEXTS = 4000;
/** Characters remembered of one text, and identifying words. */
const TEXT_CHARACTERS = 400_000;
const TEXT_TOKENS = 5000;
const MOST_SPOKEN = 50_000;
/** In which order texts go. */
const WORTH: Readonly<Record<Label, number>> = { untrusted: 0, user: 1, private: 2 };

export class Memory {
  readonly #key: Key;
  readonly #most: number;
  #texts: Remembered[] = [];
  #index = new BlockIndex();
  #tokens = new Map<number, number[]>();
  #textBytes = 0;
  /** Texts by what their fingerprints begin and end with: the same one again is not kept twice. */
  #alike = new Map<string, number>();
  /** When each text came last. */
  #last: number[] = [];
  #now = 0;
  readonly #spoken = new Set<number>();
  readonly #seen = new Set<Label>();
  #lost: boolean;

  constructor(key: Key, seen: readonly Label[] = [], most = TASK_BYTES) {
    this.#key = key;
    this.#most = most;
    for (const label of seen) this.#seen.add(label);
    // It was read before this run of the daemon.
    this.#lost = seen.includes('private');
  }

  get bytes(): number {
    return this.#textBytes + this.#index.bytes + 32 * (this.#tokens.size + this.#spoken.size);
  }
  get seen(): readonly Label[] {
    return [...this.#seen];
  }
  /** Private content was read that is not remembered, in part or at all. */
  get lost(): boolean {
    return this.#lost;
  }
  get index(): BlockIndex {
    return this.#index;
  }
  get isEmpty(): boolean {
    return this.#texts.length === 0;
  }
  text(number: number): Remembered | undefined {
    return this.#texts[number];
  }
  withToken(hash: number): readonly number[] {
    return this.#tokens.get(hash) ?? [];
  }
  get hasHeard(): boolean {
    return this.#spoken.size > 0;
  }
  isSpoken(hash: number): boolean {
    return this.#spoken.has(hash);
  }

  /** Content with this label came that could not be remembered. */
  lose(label: Label): void {
    if (label === 'private') this.#lost = true;
  }

  see(label: Label): void {
    this.#seen.add(label);
  }

  /** The user's own words. */
  hear(prompt: string): void {
    this.remember(prompt, { label: 'user', source: 'prompt' });
    for (const hash of spoken(prompt, this.#key)) {
      if (this.#spoken.size >= MOST_SPOKEN) break;
      this.#spoken.add(hash);
    }
  }

  remember(text: string, from: Pick<Remembered, 'label' | 'source' | 'call'>): void {
    this.#seen.add(from.label);
    const codes = normal(text, TEXT_CHARACTERS + 1);
    const print = fingerprint(codes.subarray(0, TEXT_CHARACTERS), this.#key);
    const tokens = [...new Set(tokensOf(text.slice(0, 4 * TEXT_CHARACTERS)))];
    if (codes.length > TEXT_CHARACTERS || tokens.length > TEXT_TOKENS) this.lose(from.label);
    const kept = tokens.slice(0, TEXT_TOKENS).map((token) => textHash(token, this.#key));
    const remembered = { ...from, print, tokens: kept };
    if (this.#again(remembered)) return;
    this.#now += 1;
    this.#add(remembered, this.#now);
    if (this.bytes > this.#most || this.#texts.length > MOST_TEXTS) this.#shrink();
  }

  /** Forgets texts, never that they were seen. */
  forget(): void {
    for (const { label } of this.#texts) this.lose(label);
    this.#rebuild([]);
  }

  /** What is there already, in every bit that is ever compared, would be found where it is found now, and nowhere else. */
  #again(given: Remembered): boolean {
    const number = this.#alike.get(nameOf(given));
    const known = number === undefined ? undefined : this.#texts[number];
    if (number === undefined || known === undefined || !isSame(known, given)) return false;
    this.#now += 1;
    this.#last[number] = this.#now;
    return true;
  }

  #add(remembered: Remembered, last: number): void {
    const number = this.#texts.push(remembered) - 1;
    this.#last.push(last);
    this.#alike.set(nameOf(remembered), number);
    this.#textBytes += bytesOf(remembered.print) + 300;
    this.#index.add(number, remembered.print);
    for (const token of remembered.tokens) {
      const texts = this.#tokens.get(token);
      if (texts === undefined) this.#tokens.set(token, [number]);
      else if (texts.length < 6) texts.push(number);
    }
  }

  /** To three quarters, so that not every text costs a rebuild. */
  #shrink(): void {
    const oldestFirst = this.#texts
      .map((text, number) => ({ text, last: this.#last[number] ?? 0 }))
      .sort((a, b) => WORTH[a.text.label] - WORTH[b.text.label] || a.last - b.last)
      .map(({ text }) => text);
    const drop = new Set<Remembered>();
    let bytes = this.bytes;
    let count = this.#texts.length;
    for (const text of oldestFirst) {
      if (bytes <= this.#most * 0.75 && count <= MOST_TEXTS * 0.75) break;
      drop.add(text);
      this.lose(text.label);
      // Its share of the table: two slots of ten bytes a block.
      bytes -= bytesOf(text.print) + 200 + 20 * text.print.blocks.length + 32 * text.tokens.length;
      count -= 1;
    }
    this.#rebuild(this.#texts.filter((text) => !drop.has(text)));
  }

  #rebuild(texts: readonly Remembered[]): void {
    const last = new Map(this.#texts.map((text, number) => [text, this.#last[number] ?? 0]));
    this.#last = [];
    this.#alike = new Map();
    this.#texts = [];
    this.#index = new BlockIndex();
    this.#tokens = new Map();
    this.#textBytes = 0;
    for (const text of texts) this.#add(text, last.get(text) ?? 0);
  }
}

const nameOf = ({ label, source, print: { length, blocks } }: Remembered): string =>
  `${label} ${length} ${blocks[0] ?? 0} ${blocks.at(-1) ?? 0} ${source}`;

const isSame = (a: Remembered, b: Remembered): boolean =>
  a.label === b.label &&
  a.source === b.source &&
  a.print.length === b.print.length &&
  areSame(a.print.blocks, b.print.blocks) &&
  areSame(a.print.grams, b.print.grams) &&
  areSame(a.tokens, b.tokens);

function areSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
