// Kysely over Node's own SQLite: the query builder stays, so that PostgreSQL can take its place.
import { chmodSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { SqliteDialect } from 'kysely';

const isInput = (value: unknown): value is SQLInputValue =>
  value === null || ['string', 'number', 'bigint'].includes(typeof value) || value instanceof Uint8Array;

function inputs(values: readonly unknown[]): SQLInputValue[] {
  return values.map((value) => {
    if (!isInput(value)) throw new TypeError(`cannot store a ${typeof value}`);
    return value;
  });
}

export function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  // First of all: SQLite gives the files beside this one its mode.
  chmodSync(path, 0o600);
  // NORMAL: survives the death of the process; the ledger, not this file, is what must survive a power cut.
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000',
  );
  return database;
}

export function dialectFor(database: DatabaseSync): SqliteDialect {
  return new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare(sql) {
        const statement = database.prepare(sql);
        return {
          reader: statement.columns().length > 0,
          all: (values) => statement.all(...inputs(values)),
          run: (values) => statement.run(...inputs(values)),
          iterate: (values) => statement.iterate(...inputs(values)),
        };
      },
    },
  });
}
