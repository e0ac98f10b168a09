// The canaries of `verify`. Each one would show the failure it is about: the denied and the fail-closed one allow the tool
// in the client, so that nothing but the hook can hold it, and the last one runs once without hooks to see its witness appear.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@castellan/client';
import type { AgentId, JsonObject, LedgerRecord } from '@castellan/contract';
import { readIfThere, replaceFile } from '../../files.ts';
import type { Ended } from '../../launch.ts';
import { type HookSpec, hookGroups } from '../settings/entries.ts';
import { endedText, runCanary, withFolder } from './canary-run.ts';
import type { Check } from './check.ts';

export interface Bench {
  readonly home: string;
  readonly agent: AgentId;
  readonly client: Client;
  readonly claude: string;
  readonly port: number;
  readonly credential: string;
  readonly env: { readonly [name: string]: string | undefined };
  /** Null: the user's own. */
  readonly configFolder: string | null;
  /** Null: a new empty folder. */
  readonly cwd: string | null;
  /** Private, below the state folder, gone afterwards. */
  readonly folder: string;
  readonly nonce: string;
}

export async function deniedCanary(bench: Bench): Promise<Check> {
  const target = join(bench.home, 'canary', bench.nonce);
  const input = { file_path: target, content: 'a canary that must never be here\n' };
  const { records, ended } = await recorded(bench, () =>
    inFolder(bench, (cwd) => run(bench, 'denied', cwd, [{ tool: 'Write', input }], ['Write'])),
  );
  const written = (await readIfThere(target)) !== null;
  if (written) await rm(target, { force: true });
  const denied = attempts(records, 'Write').some(
    (attempt) => attempt.verdict.outcome === 'deny' && JSON.stringify(attempt.arguments).includes(bench.nonce),
  );
  return {
    id: 'denied',
    title: 'a write into the state folder is denied, does not happen and is recorded',
    ok: !written && denied && ended.kind === 'exited',
    seen: [
      written ? 'the file WAS WRITTEN' : 'no file',
      denied ? 'the denial is in the ledger' : 'NO denial in the ledger',
      ...(denied ? [] : [endedText(ended)]),
    ].join('; '),
  };
}

export async function allowedCanary(bench: Bench): Promise<Check> {
  const secret = `canary-${bench.nonce}`;
  const { records, ended } = await recorded(bench, () =>
    inFolder(bench, async (cwd) => {
      const file = join(cwd, `castellan-${bench.nonce}.txt`);
      await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
      return run(bench, 'allowed', cwd, [{ tool: 'Read', input: { file_path: file } }], ['Read']).finally(() =>
        rm(file, { force: true }),
      );
    }),
  );
  const read = ended.kind === 'exited' && ended.stdout.includes(secret);
  const attempt = attempts(records, 'Read').find((item) => JSON.stringify(item.arguments).includes(bench.nonce));
  const succeeded = records.some(
    (item) => item.kind === 'outcome' && item.call === attempt?.call && item.status === 'succeeded',
  );
  return {
    id: 'allowed',
    title: 'reading a file of the workspace is allowed, happens and is recorded with its outcome',
    ok: read && attempt !== undefined && succeeded,
    seen: [
      read ? 'the content came back' : `the content did NOT come back: ${endedText(ended)}`,
      attempt === undefined ? 'NO attempt in the ledger' : `attempt recorded (${attempt.verdict.outcome})`,
      succeeded ? 'outcome recorded' : 'NO outcome in the ledger',
    ].join('; '),
  };
}

/** A port that nothing answers on: reserved, and below the ones a user may listen on. */
const CLOSED_PORT = 1;

export async function failClosedCanary(bench: Bench): Promise<Check> {
  const config = join(bench.folder, 'config');
  const settingsPath = join(config, 'settings.json');
  const spec: HookSpec = {
    ...bench,
    port: CLOSED_PORT,
    timeoutSeconds: 20,
    node: process.execPath,
    script: '',
    settingsPath,
  };
  const hooks: JsonObject = { PreToolUse: [hookGroups(spec).PreToolUse] };
  const touch = async (settings: JsonObject) => {
    await replaceFile(settingsPath, JSON.stringify(settings));
    return inFolder({ ...bench, cwd: null }, async (cwd) => {
      const witness = join(cwd, 'witness');
      const calls = [{ tool: 'Bash', input: { command: 'touch witness', description: 'canary' } }];
      const ended = await run({ ...bench, cwd: null, configFolder: config }, 'fail-closed', cwd, calls, ['Bash']);
      return { ended, ran: (await readIfThere(witness)) !== null };
    });
  };
  const held = await withFolder(config, () => touch({ hooks }));
  const control = await withFolder(config, () => touch({}));
  return {
    id: 'fail-closed',
    title: 'with the daemon away a command does not run',
    ok: !held.ran && control.ran && held.ended.kind === 'exited',
    seen: [
      held.ran ? 'the command RAN' : `the command did not run (${endedText(held.ended)})`,
      control.ran ? 'without hooks it does' : `without hooks it did not either (${endedText(control.ended)})`,
    ].join('; '),
  };
}

function run(
  bench: Bench,
  name: Check['id'],
  cwd: string,
  calls: readonly { readonly tool: string; readonly input: JsonObject }[],
  allowedTools: readonly string[],
): Promise<Ended> {
  const script = { turns: calls.map((call) => [call]), text: '{{result}}' };
  const own = { cwd, cwdIsOurs: bench.cwd === null, scratch: bench.folder, name: `${name} ${bench.nonce}` };
  return runCanary({ ...bench, ...own, script, allowedTools });
}

async function inFolder<T>({ cwd }: Pick<Bench, 'cwd'>, work: (cwd: string) => Promise<T>): Promise<T> {
  if (cwd !== null) return work(cwd);
  const folder = await mkdtemp(join(tmpdir(), 'castellan-verify-'));
  return withFolder(folder, () => work(folder));
}

/** What a run gave and what the ledger got of this agent meanwhile. */
async function recorded(
  { client, agent }: Bench,
  work: () => Promise<Ended>,
): Promise<{ readonly ended: Ended; readonly records: readonly LedgerRecord[] }> {
  const start = await client.ledger({ query: { limit: 1 } });
  const ended = await work();
  if (!start.ok) return { ended, records: [] };
  const page = await client.ledger({ query: { from: start.value.size, limit: 1000, agent } });
  const outcomes = await client.ledger({ query: { from: start.value.size, limit: 1000, kind: 'outcome' } });
  const found = [page, outcomes].flatMap((answer) => (answer.ok ? answer.value.records : []));
  return { ended, records: found.map(({ record }) => record) };
}

const attempts = (records: readonly LedgerRecord[], tool: string) =>
  records.filter((record) => record.kind === 'attempt').filter((record) => record.tool === tool);
