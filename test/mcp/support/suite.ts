// The protocol's own conformance suite, run as its users run it; what it found is read from the files that it writes.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot, type ProcessResult, runProcess, tempFolder } from '@castellan/testkit';

/** Where the peers are installed: `npm run test:mcp` says so, and has seen to it. */
export const PEERS = process.env.CASTELLAN_MCP_PEERS ?? inRoot('.cache', 'mcp-peers');
const SUITE = join(PEERS, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');

export interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}
/** By scenario. */
export type Found = ReadonlyMap<string, readonly Check[]>;

export interface SuiteRun {
  readonly found: Found;
  readonly ended: ProcessResult;
}

/** @param args of the suite's command line, without its output folder. */
export async function runSuite(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<SuiteRun> {
  const folder = tempFolder();
  const results = join(folder, 'results');
  mkdirSync(results);
  const { PATH = '' } = process.env;
  const ended = await runProcess(process.execPath, [SUITE, ...args, '--output-dir', results], {
    cwd: folder,
    env: { PATH, HOME: folder, ...env },
    timeout: args.includes('--scenario') ? 60_000 : 600_000,
  });
  const found = new Map<string, readonly Check[]>();
  for (const path of readdirSync(results, { recursive: true, encoding: 'utf8' })) {
    // `server-SCENARIO-TIME/checks.json`, `SCENARIO-TIME/checks.json`, with the slash of `auth/…` as it is.
    const name = /^(?:server-)?(.+)-\d{4}-\d{2}-\d{2}T[^/]*\/checks\.json$/.exec(path)?.[1];
    if (name !== undefined) found.set(name, JSON.parse(readFileSync(join(results, path), 'utf8')));
  }
  return { found, ended };
}

/** Of a check that was made several times the worst counts. */
function byId(checks: readonly Check[]): ReadonlyMap<string, Check> {
  const order = ['FAILURE', 'WARNING', 'SKIPPED', 'INFO', 'SUCCESS'];
  const worst = new Map<string, Check>();
  for (const check of checks) {
    const before = worst.get(check.id);
    if (before === undefined || order.indexOf(check.status) < order.indexOf(before.status)) worst.set(check.id, check);
  }
  return worst;
}

/** Whether the suite itself would say that it passed. */
export const passed = (checks: readonly Check[] | undefined): boolean =>
  checks?.some(({ status }) => status === 'SUCCESS') === true && !checks.some(({ status }) => status === 'FAILURE');

/** What succeeded in `before` and did not in `after`, one line a check. */
export function lost(before: Found, after: Found): readonly string[] {
  return [...before].flatMap(([scenario, checks]) => {
    const now = byId(after.get(scenario) ?? []);
    return [...byId(checks).values()].flatMap(({ id, status }) => {
      const got = now.get(id);
      if (status !== 'SUCCESS' || got?.status === 'SUCCESS') return [];
      return [`${scenario}: ${id}: ${got === undefined ? 'was not made' : `${got.status} ${got.errorMessage ?? ''}`}`];
    });
  });
}
