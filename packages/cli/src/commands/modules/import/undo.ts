// `castellan modules import --undo`: clients' files as they were. Nobody must need the daemon to get rid of us.
import {
  disconnectMcp,
  type KeptMove,
  listMcpConnections,
  listMoves,
  type McpClientName,
  mcpClient,
  type Undone,
  undoMove,
} from '@castellan/agents';
import type { Client } from '@castellan/client';
import type { AgentId } from '@castellan/contract';
import type { Context } from '../../../context.ts';
import { EXIT, type ExitCode } from '../../../output.ts';
import { visible } from '../../../text/visible.ts';
import { stateFolder } from '../../../world.ts';

const HOW: Readonly<Record<Exclude<Undone['kind'], 'left'>, string>> = {
  original: 'is as it was, byte for byte',
  entries: 'has its servers back; what else was changed in it since stays',
  'never-changed': 'is as it was: it had not been changed',
};

/** Null: nobody is signed in; the daemon is away. */
interface Clients {
  readonly person: Client | null;
  readonly daemon: Client | null;
}

/** Newest first: a file that was imported twice goes back in two steps. */
export async function undoImport(
  { world, out }: Context,
  only: McpClientName | null,
  clients: Clients,
  json: boolean,
): Promise<ExitCode> {
  const moves = (await listMoves(stateFolder(world))).filter(
    ({ move }) => move.state === 'moved' && (only === null || move.client === only),
  );
  if (moves.length === 0) return out.error('nothing was moved that could be put back', [], EXIT.failure);
  const results: { readonly kept: KeptMove; readonly undone: Undone }[] = [];
  for (const kept of moves.toReversed()) {
    const undone = await undoMove(kept, world.userHome);
    results.push({ kept, undone });
    if (undone.kind !== 'left') await noted(clients.person, kept);
    if (json) continue;
    const path = visible(kept.move.path);
    if (undone.kind === 'left')
      out.note(`left: ${path}: ${visible(undone.why)}; as it was before: ${visible(undone.keptCopy)}`);
    else out.line(`${mcpClient(kept.move.client).title}: ${path} ${HOW[undone.kind]}`);
  }
  const left = results.filter(({ undone }) => undone.kind === 'left');
  const ended = await disconnected(stateFolder(world), clients);
  if (json)
    out.json({
      files: results.map(({ kept: { move }, undone }) => ({ client: move.client, file: move.path, ...undone })),
      agents: ended,
    });
  else {
    for (const { name, agent, why } of ended)
      if (why === null) out.line(`the agent ${name} is disconnected: it was made for the import`);
      else out.note(`the agent ${name} stays connected: ${visible(why)}; \`castellan disconnect ${agent}\` ends it`);
    if (left.length < results.length)
      out.line('the modules and their secrets stay: `castellan modules remove NAME`, `castellan secrets remove NAME`');
  }
  return left.length === 0 ? EXIT.done : EXIT.failure;
}

interface Ended {
  readonly name: McpClientName;
  readonly agent: AgentId;
  /** Why it stays; null: it has ended. */
  readonly why: string | null;
}

/** Agents that were made for an import, of clients in whose files nothing of it stands any more. Others stay as they are. */
async function disconnected(state: string, { person, daemon }: Clients): Promise<readonly Ended[]> {
  const moves = (await listMoves(state)).map(({ move }) => move);
  const standing = new Set(moves.filter((move) => move.state === 'moved').map((move) => move.client));
  const connected = new Set(listMcpConnections(state).map(({ agent }) => agent));
  const ended: Ended[] = [];
  for (const { client: name, connected: agent } of moves) {
    if (agent === undefined || !connected.delete(agent) || standing.has(name)) continue;
    const done = await disconnectMcp(state, agent, person ?? daemon);
    ended.push({ name, agent, why: done.ok ? null : done.fault.message });
  }
  return ended;
}

async function noted(client: Client | null, { move }: KeptMove): Promise<void> {
  if (client === null) return;
  for (const module of new Set(move.entries.map((entry) => entry.module)))
    await client.moduleMoved({
      body: { module, client: mcpClient(move.client).title, file: move.path, direction: 'out' },
    });
}
