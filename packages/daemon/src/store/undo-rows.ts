// Where what is kept of each call lies. An index over the packs: what is lost here is read from them again.
import type { Database, Row } from './node-sqlite.ts';

export interface UndoRow {
  readonly call: string;
  readonly task: string;
  readonly agent: string;
  readonly at: number;
  /** The pack, and where what the call found begins in it. */
  readonly pack: number;
  readonly place: number;
  /** Where what it left is kept; null: it is not. */
  readonly left: { readonly pack: number; readonly place: number } | null;
}

export interface UndoRows {
  put(row: Omit<UndoRow, 'left'>): void;
  left(call: string, pack: number, place: number): void;
  get(call: string): UndoRow | null;
  /** Newest first. */
  list(query: { readonly task?: string | undefined; readonly limit: number }): readonly UndoRow[];
  /** The call never ran. */
  drop(call: string): void;
  /** The pack is gone, and with it what it held. */
  forget(pack: number): void;
}

const MAKE = `
  CREATE TABLE IF NOT EXISTS undo_calls (
    call TEXT PRIMARY KEY, task TEXT NOT NULL, agent TEXT NOT NULL, at INTEGER NOT NULL, pack INTEGER NOT NULL,
    place INTEGER NOT NULL, left_pack INTEGER, left_place INTEGER);
  CREATE INDEX IF NOT EXISTS undo_calls_at ON undo_calls (at);
  CREATE INDEX IF NOT EXISTS undo_calls_task ON undo_calls (task, at);
  CREATE INDEX IF NOT EXISTS undo_calls_pack ON undo_calls (pack);
`;

const numberOf = (value: Row[string] | undefined): number => Number(value ?? 0);

function rowOf(row: Row): UndoRow {
  const isKnown = row.left_pack !== null && row.left_pack !== undefined;
  return {
    call: String(row.call),
    task: String(row.task),
    agent: String(row.agent),
    at: numberOf(row.at),
    pack: numberOf(row.pack),
    place: numberOf(row.place),
    left: isKnown ? { pack: numberOf(row.left_pack), place: numberOf(row.left_place) } : null,
  };
}

export function undoRowsOver(database: Database): UndoRows {
  database.exec(MAKE);
  const put = database.prepare(
    `INSERT INTO undo_calls (call, task, agent, at, pack, place) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (call) DO UPDATE SET pack = excluded.pack, place = excluded.place`,
  );
  const left = database.prepare('UPDATE undo_calls SET left_pack = ?, left_place = ? WHERE call = ?');
  const drop = database.prepare('DELETE FROM undo_calls WHERE call = ?');
  const get = database.prepare('SELECT * FROM undo_calls WHERE call = ?');
  const all = database.prepare('SELECT * FROM undo_calls ORDER BY at DESC, rowid DESC LIMIT ?');
  const ofTask = database.prepare('SELECT * FROM undo_calls WHERE task = ? ORDER BY at DESC, rowid DESC LIMIT ?');
  const forget = database.prepare('DELETE FROM undo_calls WHERE pack = ?');
  const unleave = database.prepare('UPDATE undo_calls SET left_pack = NULL, left_place = NULL WHERE left_pack = ?');
  return {
    put({ call, task, agent, at, pack, place }) {
      put.run(call, task, agent, at, pack, place);
    },
    left(call, pack, place) {
      left.run(pack, place, call);
    },
    get(call) {
      const row = get.get(call);
      return row === undefined ? null : rowOf(row);
    },
    list({ task, limit }) {
      return (task === undefined ? all.all(limit) : ofTask.all(task, limit)).map(rowOf);
    },
    drop(call) {
      drop.run(call);
    },
    forget(pack) {
      forget.run(pack);
      unleave.run(pack);
    },
  };
}
