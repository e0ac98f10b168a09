// Kysely over Node's own SQLite: the query builder stays, so that PostgreSQL can take its place. INVARIANT: every text that
// goes into a statement, to be kept or to be looked for, is redacted first, so that no row can hold a secret.
import { chmodSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from 'node:sqlite';
import { SqliteDialect } from 'kysely';

const isInput = (value: unknown): value is SQLInputValue =>
  value === null || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array;

export type Row = Readonly<Record<string, SQLOutputValue>>;

export interface Statement {
  readonly reader: boolean;
  get(...values: readonly unknown[]): Row | undefined;
  all(...values: readonly unknown[]): Row[];
  run(...values: readonly unknown[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint };
  iterate(...values: readonly unknown[]): IterableIterator<Row>;
}

export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** `row`: what may be kept of a text. */
export function openDatabase(path: string, row: (text: string) => string): Database {
  const inputs = (values: readonly unknown[]): SQLInputValue[] =>
    values.map((value) => {
      if (typeof value === 'string') return row(value);
      if (!isInput(value)) throw new TypeError(`cannot store a ${typeof value}`);
      return value;
    });
  const database = new DatabaseSync(path);
  // First of all: SQLite gives the files beside this one its mode.
  chmodSync(path, 0o600);
  // NORMAL: survives the death of the process; the ledger, not this file, is what must survive a power cut.
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000',
  );
  return {
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        reader: statement.columns().length > 0,
        get: (...values) => statement.get(...inputs(values)),
        all: (...values) => statement.all(...inputs(values)),
        run: (...values) => statement.run(...inputs(values)),
        iterate: (...values) => statement.iterate(...inputs(values)),
      };
    },
  };
}

export function dialectFor(database: Database): SqliteDialect {
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const statement = database.prepare(sql);
        return {
          reader: statement.reader,
          all: (values) => statement.all(...values),
          run: (values) => statement.run(...values),
          iterate: (values) => statement.iterate(...values),
        };
      },
    },
  });
}
