// What a verification works with, made of this daemon's own rooms: nothing of it goes by a socket or in anybody's name.
import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Connection,
  type Connector,
  type InstalledClient,
  keptCredential,
  type Machine,
  type RunEnd,
  runCanaryClient,
  type VerifyBench,
} from '@castellan/agents';
import { type Agent, parseQuery, type VerifyCheck } from '@castellan/contract';
import type { Clock } from '../clock.ts';
import type { Parts } from '../surfaces/index.ts';

export interface BenchHost {
  readonly parts: Pick<Parts, 'agents' | 'records' | 'search' | 'clock' | 'desk'>;
  readonly machine: Machine;
  readonly port: () => number;
}

export interface Subject {
  readonly agent: Agent;
  readonly connector: Connector;
  readonly connection: Connection;
  readonly client: InstalledClient;
}

/** Of one run, on a machine that is busy: a client that hangs is killed with everything it started. */
const RUN_MS = 4 * 60_000;
/** In one verification; a connector has a dozen. */
const MOST_RUNS = 40;

/** Runs `work` on a bench that is cleared away afterwards. A text: why there can be none. */
export async function withBench(
  { parts, machine, port }: BenchHost,
  { agent, connection, client }: Subject,
  signal: AbortSignal,
  work: (bench: VerifyBench) => Promise<void>,
  told: (check: VerifyCheck) => void,
): Promise<string | null> {
  const { path } = client;
  if (path === null) return 'only a person can start this client';
  const credential = await keptCredential(machine.home, agent.id);
  if (credential === null) return 'its credential is not kept any more; connect it again';
  // Not below the state folder: nobody's calls may touch that.
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'castellan-verify-')));
  const nonce = parts.clock.random(12).toString('hex');
  try {
    using trial = parts.desk.open({ agent: agent.id, nonce, folder });
    await work({
      machine,
      connection,
      client: { ...client, path },
      api: {
        ledger: async (input) => {
          const { records, search } = parts;
          const { q = '', limit = 50, ...rest } = input?.query ?? {};
          const query = parseQuery(q);
          if (!query.ok) throw new TypeError(`a check asks for \`${q}\`, which is no query`);
          const page = await search.page({ query: query.value, limit, ...rest });
          const { size, checkpoint } = records;
          const value = {
            size,
            checkpoint: checkpoint.text,
            ...page,
            records: [...page.records],
            behind: search.behind,
          };
          return { ok: true, value };
        },
        agents: async () => ({
          ok: true,
          value: { agents: parts.agents.list().filter(({ revokedAt }) => revokedAt === null) },
        }),
      },
      run: runner(parts.clock, nonce, signal),
      answer: (word, yes) => trial.answer(word, yes),
      port: port(),
      credential,
      hook: connection.hook,
      gateway: connection.gateway,
      nonce,
      folder,
      signal,
    });
    return null;
  } finally {
    const left = await leftIn(join(machine.home, 'canary'), nonce);
    if (left) told(LEFT);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** What `bench.run` is: one client at a time, each bounded, none of it left. */
function runner(clock: Clock, mark: string, signal: AbortSignal): VerifyBench['run'] {
  let runs = 0;
  return async (program): Promise<RunEnd> => {
    runs += 1;
    if (signal.aborted) throw new Error('the verification is over');
    if (runs > MOST_RUNS) throw new Error(`it took more than ${MOST_RUNS} runs of the client`);
    const late = new AbortController();
    const stop = clock.after(RUN_MS, () => late.abort());
    const end = await runCanaryClient(program, mark, AbortSignal.any([signal, late.signal])).finally(stop);
    switch (end.kind) {
      case 'exited':
        return end;
      case 'failed':
        throw new Error(`the client did not start: ${end.message}`);
      case 'timed-out':
        throw new Error(
          signal.aborted
            ? 'the verification is over'
            : `a run of the client did not end within ${RUN_MS / 60_000} minutes`,
        );
    }
  };
}

const LEFT: VerifyCheck = {
  ...{ id: 'left-behind', surface: 'state folder', situation: 'denied' },
  title: 'no canary is left in the state folder',
  ok: false,
  seen: 'a file of a run that did not come to its end WAS WRITTEN',
};

/** A client that writes and then hangs has got past all the same. */
async function leftIn(folder: string, nonce: string): Promise<boolean> {
  const names = (await readdir(folder).catch((): string[] => [])).filter((name) => name.includes(nonce));
  for (const name of names) await rm(join(folder, name), { recursive: true, force: true });
  return names.length > 0;
}
