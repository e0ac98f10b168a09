// How people answered before: counted for each agent and tool, and for each action, so that a card can say what became of
// the same thing last time. Counts only, and rows are as few as there are different actions; the oldest go first.
import type { Answered } from '@castellan/contract';
import type { Database } from './node-sqlite.ts';

export interface Answers {
  /** @param action digest of what would be done; null: any use of the tool. Synchronous: it stands on the way of a question. */
  before(agent: string, what: string, action: string | null): Answered;
  note(agent: string, what: string, action: string, answer: 'approved' | 'denied' | 'timed-out', at: number): void;
}

/** Different actions that are remembered. */
const MOST = 50_000;
/** Of the rows that count a tool as a whole. */
const WHOLE = '';

const COLUMN = { approved: 'approved', denied: 'denied', 'timed-out': 'timed_out' } as const;

export function answersOver(database: Database): Answers {
  const find = database.prepare(
    'SELECT approved, denied, timed_out, last_at FROM answers WHERE agent = ? AND what = ? AND action = ?',
  );
  const add = (column: (typeof COLUMN)[keyof typeof COLUMN]) =>
    database.prepare(
      `INSERT INTO answers (agent, what, action, ${column}, last_at) VALUES (?, ?, ?, 1, ?)
       ON CONFLICT (agent, what, action) DO UPDATE SET ${column} = ${column} + 1, last_at = excluded.last_at`,
    );
  const adders = { approved: add('approved'), denied: add('denied'), 'timed-out': add('timed_out') };
  const count = database.prepare('SELECT count(*) AS n FROM answers');
  const forget = database.prepare(
    `DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE action <> '${WHOLE}' ORDER BY last_at LIMIT ?)`,
  );
  let rows: number | null = null;
  return {
    before(agent, what, action) {
      const row = find.get(agent, what, action ?? WHOLE);
      return {
        approved: Number(row?.approved ?? 0),
        denied: Number(row?.denied ?? 0),
        timedOut: Number(row?.timed_out ?? 0),
        lastAt: row === undefined ? null : Number(row.last_at),
      };
    },
    note(agent, what, action, answer, at) {
      adders[answer].run(agent, what, WHOLE, at);
      adders[answer].run(agent, what, action, at);
      // At most one more row an answer: counted once a start, then kept.
      rows = (rows ?? Number(count.get()?.n ?? 0)) + 1;
      if (rows <= MOST) return;
      forget.run(MOST / 10);
      rows = null;
    },
  };
}
