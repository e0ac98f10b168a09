// `castellan connect mcp --name NAME`: an agent of its own for an MCP client, and how that client is pointed at the gateway. Its
// credential is kept, and shown nowhere.
import { join } from 'node:path';
import { connectMcp, disconnectMcp, listMcpConnections } from '@castellan/agents';
import { createClient, readDaemonState, socketTransport } from '@castellan/client';
import type { AgentId } from '@castellan/contract';
import { WORKSPACE } from '../bundles.ts';
import { connect as connectDaemon } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { KEY_VARIABLE, mcpSnippets, type SnippetPlace } from '../text/mcp-snippets.ts';
import { visible } from '../text/visible.ts';
import { stateFolder, type World } from '../world.ts';

interface ConnectMcpOptions extends JsonOption {
  readonly name?: string;
  readonly timeout: number;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,79}$/;

/** Clients are started by programs that know neither our PATH nor our variables: everything is said whole. */
function placeOf(world: World, name: string, port: number): SnippetPlace {
  const home = stateFolder(world);
  const isDefault = home === join(world.userHome, '.config', 'castellan');
  return {
    command: process.execPath,
    args: [join(WORKSPACE, 'packages', 'cli', 'bin', 'castellan.mjs'), 'mcp', '--agent', name],
    env: isDefault ? {} : { CASTELLAN_HOME: home },
    url: `http://127.0.0.1:${port}/mcp`,
  };
}

export async function connectMcpClient(
  context: Context,
  { name, timeout, json }: ConnectMcpOptions,
): Promise<ExitCode> {
  const { world, out, command } = context;
  if (name === undefined)
    return out.error('an MCP client needs a name', ['`castellan connect mcp --name cursor`'], EXIT.usage);
  if (!NAME.test(name))
    return out.error(`\`${visible(name)}\` is no name for it`, ['letters, digits, `.`, `_` and `-`'], EXIT.usage);
  const connection = connectDaemon(world, out);
  if (typeof connection === 'number') return connection;
  const home = stateFolder(world);
  const done = await connectMcp({ home, name, client: connection.client, timeoutSeconds: timeout });
  if (!done.ok) return out.error(visible(done.fault.message), done.fault.hints.map(visible));
  const { agent, changed } = done.value;
  const place = placeOf(world, name, connection.state.port);
  const snippets = mcpSnippets(place);
  const file = join(home, 'agents', agent, 'mcp.json');
  if (json) {
    out.json({ agent, name, changed, url: place.url, credentialFile: file, variable: KEY_VARIABLE, snippets });
    return EXIT.done;
  }
  out.line(`${visible(name)} ${changed ? 'is connected' : 'was connected already'} (${agent})`);
  out.line(`  its credential lies in ${file}`);
  for (const { client, where, stdio, http } of snippets) {
    out.line();
    out.line(`${client}, ${where}:`);
    for (const text of stdio.split('\n')) out.line(`  ${text}`);
    if (http === null) continue;
    out.line('  or by HTTP:');
    for (const text of http.split('\n')) out.line(`  ${text}`);
  }
  out.line();
  out.line(`By HTTP the client needs ${KEY_VARIABLE} in its environment: the \`credential\` of that file.`);
  out.line(
    `next: \`${command} modules add\` puts a server behind it; \`${command} modules import\` those a client has.`,
  );
  return EXIT.done;
}

export const mcpConnections = (world: World): readonly { readonly id: AgentId; readonly name: string }[] =>
  listMcpConnections(stateFolder(world)).map(({ agent, name }) => ({ id: agent, name }));

export async function disconnectMcpClient({ world, out }: Context, id: AgentId, json: boolean): Promise<ExitCode> {
  const home = stateFolder(world);
  const found = readDaemonState(home);
  const client = found.ok
    ? createClient({ transport: socketTransport({ socketPath: found.state.socket, token: found.state.token }) })
    : null;
  const done = await disconnectMcp(home, id, client);
  if (!done.ok) return out.error(visible(done.fault.message), done.fault.hints.map(visible));
  if (json) out.json({ agent: id, revoked: true });
  else out.line(`disconnected ${id}: its credential is worthless now; take \`castellan\` out of the client's settings`);
  return EXIT.done;
}
