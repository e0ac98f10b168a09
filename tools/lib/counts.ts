// The closing line of a suite, and the files suites leave for the claims gate.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from './run.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 };

export const sum = (all: readonly Counts[]): Counts =>
  all.reduce(
    (a, b) => ({ passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped }),
    NONE,
  );

/** The last line of every suite's output, alone on its line: what CI reads. */
export const closingLine = (counts: Counts): string =>
  `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;

/** Where the suites of one run leave their counts and citations. .ci/run names one folder for all of them. */
export function resultsFolder(): string {
  const folder = process.env.CASTELLAN_RESULTS ?? inRoot('.cache', 'results');
  mkdirSync(folder, { recursive: true });
  return folder;
}

export interface ResultFiles {
  readonly counts: string;
  readonly citations: string;
}

/** The result files of one suite, with what an earlier run left there removed. */
export function freshResults(suite: string): ResultFiles {
  const folder = resultsFolder();
  const files = { counts: join(folder, `${suite}.counts.json`), citations: join(folder, `${suite}.citations`) };
  for (const file of [...Object.values(files), failuresBeside(files.counts)]) rmSync(file, { force: true });
  return files;
}

/** What a suite counted; a suite that left nothing crashed, which is one failure. */
export function readCounts(file: string): Counts {
  if (!existsSync(file)) return { ...NONE, failed: 1 };
  return JSON.parse(readFileSync(file, 'utf8')) as Counts;
}

export const writeCounts = (file: string, counts: Counts): void => writeFileSync(file, JSON.stringify(counts));

const failuresBeside = (counts: string): string => counts.replace(/\.counts\.json$/, '.failures');

/** What failed in a suite, a line each, beside its counts: said again at the end of a run of many suites. */
export const writeFailures = (counts: string, failures: readonly string[]): void =>
  writeFileSync(failuresBeside(counts), failures.map((line) => `${line}\n`).join(''));

export function readFailures(counts: string): readonly string[] {
  const file = failuresBeside(counts);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}
