// The store: the only SQL. Fast answers to questions; what happened is in the ledger.
import { Kysely } from 'kysely';
import { type Answers, answersOver } from './answers.ts';
import { type CallIndex, callsOver } from './calls.ts';
import { dialectFor, openDatabase } from './node-sqlite.ts';
import { migrate } from './schema.ts';
import { type RunRows, runsOver } from './script-runs.ts';
import type { RecordRow, Tables } from './tables.ts';
import { type Tally, tallyOver } from './tally.ts';
import { type UndoRows, undoRowsOver } from './undo-rows.ts';

export interface Store extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  /** Adds many record rows in one transaction. Synchronous: one short step however many there are. */
  indexRecords(rows: readonly RecordRow[], upTo: number): void;
  /** The call that `session:externalId` names, or null. Synchronous: it stands on the path of every decision. */
  callOfExternal(external: string): string | null;
  /** What limits count from after a start. Synchronous, and asked once a session, task or quota. */
  readonly tally: Tally;
  /** How people answered before. */
  readonly answers: Answers;
  /** Which calls there were. */
  readonly calls: CallIndex;
  /** Runs of scripts, and what was used of a day. */
  readonly runs: RunRows;
  /** Where what is kept of calls lies. */
  readonly undo: UndoRows;
  meta(key: string): Promise<string | null>;
  setMeta(key: string, value: string): Promise<void>;
}

const valuesOf = (row: RecordRow): readonly (string | number | null)[] => [
  row.position,
  row.kind,
  row.agent,
  row.call,
  row.external,
  row.session,
  row.task,
  row.what,
  row.at,
  row.outcome,
  row.labels,
  row.tokens,
];

/** `row`: what may be kept of a text. */
export async function openStore(path: string, row: (text: string) => string): Promise<Store> {
  const database = openDatabase(path, row);
  const db = new Kysely<Tables>({ dialect: dialectFor(database) });
  // All of it or nothing: a step that fails leaves the form that the program before this one knows.
  database.exec('BEGIN IMMEDIATE');
  try {
    await migrate(db);
    database.exec('COMMIT');
  } catch (error) {
    // Closing takes back what was begun. SQLite may have done so by itself, as on a full disk, and would call a second time a fault.
    database.close();
    throw error;
  }
  const insert = database.prepare(
    `INSERT OR REPLACE INTO records (position, kind, agent, "call", external, session, task, what, at, outcome, labels, tokens)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byExternal = database.prepare('SELECT "call" FROM records WHERE external = ? ORDER BY position DESC LIMIT 1');
  const mark = database.prepare(
    "INSERT INTO meta (key, value) VALUES ('indexed', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
  );
  return {
    db,
    tally: tallyOver(database),
    answers: answersOver(database),
    calls: callsOver(database),
    runs: runsOver(database),
    undo: undoRowsOver(database),
    indexRecords(rows, upTo) {
      database.exec('BEGIN');
      try {
        for (const row of rows) insert.run(...valuesOf(row));
        mark.run(String(upTo));
        database.exec('COMMIT');
      } catch (error) {
        database.exec('ROLLBACK');
        throw error;
      }
    },
    callOfExternal(external) {
      const found = byExternal.get(external)?.call;
      return typeof found === 'string' ? found : null;
    },
    async meta(key) {
      const row = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
      return row?.value ?? null;
    },
    async setMeta(key, value) {
      await db
        .insertInto('meta')
        .values({ key, value })
        .onConflict((on) => on.column('key').doUpdateSet({ value }))
        .execute();
    },
    async [Symbol.asyncDispose]() {
      await db.destroy();
    },
  };
}
