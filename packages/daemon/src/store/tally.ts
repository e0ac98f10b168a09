// Counting over the record index, so that a restart is no reset: where a turn began, how much was used since, what labels a
// task has seen. Rows of refused calls are counted like the calls were: budgets count what was decided, quotas what ran.
import type { Database } from './node-sqlite.ts';

export interface Beginning {
  /** The change of the session record it began with; null: none stands in the index. */
  readonly what: string | null;
  readonly position: number;
  readonly at: number;
}

export interface Tally {
  /** Where the present turn of a session began. */
  turn(session: string): Beginning;
  /** Where the present stretch of a task began: at its first record, or where a person last let it go on. */
  task(task: string): Beginning;
  /** Attempts and tokens after a position. */
  used(by: 'session' | 'task', id: string, after: number): { readonly calls: number; readonly tokens: number };
  /** Model requests and the tokens that answers told of. */
  asked(by: 'agent' | 'task', id: string): { readonly requests: number; readonly tokens: number };
  /** What last held or freed a session: a session record's change. */
  held(session: string): string | null;
  /** The times of the latest calls that were not refused outright, newest first; `globs`: SQLite patterns in lower case. */
  times(by: 'agent' | 'task', id: string, globs: readonly string[], limit: number): readonly number[];
  /** Labels of what a task's calls brought. */
  labels(task: string): readonly string[];
}

const NOWHERE: Beginning = { what: null, position: -1, at: 0 };

export function tallyOver(database: Database): Tally {
  const begun = (where: string) => (id: string) => {
    const row = database
      .prepare(`SELECT what, position, at FROM records WHERE kind = 'session' AND ${where} LIMIT 1`)
      .get(id);
    return row === undefined ? NOWHERE : { what: String(row.what), position: Number(row.position), at: Number(row.at) };
  };
  const lastTurn = begun(`session = ? AND what IN ('started', 'prompted', 'resumed') ORDER BY position DESC`);
  const lastResume = begun(`task = ? AND what = 'resumed' ORDER BY position DESC`);
  const firstOfTask = begun('task = ? ORDER BY position');
  return {
    turn: lastTurn,
    task(task) {
      const resumed = lastResume(task);
      return resumed.what === null ? firstOfTask(task) : resumed;
    },
    used(by, id, after) {
      const calls = database
        .prepare(`SELECT count(*) AS n FROM records WHERE ${by} = ? AND kind = 'attempt' AND position > ?`)
        .get(id, after);
      const tokens = database
        .prepare(
          `SELECT sum(tokens) AS n FROM records WHERE kind = 'outcome' AND tokens IS NOT NULL AND position > ? AND "call" IN
           (SELECT "call" FROM records WHERE ${by} = ? AND kind = 'attempt')`,
        )
        .get(after, id);
      const asked = database
        .prepare(`SELECT sum(tokens) AS n FROM records WHERE kind = 'model' AND ${by} = ? AND position > ?`)
        .get(id, after);
      return { calls: Number(calls?.n ?? 0), tokens: Number(tokens?.n ?? 0) + Number(asked?.n ?? 0) };
    },
    asked(by, id) {
      const row = database
        .prepare(`SELECT count(*) AS n, sum(tokens) AS tokens FROM records WHERE kind = 'model' AND ${by} = ?`)
        .get(id);
      return { requests: Number(row?.n ?? 0), tokens: Number(row?.tokens ?? 0) };
    },
    held(session) {
      const row = database
        .prepare(
          `SELECT what FROM records WHERE session = ? AND kind = 'session'
           AND what IN ('paused', 'stopped', 'resumed', 'prompted') ORDER BY position DESC LIMIT 1`,
        )
        .get(session);
      return row === undefined ? null : String(row.what);
    },
    times(by, id, globs, limit) {
      const like = globs.length === 0 ? '' : `AND (${globs.map(() => 'lower(what) GLOB ?').join(' OR ')})`;
      return database
        .prepare(
          `SELECT at FROM records WHERE ${by} = ? AND kind = 'attempt' AND outcome <> 'deny' ${like}
           ORDER BY position DESC LIMIT ?`,
        )
        .all(id, ...globs, limit)
        .map(({ at }) => Number(at));
    },
    labels(task) {
      const rows = database
        .prepare('SELECT DISTINCT labels FROM records WHERE task = ? AND labels IS NOT NULL')
        .all(task);
      return [...new Set(rows.flatMap(({ labels }) => String(labels).split(' ')))];
    },
  };
}
