// Scripts, joined: the pool that looks into a source and runs it, the versions people answer for, and the runs. What is opened is
// closed with `stack`: runs first, then the pool.
import type { ScriptVersion } from '@castellan/contract';
import { createScriptPool } from '@castellan/sandbox';
import type { Modules } from './modules/index.ts';
import type { Notify } from './notify/index.ts';
import type { Gateway } from './open-gateway.ts';
import type { Refusals } from './records/index.ts';
import { openRuns, type Runs, Scriptorium, type Scripts } from './scripts/index.ts';
import type { Calls, Parts } from './surfaces/index.ts';

export interface ScriptsHost {
  readonly parts: Parts;
  readonly calls: Calls;
  readonly refusals: Refusals;
  readonly gateway: Gateway;
  readonly modules: Modules;
  readonly notify: Notify;
  /** Of the sources. */
  readonly folder: string;
}

const DAY_MS = 86_400_000;

function asksOf({ capabilities: { secrets, hosts, tools } }: ScriptVersion): string {
  const asks = [...secrets.map((name) => `secret ${name}`), ...hosts, ...tools];
  return asks.length === 0 ? 'nothing: it computes only' : asks.join(', ');
}

export async function openScripts(host: ScriptsHost, stack: AsyncDisposableStack): Promise<Scripts> {
  const { parts, calls, refusals, gateway, modules, notify, folder } = host;
  const { clock, policy, agents } = parts;
  const { concurrency, warm } = policy.policy.config.scripts;
  const pool = stack.use(createScriptPool({ concurrency, warm, now: clock.monotonic }));
  const authorOf = ({ agent, author }: ScriptVersion): string =>
    agent === undefined ? author : (agents.get(agent)?.name ?? author);
  let runs: Runs | null = null;
  const life = await Scriptorium.open({
    parts,
    folder,
    inspect: (source, signal, agent) =>
      pool.inspect(source, signal, agent === undefined ? { kind: 'person' } : { kind: 'agent', of: agent }),
    waits: (version) => {
      const { script: name, number, digest, about } = version;
      const author = authorOf(version);
      notify.script({ name, number, digest, author, description: about.description, asks: asksOf(version) });
    },
    answered: ({ script: name, number }) => notify.scriptAnswered({ name, number }),
    changed: () => void runs?.withdraw(),
  });
  stack.defer(clock.every(DAY_MS, () => void life.upkeep().catch(() => undefined)));
  runs = openRuns({ parts, calls, refusals, pool, versions: life, gateway, modules }, stack);
  return { life, runs };
}
