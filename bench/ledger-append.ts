// How fast the ledger acknowledges appends, beside a bare write and fdatasync and beside SQLite (WAL, synchronous=FULL) on
// the same disk in the same run. `--json` prints one line of JSON instead of the table; `--quick` takes a tenth.
import { randomBytes } from 'node:crypto';
import { fdatasync, mkdtempSync, openSync, rmSync, write } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { createSigningKey, openLedger, verifyLedger } from '../packages/ledger/src/index.ts';
import { report } from './lib/spread.ts';

const ENTRY = Buffer.alloc(500, 'e');
const isQuick = process.argv.includes('--quick');
const scale = (n: number): number => (isQuick ? Math.ceil(n / 10) : n);
const COUNTS = new Map([
  [1, scale(4_000)],
  [16, scale(40_000)],
  [128, scale(300_000)],
]);

interface Row {
  readonly what: string;
  readonly callers: number;
  readonly perSecond: number;
  readonly p50ms: number;
  readonly p99ms: number;
}

/** Runs `count` appends from `callers` loops, each waiting for its own acknowledgement. */
async function measure(what: string, callers: number, count: number, append: () => Promise<unknown>): Promise<Row> {
  const latencies: number[] = [];
  let started = 0;
  const begin = performance.now();
  const caller = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      const before = performance.now();
      await append();
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - begin) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(3));
  return { what, callers, perSecond: Math.round(latencies.length / seconds), p50ms: at(0.5), p99ms: at(0.99) };
}

async function measureLedger(dir: string, callers: number, count: number): Promise<Row> {
  const signer = createSigningKey('bench.example/ledger', (n) => randomBytes(n));
  const opened = await openLedger({ dir: join(dir, `ledger-${callers}`), signer });
  if (opened.kind === 'refused') throw new Error(opened.message);
  const row = await measure('ledger', callers, count, () => opened.ledger.append(ENTRY));
  await opened.ledger.close();
  return row;
}

/** The floor: one write and one fdatasync after another, asynchronously as any server must. */
async function measureBare(dir: string): Promise<Row> {
  const fd = openSync(join(dir, 'bare'), 'w');
  const [put, sync] = [promisify(write), promisify(fdatasync)];
  return measure('write + fdatasync', 1, scale(4_000), async () => {
    await put(fd, ENTRY, 0, ENTRY.length, null);
    await sync(fd);
  });
}

/** SQLite commits synchronously; with several callers it is given the best case, one transaction for all of them. */
async function measureSqlite(dir: string, callers: number, count: number): Promise<Row> {
  const db = new DatabaseSync(join(dir, `sqlite-${callers}.db`));
  db.exec(
    'pragma journal_mode = wal; pragma synchronous = full; create table log (id integer primary key, entry blob)',
  );
  const insert = db.prepare('insert into log (entry) values (?)');
  const row = await measure('sqlite wal full', 1, Math.ceil(count / callers), async () => {
    db.exec('begin');
    for (let i = 0; i < callers; i += 1) insert.run(ENTRY);
    db.exec('commit');
  });
  db.close();
  return { ...row, callers, perSecond: row.perSecond * callers };
}

const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'castellan-bench-'));
try {
  const rows = [await measureBare(dir)];
  for (const [callers, count] of COUNTS) {
    rows.push(await measureLedger(dir, callers, count), await measureSqlite(dir, callers, count));
  }
  const begin = performance.now();
  const verified = await verifyLedger(join(dir, 'ledger-128'));
  if (verified.kind !== 'verified') throw new Error(verified.message);
  const verifiedPerSecond = Math.round(verified.size / ((performance.now() - begin) / 1000));
  const rssMiB = Math.round(process.memoryUsage().rss / 2 ** 20);
  const [floor, single] = rows;
  const ratio = Number(((single?.p50ms ?? 0) / (floor?.p50ms ?? 1)).toFixed(2));
  report(
    'ledger-append',
    [...rows, { what: 'verify', perSecond: verifiedPerSecond, rssMiB }],
    [{ text: `ack p50 of one caller within 3x of fdatasync: ${ratio}x`, kept: ratio <= 3 }],
  );
} finally {
  rmSync(dir, { recursive: true, force: true });
}
