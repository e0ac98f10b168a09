// What every check needs: a run of the client in a folder of its own, and what the ledger got of it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LedgerRecord } from '@castellan/contract';
import type { CanaryCall } from '../../canary/script.ts';
import { readIfThere, realPath } from '../../files.ts';
import type { RunEnd, VerifyBench } from '../../verify/bench.ts';
import { settingsFileOf } from '../connection.ts';
import { userFolder } from '../settings/location.ts';
import { type CanaryRun, runCanary, withFolder } from './canary-run.ts';

export type Attempt = Extract<LedgerRecord, { kind: 'attempt' }>;

export interface Asked {
  /** Names the run; each of a verification has another. */
  readonly name: string;
  readonly cwd: string;
  readonly calls?: readonly CanaryCall[];
  readonly prompt?: string;
  readonly flags?: readonly string[];
  /** What the client itself lets run, so that nothing but the hook can hold it. */
  readonly allowed: readonly string[];
  /** CLAUDE_CONFIG_DIR instead of the connected one. */
  readonly config?: string;
}

export async function runClient(bench: VerifyBench, asked: Asked): Promise<RunEnd> {
  const { connection, client, machine, folder, nonce, port, credential } = bench;
  const own = connection.scope === 'project' && asked.config === undefined;
  const run: CanaryRun = {
    run: bench.run,
    claude: client.path,
    port,
    credential,
    env: machine.env,
    configFolder: asked.config ?? (await configFolderOf(bench)),
    cwd: asked.cwd,
    cwdIsOurs: !own,
    name: `${asked.name} ${nonce}`,
    scratch: folder,
    script: { turns: (asked.calls ?? []).map((call) => [call]), text: '{{result}}' },
    ...(asked.prompt === undefined ? {} : { prompt: asked.prompt }),
    flags: asked.flags ?? [],
    allowedTools: asked.allowed,
  };
  return runCanary(run);
}

/** Null where the client finds the connected settings by itself, as it does for the user. */
async function configFolderOf({ connection, machine, folder }: VerifyBench): Promise<string | null> {
  switch (connection.scope) {
    case 'managed':
      // They count wherever it is: the user's own folder is left alone.
      return join(folder, 'config-managed');
    case 'project':
      return null;
    case 'user':
    case 'isolated': {
      const path = settingsFileOf(connection);
      const own = userFolder({ ...machine.env, HOME: machine.userHome });
      const found = own === null ? null : await realPath(join(own, 'settings.json'));
      return found === path ? null : dirname(path);
    }
  }
}

/** The folder that sessions of this connection work in: a project's settings count in that project only. */
export async function inWorkspace<T>({ connection }: VerifyBench, work: (cwd: string) => Promise<T>): Promise<T> {
  if (connection.scope === 'project') return work(dirname(dirname(settingsFileOf(connection))));
  return inNewFolder(work);
}

export async function inNewFolder<T>(work: (cwd: string) => Promise<T>): Promise<T> {
  // Not below the state folder: nothing in there may be read.
  const folder = await mkdtemp(join(tmpdir(), 'castellan-verify-'));
  return withFolder(folder, () => work(folder));
}

/** What a run gave and what the ledger got of this agent meanwhile. */
export async function recorded(
  { api, connection: { agent } }: VerifyBench,
  work: () => Promise<RunEnd>,
): Promise<{ readonly ended: RunEnd; readonly records: readonly LedgerRecord[] }> {
  const start = await api.ledger({ query: { limit: 1 } });
  const ended = await work();
  if (!start.ok) return { ended, records: [] };
  const from = start.value.size;
  const attempts = await api.ledger({ query: { from, limit: 1000, q: `agent:${agent} kind:attempt` } });
  const outcomes = await api.ledger({ query: { from, limit: 1000, q: 'kind:outcome' } });
  const found = [attempts, outcomes].flatMap((answer) => (answer.ok ? answer.value.records : []));
  return { ended, records: found.map(({ record }) => record) };
}

/** The one attempt whose arguments hold the word; what starts a sub-agent holds those of its calls. */
export const attemptWith = (records: readonly LedgerRecord[], word: string): Attempt | null =>
  records
    .filter((record) => record.kind === 'attempt')
    .find((record) => record.tool !== 'Agent' && JSON.stringify(record.arguments).includes(word)) ?? null;

/** Whether a file is there; then it is taken away. */
export async function wasMade(path: string): Promise<boolean> {
  const made = (await readIfThere(path).catch(() => '')) !== null;
  if (made) await rm(path, { force: true });
  return made;
}
