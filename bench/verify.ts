// How fast a whole ledger verifies, beside `sha256sum` over the same bytes in the same run: as `castellan ledger verify` does it here,
// and by one thread alone. `--quick` takes a tenth.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { threadsFor } from '../packages/cli/src/commands/verify-threads.ts';
import { createSigningKey, openLedger, verifyLedger } from '../packages/ledger/src/index.ts';
import { report } from './lib/spread.ts';

const RECORDS = process.argv.includes('--quick') ? 100_000 : 1_000_000;
/** What an attempt takes: its arguments, its effects, its verdict. */
const BYTES = 600;
const ROUNDS = 3;

async function fill(dir: string): Promise<void> {
  const opened = await openLedger({ dir, signer: createSigningKey('bench.example/ledger', (n) => randomBytes(n)) });
  if (opened.kind === 'refused') throw new Error(opened.message);
  const { ledger } = opened;
  for (let at = 0; at < RECORDS; at += 2_000) {
    const record = (_: unknown, n: number): Promise<unknown> => ledger.append(Buffer.alloc(BYTES, `${at + n} `));
    await Promise.all(Array.from({ length: Math.min(2_000, RECORDS - at) }, record));
  }
  await ledger.close();
}

/** The best of a few: what the machine can, not what else it was doing. */
async function best(what: string, run: () => Promise<void> | void) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = performance.now();
    await run();
    least = Math.min(least, performance.now() - begin);
  }
  return { what, perSecond: Math.round(RECORDS / (least / 1000)), ms: Math.round(least) };
}

const dir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'castellan-bench-'));
try {
  await fill(dir);
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name));
  const verify = async (count: number | undefined): Promise<void> => {
    const result = await verifyLedger(dir, { threads: threadsFor(count), isAlone: true });
    if (result.kind !== 'verified' || result.size !== RECORDS) throw new Error(`not verified: ${result.kind}`);
  };
  const threads = threadsFor(undefined)?.count ?? 0;
  const rows = [
    await best('sha256sum of the same bytes', () => {
      for (let at = 0; at < files.length; at += 1_000)
        execFileSync('sha256sum', files.slice(at, at + 1_000), { stdio: ['ignore', 'ignore', 'inherit'] });
    }),
    await best(`verify, as the command does: ${threads === 0 ? 'no' : threads} threads besides its own`, () =>
      verify(undefined),
    ),
    await best('verify, one thread', () => verify(0)),
  ];
  const perSecond = rows[1]?.perSecond ?? 0;
  report('verify', rows, [{ text: `at least 200,000 records a second: ${perSecond}`, kept: perSecond >= 200_000 }]);
} finally {
  rmSync(dir, { recursive: true, force: true });
}
