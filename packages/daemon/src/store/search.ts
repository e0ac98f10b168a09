// The index that queries of what happened look into: beside the ledger, in a file of its own that may be deleted at any time
// and is made again from the ledger. Blocks are 256 records, as the ledger's bundles are: of each exact word a mask of the
// records that have it, and of all trigrams of their texts a signature of bits.
import { rmSync } from 'node:fs';
import { type Database, openDatabase } from './node-sqlite.ts';

/** Records in a block. */
export const BLOCK_RECORDS = 256;
export const MASK_BYTES = BLOCK_RECORDS / 8;
/** A signature lies in slices, so that a question reads only those that its trigrams fall into. */
export const SLICES = 16;
export const SLICE_BYTES = 1024;

const VERSION = '2';
/** Words of one statement. */
const AT_ONCE = 500;
/** Words are 48 bits of a hash, so parts of their numbers are of the same size. */
export const WORD_PARTS = 64;
const PART_WORDS = 2 ** 48 / WORD_PARTS;
/** Slices of all blocks stand side by side: a question reads one slice of many blocks. */
const SLICE_STEP = 2 ** 32;

export interface SearchBlock {
  readonly block: number;
  /** Times of its first and last records, which need not be in order. */
  readonly least: number;
  readonly most: number;
  /** The positions that hold a record: a long one is kept in parts, and has one position. */
  readonly present: Uint8Array;
  /** Of each position: milliseconds since 1970. */
  readonly times: Float64Array;
  /** Those that changed since it was last written, whole. */
  readonly words: ReadonlyMap<number, Uint8Array>;
  /** All slices, one behind the other. */
  readonly grams: Uint8Array;
}

export interface WordAt {
  readonly word: number;
  readonly block: number;
  readonly mask: Uint8Array;
}

export interface SearchChange {
  readonly blocks: readonly SearchBlock[];
  /** What became known of records of earlier blocks: joined with what stands there. */
  readonly late: readonly WordAt[];
  readonly names: readonly { readonly field: string; readonly value: string }[];
  /** Every record before this position is in the index. */
  readonly upTo: number;
}

export type BlockSpan = Pick<SearchBlock, 'block' | 'least' | 'most' | 'present'>;

export interface SearchStore {
  readonly upTo: number;
  /** Blocks before this one are to be forgotten, and may not be yet; 0: there are none. */
  readonly owed: number;
  /** One transaction. @param owed see there; it stands until `forgot`. @throws Error when the file cannot be written. */
  save(change: SearchChange, owed: number): void;
  /** All that was owed is forgotten. */
  forgot(): void;
  /** Takes away what it holds of blocks before this one, but for words. */
  forget(before: number): void;
  /** The same of words: `[part]` of `WORD_PARTS`, for all at once would keep everybody waiting. */
  forgetWords(before: number, part: number): void;
  /** Whether any block has it. */
  hasWord(word: number): boolean;
  forgetName(field: string, value: string): void;
  /** Blocks `[from, before)`, ascending. */
  blocks(from: number, before: number): readonly BlockSpan[];
  times(block: number): Float64Array | null;
  /** Where these words stand in blocks `[from, before)`. */
  words(words: readonly number[], from: number, before: number): readonly WordAt[];
  /** The same slice of many blocks `[from, before)`. */
  slices(slice: number, from: number, before: number): ReadonlyMap<number, Uint8Array>;
  /** Values a field has, ascending: the first `limit` of those behind `after`. */
  names(field: string, after: string, limit: number): readonly string[];
  close(): void;
}

const bytesOf = (value: unknown): Uint8Array => (value instanceof Uint8Array ? value : new Uint8Array());
/** Aligned, whatever the bytes are a view of. */
const timesOf = (bytes: Uint8Array): Float64Array => new Float64Array(Uint8Array.from(bytes).buffer);
const rawOf = (times: Float64Array): Uint8Array => new Uint8Array(times.buffer, times.byteOffset, times.byteLength);

