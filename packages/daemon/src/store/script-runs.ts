// Runs of scripts, newest kept, and what scripts and agents used of a day. INVARIANT: what is used is counted in one
// synchronous step each, so that parallel runs cannot share the last of a quota.
import {
  type Digest,
  type QuotaUse,
  type RunSummary,
  runSummarySchema,
  type ScriptRun,
  scriptRunSchema,
} from '@castellan/contract';
import type { Database, Row } from './node-sqlite.ts';

export interface RunRows {
  /** Keeps a run as it is now. */
  put(run: ScriptRun): void;
  get(id: string): ScriptRun | null;
  /** Newest first. */
  list(query: RunRowQuery): readonly RunSummary[];
  /** Those that were under way when the daemon ended. */
  running(): readonly ScriptRun[];
  /** Used on a day, by `script:NAME` or `agent:ID`. */
  used(day: string, of: string): QuotaUse;
  /** Adds to it; what was kept back and not needed is taken off again. */
  use(day: string, of: string, change: Partial<QuotaUse>): void;
}

export interface RunRowQuery {
  readonly script?: string | undefined;
  readonly digest?: Digest | undefined;
  readonly schedule?: string | undefined;
  readonly kinds?: readonly ScriptRun['kind'][] | undefined;
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Runs that are kept, and bytes of them. Those of the longest ago go first, whoever made them. */
const MOST_RUNS = 2000;
const MOST_BYTES = 128 * 1024 * 1024;
/** Looked for only now and then: a few more do no harm. */
const PRUNE_EVERY = 50;
const DAYS_KEPT = 8;

const MAKE = `
  CREATE TABLE IF NOT EXISTS script_runs (
    id TEXT PRIMARY KEY, script TEXT NOT NULL, digest TEXT NOT NULL, kind TEXT NOT NULL, schedule TEXT NOT NULL,
    at INTEGER NOT NULL, running INTEGER NOT NULL, bytes INTEGER NOT NULL, summary BLOB NOT NULL, data BLOB NOT NULL);
  CREATE INDEX IF NOT EXISTS script_runs_at ON script_runs (at);
  CREATE INDEX IF NOT EXISTS script_runs_script ON script_runs (script, at);
  CREATE TABLE IF NOT EXISTS script_days (
    day TEXT NOT NULL, of TEXT NOT NULL, runs INTEGER NOT NULL, seconds REAL NOT NULL, calls INTEGER NOT NULL,
    bytes INTEGER NOT NULL, PRIMARY KEY (day, of));
`;

export function runsOver(database: Database): RunRows {
  database.exec(MAKE);
  const put = database.prepare(
    `INSERT INTO script_runs (id, script, digest, kind, schedule, at, running, bytes, summary, data)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET running = excluded.running,
       bytes = excluded.bytes, summary = excluded.summary, data = excluded.data`,
  );
  const prune = database.prepare(
    `DELETE FROM script_runs WHERE running = 0 AND id IN (
       SELECT id FROM (SELECT id, SUM(bytes) OVER newest AS sum, ROW_NUMBER() OVER newest AS n
         FROM script_runs WINDOW newest AS (ORDER BY at DESC, id DESC)) WHERE sum > ? OR n > ?)`,
  );
  const get = database.prepare('SELECT data FROM script_runs WHERE id = ?');
  const running = database.prepare('SELECT data FROM script_runs WHERE running = 1 ORDER BY at');
  const used = database.prepare('SELECT runs, seconds, calls, bytes FROM script_days WHERE day = ? AND of = ?');
  const use = database.prepare(
    `INSERT INTO script_days (day, of, runs, seconds, calls, bytes) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (day, of) DO UPDATE SET runs = runs + excluded.runs, seconds = seconds + excluded.seconds,
       calls = calls + excluded.calls, bytes = bytes + excluded.bytes`,
  );
  const forget = database.prepare(
    `DELETE FROM script_days WHERE day NOT IN (SELECT DISTINCT day FROM script_days ORDER BY day DESC LIMIT ${DAYS_KEPT})`,
  );
  let puts = 0;
  /** A row that cannot be read is none. */
  const runOf = (row: Row | undefined): ScriptRun | null => scriptRunSchema.safeParse(jsonOf(row?.data)).data ?? null;
  return {
    put(run) {
      const { result: _result, output: _output, calls: _calls, ...summary } = run;
      const { id, script, digest, kind, schedule, startedAt, outcome } = summary;
      // Bytes: texts are looked through for secrets, and this was, part by part, while everything else went on.
      const data = Buffer.from(JSON.stringify(run));
      put.run(
        ...[id, script ?? '', digest, kind, schedule ?? '', startedAt],
        ...[outcome === 'running' ? 1 : 0, data.length, Buffer.from(JSON.stringify(summary)), data],
      );
      puts += 1;
      if (puts % PRUNE_EVERY === 1) {
        prune.run(MOST_BYTES, MOST_RUNS);
        forget.run();
      }
    },
    get: (id) => runOf(get.get(id)),
    list({ script, digest, schedule, kinds, before, limit }) {
      const wheres: string[] = [];
      const values: (string | number)[] = [];
      const where = (sql: string, ...given: readonly (string | number)[]): void => {
        wheres.push(sql);
        values.push(...given);
      };
      if (script !== undefined) where('script = ?', script);
      if (digest !== undefined) where('digest = ?', digest);
      if (schedule !== undefined) where('schedule = ?', schedule);
      if (kinds !== undefined) where(`kind IN (${kinds.map(() => '?').join(', ')})`, ...kinds);
      if (before !== undefined) where('at < ?', before);
      const condition = wheres.length === 0 ? '' : `WHERE ${wheres.join(' AND ')}`;
      return database
        .prepare(`SELECT summary FROM script_runs ${condition} ORDER BY at DESC, id DESC LIMIT ?`)
        .all(...values, limit)
        .flatMap(({ summary }) => runSummarySchema.safeParse(jsonOf(summary)).data ?? []);
    },
    running: () => running.all().flatMap((row) => runOf(row) ?? []),
    used(day, of) {
      const row = used.get(day, of);
      return {
        runs: Number(row?.runs ?? 0),
        seconds: Math.max(0, Number(row?.seconds ?? 0)),
        calls: Number(row?.calls ?? 0),
        bytes: Number(row?.bytes ?? 0),
      };
    },
    use(day, of, { runs = 0, seconds = 0, calls = 0, bytes = 0 }) {
      use.run(day, of, runs, seconds, calls, bytes);
    },
  };
}

function jsonOf(bytes: unknown): unknown {
  try {
    return bytes instanceof Uint8Array ? JSON.parse(Buffer.from(bytes).toString()) : undefined;
  } catch {
    return undefined;
  }
}
