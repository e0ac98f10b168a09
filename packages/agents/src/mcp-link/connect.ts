// Makes an agent of an MCP client, keeps its credential for `castellan mcp`, and takes both away again. Idempotent: the same
// name is the same agent while the daemon still knows it.
import { type Client, errorLines } from '@castellan/client';
import type { AgentId } from '@castellan/contract';
import { type Done, done, undone } from '../fault.ts';
import { listMcpConnections, type McpKept, removeKept, writeKept } from './kept.ts';

export interface ConnectMcpOptions {
  /** The state folder. */
  readonly home: string;
  readonly name: string;
  readonly client: Pick<Client, 'agents' | 'connect' | 'disconnect'>;
  /** How long the client waits for an answer to a call. */
  readonly timeoutSeconds: number;
}

export interface ConnectedMcp extends McpKept {
  /** False: it was connected already. */
  readonly changed: boolean;
}

/** A fault leaves no agent behind that nobody holds the credential of. */
export async function connectMcp(options: ConnectMcpOptions): Promise<Done<ConnectedMcp>> {
  const { home, name, client, timeoutSeconds } = options;
  const known = listMcpConnections(home).filter((kept) => kept.name === name);
  const agents = await client.agents();
  if (!agents.ok) return undone('daemon', errorLines(agents.error).message, ...errorLines(agents.error).hints);
  const still = known.find(({ agent }) => agents.value.agents.some(({ id }) => id === agent));
  if (still !== undefined) return done({ ...still, changed: false });
  const made = await client.connect({ body: { kind: 'mcp', name, hookTimeoutSeconds: timeoutSeconds } });
  if (!made.ok) return undone('daemon', errorLines(made.error).message, ...errorLines(made.error).hints);
  const { agent, credential } = made.value;
  const kept: McpKept = { schema: 'castellan/mcp-connection/v1', agent: agent.id, name, credential };
  try {
    await writeKept(home, kept);
    for (const gone of known) await removeKept(home, gone.agent);
  } catch (error) {
    await client.disconnect({ params: { id: agent.id } });
    const why = error instanceof Error ? error.message : String(error);
    return undone('not-written', `the credential cannot be kept: ${why}`, 'check who owns the state folder');
  }
  return done({ ...kept, changed: true });
}

/** Revokes it, then forgets its credential. Null: the daemon is away, and both stay. */
export async function disconnectMcp(
  home: string,
  agent: AgentId,
  client: Pick<Client, 'disconnect'> | null,
): Promise<Done<{ readonly agent: AgentId }>> {
  if (client === null) return undone('daemon', 'the daemon is not running', 'start it with `castellan up`');
  const answer = await client.disconnect({ params: { id: agent } });
  if (!answer.ok && !(answer.error.kind === 'api' && answer.error.error.error === 'not_found'))
    return undone('daemon', errorLines(answer.error).message, ...errorLines(answer.error).hints);
  await removeKept(home, agent);
  return done({ agent });
}
