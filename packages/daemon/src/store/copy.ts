// The database as a file of its own: for a copy of the state, and what is asked of a database before it is believed. No query
// builder: the form may be another program's.
import { existsSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';

const tablesOf = (database: DatabaseSync): ReadonlySet<string> =>
  new Set(
    database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => String(name)),
  );

function metaOf(database: DatabaseSync, key: string): string | null {
  if (!tablesOf(database).has('meta')) return null;
  const value = database.prepare('SELECT value FROM meta WHERE key = ?').get(key)?.value;
  return typeof value === 'string' ? value : null;
}

/** More pages than any database has: in one step, for of many each would begin anew with what the daemon writes in between. */
const ALL_PAGES = 2_000_000_000;
/** What of it is only true of one place and one moment: who is signed in, who was invited, which vault was written last. */
const NOT_COPIED = ['sign_ins', 'invites'] as const;

/**
 * Writes the database at `path` into a new file, as it is at one moment, while others go on writing to it.
 * @returns the number of its form.
 */
export async function snapshotForCopy(path: string, to: string): Promise<{ readonly format: number }> {
  const source = new DatabaseSync(path);
  try {
    await backup(source, to, { rate: ALL_PAGES });
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to);
  try {
    copy.exec('PRAGMA journal_mode = DELETE');
    const tables = tablesOf(copy);
    for (const table of NOT_COPIED) if (tables.has(table)) copy.exec(`DELETE FROM ${table}`);
    if (tables.has('meta')) copy.exec("DELETE FROM meta WHERE key = 'vault-last'");
    return { format: Number(metaOf(copy, 'schema') ?? '0') };
  } finally {
    copy.close();
  }
}

export interface DatabaseLook {
  /** The number of its form, and the Castellan that wrote it last; null: it does not say. */
  readonly format: number | null;
  readonly program: string | null;
  /** What the daemon remembers of its ledger and its clock. */
  readonly checkpoint: string | null;
  readonly latest: string | null;
  /** A panic stands: this is kept beside its file, which may be missing. */
  readonly panic: boolean;
  readonly people: readonly string[];
}

/** What a database says of itself; null: there is none, or nothing in it. @throws SQLite's own error where it is damaged */
export function lookAtDatabase(path: string): DatabaseLook | null {
  if (!existsSync(path)) return null;
  const database = new DatabaseSync(path);
  try {
    const tables = tablesOf(database);
    if (!tables.has('meta')) return null;
    const format = metaOf(database, 'schema');
    return {
      format: format === null ? null : Number(format),
      program: metaOf(database, 'program'),
      checkpoint: metaOf(database, 'checkpoint'),
      latest: metaOf(database, 'latest'),
      panic: metaOf(database, 'panic') === 'declared',
      people: tables.has('users') ? namesOf(database) : [],
    };
  } finally {
    database.close();
  }
}

function namesOf(database: DatabaseSync): readonly string[] {
  return database
    .prepare("SELECT json_extract(data, '$.name') AS name FROM users ORDER BY name")
    .all()
    .flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
}

/** Whether every page of it holds what it should. */
export function isSoundDatabase(path: string): boolean {
  try {
    const database = new DatabaseSync(path);
    try {
      return database.prepare('PRAGMA integrity_check').get()?.integrity_check === 'ok';
    } finally {
      database.close();
    }
  } catch {
    return false;
  }
}
