// Calls in the record index: which attempts there are, and where what became of them stands. Each question looks at a bounded
// stretch of rows, so that a million records cost no more than a thousand.
import type { Database } from './node-sqlite.ts';

export interface CallIndex {
  /** Positions of attempts at tools of a module, newest first, not before `from`. */
  attemptsOfModule(query: {
    readonly module: string;
    readonly from: number;
    readonly limit: number;
  }): readonly number[];
  /** Positions of approvals and outcomes of these calls, ascending. */
  answers(calls: readonly string[]): readonly number[];
  /** Positions of the attempts of these calls, ascending. */
  attemptsOf(calls: readonly string[]): readonly number[];
  /** Positions of all records of a call, ascending. */
  of(call: string): readonly number[];
  /** Positions of approvals since then, the newest `limit` of them, ascending. */
  approvalsSince(at: number, limit: number): readonly number[];
}

export function callsOver(database: Database): CallIndex {
  const positions = (sql: string, ...values: readonly unknown[]): readonly number[] =>
    database
      .prepare(sql)
      .all(...values)
      .map(({ position }) => Number(position));
  const ofCalls = (kinds: string, calls: readonly string[]): readonly number[] =>
    calls.length === 0
      ? []
      : positions(
          `SELECT position FROM records WHERE "call" IN (${calls.map(() => '?').join(', ')})
           AND kind IN (${kinds}) ORDER BY position`,
          ...calls,
        );
  return {
    // `0` follows `/`: everything that begins with the module's name and a stroke.
    attemptsOfModule: ({ module, from, limit }) =>
      positions(
        `SELECT position FROM records WHERE kind = 'attempt' AND position >= ? AND what >= ? AND what < ?
         ORDER BY position DESC LIMIT ?`,
        from,
        `${module}/`,
        `${module}0`,
        limit,
      ),
    answers: (calls) => ofCalls(`'approval', 'outcome'`, calls),
    attemptsOf: (calls) => ofCalls(`'attempt'`, calls),
    of: (call) => positions('SELECT position FROM records WHERE "call" = ? ORDER BY position', call),
    approvalsSince: (at, limit) =>
      [
        ...positions(
          `SELECT position FROM records WHERE kind = 'approval' AND at >= ? ORDER BY at DESC, position DESC LIMIT ?`,
          at,
          limit,
        ),
      ].sort((a, b) => a - b),
  };
}
