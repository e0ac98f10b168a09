// Medians and tails of a list of milliseconds.
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(3));
  return { p50: at(0.5), p99: at(0.99) };
}

/** `--json` on the command line: one line of JSON instead of a table. */
export function report(
  name: string,
  rows: readonly object[],
  promises: readonly { readonly text: string; readonly kept: boolean }[],
): void {
  if (process.argv.includes('--json')) console.log(JSON.stringify({ name, rows, promises }));
  else {
    console.table(rows);
    for (const { text, kept } of promises) console.log(`${kept ? 'kept  ' : 'BROKEN'} ${text}`);
  }
  if (promises.some(({ kept }) => !kept)) process.exitCode = 1;
}
