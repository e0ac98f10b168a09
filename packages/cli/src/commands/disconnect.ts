// `castellan disconnect`: an agent's entries taken out again, and its credential revoked.
import { disconnectAgent, type FileEnd, listConnections } from '@castellan/agents';
import { createClient, readDaemonState, socketTransport } from '@castellan/client';
import type { AgentId } from '@castellan/contract';
import type { Context, JsonOption } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';
import { stateFolder } from '../world.ts';
import { chooseConnection, told } from './choose-connection.ts';
import { disconnectMcpClient, mcpConnections } from './connect-mcp.ts';

const HOW: Readonly<Record<FileEnd, string>> = {
  original: 'is as it was, byte by byte',
  stripped: 'lost only what was put in; it had changed since',
  untouched: 'has nothing of ours in it',
  removed: 'is gone; it was made by `connect`',
  absent: 'was gone already',
};

export async function disconnect(context: Context, part: string | undefined, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'disconnect');
  if (refused !== undefined) return refused;
  const mcp = await chooseMcp(context, part);
  if (mcp !== null) return disconnectMcpClient(context, mcp, options.json === true);
  const chosen = await chooseConnection(context, part);
  if (typeof chosen === 'number') return chosen;
  const home = stateFolder(world);
  // With the daemon away the files are put back all the same: nobody must need us to get rid of us.
  const found = readDaemonState(home);
  const client = found.ok
    ? createClient({ transport: socketTransport({ socketPath: found.state.socket, token: found.state.token }) })
    : null;
  const done = await disconnectAgent({ home, agent: chosen.agent, client, now: world.clock.now() });
  if (!done.ok) return told(out, done.fault);
  const { files, revoked, warnings } = done.value;
  if (options.json) {
    out.json(done.value);
    return EXIT.done;
  }
  out.line(`disconnected ${chosen.connector} (${chosen.agent})`);
  for (const { path, end } of files) out.line(`  ${visible(path)} ${HOW[end]}`);
  if (revoked) out.line('its credential is worthless now');
  for (const warning of warnings) out.note(`note: ${visible(warning)}`);
  return revoked ? EXIT.done : EXIT.failure;
}

/** The client connected by hand: by its name or a part of its id, or the only agent there is; null: none is meant. */
async function chooseMcp({ world }: Context, part: string | undefined): Promise<AgentId | null> {
  const connections = await listConnections(stateFolder(world));
  const clients = mcpConnections(world).filter(({ id }) => !connections.some(({ agent }) => agent === id));
  if (part === undefined) {
    const [only, ...more] = clients;
    return more.length === 0 && connections.length === 0 ? (only?.id ?? null) : null;
  }
  if (connections.some(({ connector }) => connector === part)) return null;
  const [found, ...more] = clients.filter(({ id, name }) => name === part || (part.length >= 4 && id.includes(part)));
  return more.length === 0 ? (found?.id ?? null) : null;
}
