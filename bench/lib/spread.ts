// Medians and tails of a list of milliseconds, and how a benchmark says what it found.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(3));
  return { p50: at(0.5), p99: at(0.99) };
}

/** Where and when: what a number means nothing without. */
const circumstances = () => ({
  machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`,
  load: Number((loadavg()[0] ?? 0).toFixed(2)),
  commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
  date: new Date().toISOString().slice(0, 10),
});

/** `--json`: one line of JSON instead of a table. `--save`: also kept in bench/results. */
export function report(
  name: string,
  rows: readonly object[],
  promises: readonly { readonly text: string; readonly kept: boolean }[],
): void {
  const result = { name, ...circumstances(), promises, rows };
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else {
    console.table(rows);
    for (const { text, kept } of promises) console.log(`${kept ? 'kept  ' : 'BROKEN'} ${text}`);
  }
  if (process.argv.includes('--save')) {
    const folder = new URL('../results/', import.meta.url);
    mkdirSync(folder, { recursive: true });
    writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(result, null, 2)}\n`);
  }
  if (promises.some(({ kept }) => !kept)) process.exitCode = 1;
}