const TABLES = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS blocks (block INTEGER PRIMARY KEY, least REAL NOT NULL, most REAL NOT NULL, present BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS times (block INTEGER PRIMARY KEY, data BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS words (word INTEGER NOT NULL, block INTEGER NOT NULL, mask BLOB NOT NULL, PRIMARY KEY (word, block)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS names (field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (field, value)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS grams (place INTEGER PRIMARY KEY, bits BLOB NOT NULL);
`;

/** An index of another version or ledger is no fault: it is begun anew. @throws Error when the file is damaged. */
function begun(path: string, ledger: string, row: (text: string) => string): Database {
  const open = (): Database => {
    const database = openDatabase(path, row);
    try {
      // 4 MiB of pages: four times as many make no question quicker (bench/query.ts), and lie about between everybody's small blocks for good.
      database.exec(`PRAGMA cache_size = -4000; PRAGMA wal_autocheckpoint = 8000; ${TABLES}`);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  };
  const database = open();
  const found = database.prepare("SELECT value FROM meta WHERE key = 'version'").get()?.value;
  const version = `${VERSION} ${ledger}`;
  if (found === version) return database;
  if (found !== undefined) {
    database.close();
    removeSearch(path);
    return begun(path, ledger, row);
  }
  database.prepare("INSERT INTO meta (key, value) VALUES ('version', ?), ('upTo', '0')").run(version);
  return database;
}

/** Takes the index away, with what SQLite keeps beside it. */
export function removeSearch(path: string): void {
  for (const end of ['', '-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
}

/**
 * @param ledger whose index it is: one of another ledger finds what never happened.
 * @param row what may be kept of a text. @throws Error when the file is damaged: take it away and open again.
 */
export function openSearch(path: string, ledger: string, row: (text: string) => string): SearchStore {
  const database = begun(path, ledger, row);
  const upTo = database.prepare("SELECT value FROM meta WHERE key = 'upTo'");
  const putBlock = database.prepare('INSERT OR REPLACE INTO blocks (block, least, most, present) VALUES (?, ?, ?, ?)');
  const putTimes = database.prepare('INSERT OR REPLACE INTO times (block, data) VALUES (?, ?)');
  const putWord = database.prepare('INSERT OR REPLACE INTO words (word, block, mask) VALUES (?, ?, ?)');
  const getWord = database.prepare('SELECT mask FROM words WHERE word = ? AND block = ?');
  const putName = database.prepare('INSERT OR IGNORE INTO names (field, value) VALUES (?, ?)');
  const putGrams = database.prepare('INSERT OR REPLACE INTO grams (place, bits) VALUES (?, ?)');
  const putUpTo = database.prepare("UPDATE meta SET value = ? WHERE key = 'upTo'");
  const owed = database.prepare("SELECT value FROM meta WHERE key = 'owed'");
  const putOwed = database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('owed', ?)");
  const forgot = database.prepare("DELETE FROM meta WHERE key = 'owed'");
  const spans = database.prepare(
    'SELECT block, least, most, present FROM blocks WHERE block >= ? AND block < ? ORDER BY block',
  );
  const forgetBlocks = database.prepare('DELETE FROM blocks WHERE block < ?');
  const forgetTimes = database.prepare('DELETE FROM times WHERE block < ?');
  const forgetGrams = database.prepare('DELETE FROM grams WHERE place >= ? AND place < ?');
  const forgetWords = database.prepare('DELETE FROM words WHERE word >= ? AND word < ? AND block < ?');
  const hasWord = database.prepare('SELECT 1 FROM words WHERE word = ? LIMIT 1');
  const forgetName = database.prepare('DELETE FROM names WHERE field = ? AND value = ?');
  const oneTimes = database.prepare('SELECT data FROM times WHERE block = ?');
  const sliceSpan = database.prepare('SELECT place, bits FROM grams WHERE place >= ? AND place < ?');
  const values = database.prepare('SELECT value FROM names WHERE field = ? AND value > ? ORDER BY value LIMIT ?');

  const join = ({ word, block, mask }: WordAt): void => {
    const known = bytesOf(getWord.get(word, block)?.mask);
    putWord.run(
      word,
      block,
      mask.map((byte, at) => byte | (known[at] ?? 0)),
    );
  };
  const put = (each: SearchBlock): void => {
    putBlock.run(each.block, each.least, each.most, each.present);
    putTimes.run(each.block, rawOf(each.times));
    for (const [word, mask] of each.words) putWord.run(word, each.block, mask);
    for (let slice = 0; slice < SLICES; slice += 1)
      putGrams.run(
        slice * SLICE_STEP + each.block,
        each.grams.subarray(slice * SLICE_BYTES, (slice + 1) * SLICE_BYTES),
      );
  };
  const wordAt = (found: Readonly<Record<string, unknown>>): WordAt => ({
    word: Number(found.word),
    block: Number(found.block),
    mask: bytesOf(found.mask),
  });
  return {
    get upTo() {
      return Number(upTo.get()?.value ?? 0);
    },
    get owed() {
      return Number(owed.get()?.value ?? 0);
    },
    forgot: () => void forgot.run(),
    save({ blocks, late, names, upTo: end }, before) {
      database.exec('BEGIN');
      try {
        for (const each of blocks) put(each);
        for (const each of late) join(each);
        for (const { field, value } of names) putName.run(field, value);
        putUpTo.run(String(end));
        if (before > 0) putOwed.run(String(before));
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    forget(before) {
      forgetBlocks.run(before);
      forgetTimes.run(before);
      for (let slice = 0; slice < SLICES; slice += 1) forgetGrams.run(slice * SLICE_STEP, slice * SLICE_STEP + before);
    },
    forgetWords: (before, part) => void forgetWords.run(part * PART_WORDS, (part + 1) * PART_WORDS, before),
    hasWord: (word) => hasWord.get(word) !== undefined,
    forgetName: (field, value) => void forgetName.run(field, value),
    blocks: (from, before) =>
      spans.all(from, before).map((found) => ({
        block: Number(found.block),
        least: Number(found.least),
        most: Number(found.most),
        present: bytesOf(found.present),
      })),
    times(block) {
      const found = oneTimes.get(block)?.data;
      return found === undefined ? null : timesOf(bytesOf(found));
    },
    words(words, from, before) {
      const found: WordAt[] = [];
      for (let at = 0; at < words.length; at += AT_ONCE) {
        const some = words.slice(at, at + AT_ONCE);
        const select = database.prepare(
          `SELECT word, block, mask FROM words WHERE word IN (${some.map(() => '?').join(', ')}) AND block >= ? AND block < ?`,
        );
        found.push(...select.all(...some, from, before).map(wordAt));
      }
      return found;
    },
    slices: (slice, from, before) =>
      new Map(
        sliceSpan
          .all(slice * SLICE_STEP + from, slice * SLICE_STEP + before)
          .map(({ place, bits }) => [Number(place) - slice * SLICE_STEP, bytesOf(bits)]),
      ),
    names: (field, after, limit) => values.all(field, after, limit).map(({ value }) => String(value)),
    close: () => database.close(),
  };
}
