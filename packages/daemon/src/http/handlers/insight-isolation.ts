// Gathers what the checklist says of walls: how each agent was connected, which servers are started here, what this machine is.
import { existsSync } from 'node:fs';
import { hereFacts, readConnection } from '@castellan/agents';
import { type Agent, agentSocketsOf, type ModuleSummary } from '@castellan/contract';
import { escapesCovered } from '../../escapes/index.ts';
import type { CheckFacts } from '../../insight/index.ts';
import type { Parts } from '../../surfaces/index.ts';

export interface IsolationHost {
  readonly parts: Pick<Parts, 'policy'>;
  /** The state folder. */
  readonly home: string;
  readonly modules: { list(): readonly ModuleSummary[] };
}

/** @param connected agents that are not revoked. */
export async function isolationFacts(
  { parts, home, modules }: IsolationHost,
  connected: readonly Pick<Agent, 'id' | 'name'>[],
): Promise<CheckFacts['isolation']> {
  const { config } = parts.policy.policy;
  const started = modules
    .list()
    .filter(({ kind, state, source }) => kind === 'mcp' && state !== null && !source.startsWith('shipped/'));
  const here = await hereFacts(home);
  return {
    here,
    escapes: escapesCovered(here.platform),
    config,
    agents: await Promise.all(
      connected.map(async ({ id, name }) => ({
        name,
        scope: (await readConnection(home, id).catch(() => null))?.scope ?? null,
        sockets: existsSync(agentSocketsOf(home, id).gate),
      })),
    ),
    servers: started.map(({ name }) => ({ name, walls: config.modules[name]?.sandbox !== undefined })),
  };
}
