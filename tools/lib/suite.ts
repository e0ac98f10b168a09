// One Vitest suite from start to closing line: run, count, say which claims were proven, close.
import { existsSync, readFileSync } from 'node:fs';
import { CLAIMS } from '../../test/claims/claims.ts';
import { claimsReport, parseCitations } from './claims-report.ts';
import { closingLine, freshResults, readCounts, writeCounts } from './counts.ts';
import { inRoot, ROOT, tool } from './run.ts';

export interface Suite {
  readonly name: string;
  /** Where its vitest.config.ts lies, from the root. */
  readonly folder: string;
  /** Arguments of the person who started it: file filters, `-t`. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a suite; the closing line is the last thing printed. Gives the exit code. */
export async function runSuite(suite: Suite): Promise<number> {
  const files = freshResults(suite.name);
  const { code } = await tool(
    'vitest',
    [
      'run',
      '--root',
      ROOT,
      '--config',
      inRoot(suite.folder, 'vitest.config.ts'),
      '--reporter=default',
      `--reporter=${inRoot('tools/lib/counting-reporter.ts')}`,
      ...suite.args,
    ],
    { env: { ...suite.env, CASTELLAN_COUNTS: files.counts, CASTELLAN_CITATIONS: files.citations } },
  );
  const counted = readCounts(files.counts);
  // A run that ends badly without a failed test (no test found, a crash at the end) is a failure of its own.
  const counts = code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
  writeCounts(files.counts, counts);
  const cited = parseCitations(existsSync(files.citations) ? readFileSync(files.citations, 'utf8') : '');
  for (const line of claimsReport(CLAIMS, cited, `\`${suite.name}\` alone`)) console.log(line);
  console.log(closingLine(counts));
  return counts.failed > 0 && code === 0 ? 1 : code;
}
