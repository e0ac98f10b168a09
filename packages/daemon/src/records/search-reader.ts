// Reads the ledger for the index: whole bundles, and while many are missing the next ones before the last ones are taken in.
import { BLOCK_RECORDS } from '../store/index.ts';

export interface Entry {
  readonly index: number;
  readonly entry: Uint8Array;
}

export type Entries = (from: number, to: number) => AsyncIterable<Entry>;

/** Bundles that are read ahead. */
const AHEAD = 3;

interface Span {
  readonly from: number;
  readonly to: number;
  readonly entries: Promise<readonly Entry[]>;
}

export class SearchReader {
  readonly #read: Entries;
  #ahead: readonly Span[] = [];

  constructor(read: Entries) {
    this.#read = read;
  }

  /** The next entries from here: at most to the end of their bundle. @param end more is not asked for. */
  async next(from: number, end: number): Promise<{ readonly to: number; readonly entries: readonly Entry[] }> {
    const spans = this.#ahead[0]?.from === from ? [...this.#ahead] : [];
    for (let at = spans.at(-1)?.to ?? from; spans.length <= AHEAD && at < end; at = spans.at(-1)?.to ?? end)
      spans.push(this.#span(at, Math.min(end, at + BLOCK_RECORDS - (at % BLOCK_RECORDS))));
    const [first, ...more] = spans;
    this.#ahead = more;
    return first === undefined ? { to: from, entries: [] } : { to: first.to, entries: await first.entries };
  }

  #span(from: number, to: number): Span {
    return { from, to, entries: gather(this.#read(from, to)) };
  }
}

/** Begins at once. What fails is told to whoever comes to it, and to nobody where nobody does. */
export function gather(entries: AsyncIterable<Entry>): Promise<readonly Entry[]> {
  const all = collected(entries);
  all.catch(() => undefined);
  return all;
}

async function collected(entries: AsyncIterable<Entry>): Promise<readonly Entry[]> {
  const all: Entry[] = [];
  for await (const entry of entries) all.push(entry);
  return all;
}
