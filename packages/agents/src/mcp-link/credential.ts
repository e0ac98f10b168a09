// Which agent a client is that starts `castellan mcp`, and its credential. An agent that is connected by hooks is the same agent
// here, so that what its hook was told counts for the call that follows.
import type { AgentId } from '@castellan/contract';
import { keptCredential } from '../connection/credential.ts';
import { listConnections } from '../connection/record.ts';
import { type Done, done, undone } from '../fault.ts';
import { listMcpConnections } from './kept.ts';

export interface McpCredential {
  readonly agent: AgentId;
  readonly credential: string;
}

const HOW = '`castellan connect mcp --name NAME` makes one';

/** @param wanted a name, an id or the client's; null: the only one there is. */
export async function mcpCredential(home: string, wanted: string | null): Promise<Done<McpCredential>> {
  const kept = listMcpConnections(home);
  const named = kept.filter(({ name, agent }) => wanted === null || name === wanted || agent === wanted);
  const [found, ...more] = named;
  if (found !== undefined && more.length === 0) return done(found);
  if (found !== undefined) {
    const names = named.map(({ name, agent }) => (wanted === null ? name : agent)).toSorted();
    return undone('not-connected', `${named.length} agents are meant`, `say one with --agent: ${names.join(', ')}`);
  }
  const hooked = (await listConnections(home)).filter(
    ({ agent, connector }) => wanted === null || connector === wanted || agent === wanted,
  );
  const [only, ...others] = hooked;
  if (only === undefined)
    return undone(
      'not-connected',
      wanted === null ? 'no agent is connected' : `no agent \`${wanted}\` is connected`,
      HOW,
    );
  if (others.length > 0) {
    const ids = hooked.map(({ agent }) => agent).toSorted();
    return undone('not-connected', `${hooked.length} agents are meant`, `say one with --agent: ${ids.join(', ')}`);
  }
  const credential = await keptCredential(home, only.agent);
  return credential === null
    ? undone('not-connected', `no credential of \`${only.agent}\` is kept`, 'connect it again')
    : done({ agent: only.agent, credential });
}
