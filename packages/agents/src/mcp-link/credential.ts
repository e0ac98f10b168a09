// Which agent a client is that starts `castellan mcp`, and its credential. An agent that is connected by hooks is the same agent
// here, so that what its hook was told counts for the call that follows.
import { type AgentId, agentIdSchema } from '@castellan/contract';
import { keptCredential } from '../connection/credential.ts';
import { listConnections } from '../connection/record.ts';
import { type Done, done, undone } from '../fault.ts';
import { type Gate, gateOf } from './gate.ts';
import { listMcpConnections } from './kept.ts';

export interface McpCredential {
  readonly agent: AgentId;
  readonly credential: string;
  /** Its own socket; null: the daemon's. */
  readonly gate: Gate | null;
}

const HOW = '`castellan connect mcp --name NAME` makes one';

/** @param wanted a name, an id or the client's; null: the only one there is. */
export async function mcpCredential(home: string, wanted: string | null): Promise<Done<McpCredential>> {
  const named = agentIdSchema.safeParse(wanted);
  const own = named.success ? gateOf(home, named.data) : null;
  if (named.success && own !== null) return done({ agent: named.data, credential: own.credential, gate: own });
  return byRecord(home, wanted);
}

async function byRecord(home: string, wanted: string | null): Promise<Done<McpCredential>> {
  const kept = listMcpConnections(home);
  const named = kept.filter(({ name, agent }) => wanted === null || name === wanted || agent === wanted);
  const [found, ...more] = named;
  if (found !== undefined && more.length === 0)
    return done({ agent: found.agent, credential: found.credential, gate: null });
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
    : done({ agent: only.agent, credential, gate: null });
}
