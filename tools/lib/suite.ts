// One Vitest suite from start to closing line: run, count, say which claims were proven, close.
import { existsSync, readFileSync } from 'node:fs';
import { CLAIMS } from '../../test/claims/claims.ts';
import { claimsReport, parseCitations } from './claims-report.ts';
import { closingLine, freshResults, readCounts } from './counts.ts';
import { inRoot, tool } from './run.ts';

export interface Suite {
  readonly name: string;
  /** Vitest configuration, relative to the root. */
  readonly config: string;
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
      '--config',
      suite.config,
      '--reporter=default',
      `--reporter=${inRoot('tools/lib/counting-reporter.ts')}`,
      ...suite.args,
    ],
    { env: { ...suite.env, CASTELLAN_COUNTS: files.counts, CASTELLAN_CITATIONS: files.citations } },
  );
  const counts = readCounts(files.counts);
  const cited = parseCitations(existsSync(files.citations) ? readFileSync(files.citations, 'utf8') : '');
  for (const line of claimsReport(CLAIMS, cited, `\`${suite.name}\` alone`)) console.log(line);
  console.log(closingLine(counts));
  return code === 0 && counts.failed > 0 ? 1 : code;
}
