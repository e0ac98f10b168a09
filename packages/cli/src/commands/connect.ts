// `castellan connect`, `disconnect`, `verify` and `run`: agents does the work, here is what is said about it.
import { createHash } from 'node:crypto';
import {
  type AgentFault,
  connectClaude,
  disconnectClaude,
  listConnections,
  runClaude,
  SCOPES,
  type Scope,
  type Verified,
  verifyClaude,
} from '@castellan/agents';
import { createClient, readDaemonState, socketTransport } from '@castellan/client';
import type { AgentId, DaemonState } from '@castellan/contract';
import { connect as connectDaemon } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode, type Output } from '../output.ts';
import { pickOrTell } from '../pick-id.ts';
import { type Line, line } from '../text/tone.ts';
import { visible } from '../text/visible.ts';
import { table } from '../text/wrap.ts';
import { stateFolder } from '../world.ts';
import { connectMcpClient, disconnectMcpClient, mcpConnections } from './connect-mcp.ts';

export interface ConnectOptions extends JsonOption {
  readonly scope: string;
  readonly name?: string;
  readonly timeout: number;
  readonly claude?: string;
}

const told = (out: Output, fault: AgentFault): ExitCode =>
  out.error(
    visible(fault.message),
    fault.hints.map(visible),
    fault.code === 'weakening-flag' ? EXIT.denied : EXIT.failure,
  );

const isScope = (text: string): text is Scope => SCOPES.some((scope) => scope === text);

/** A name nobody knows is a mistake of the usage. */
function wrongAgent(out: Output, name: string): ExitCode | undefined {
  if (name === 'claude-code') return undefined;
  return out.error(
    `\`${visible(name)}\` is not an agent it knows`,
    ['`claude-code` is, and `mcp` for any MCP client'],
    EXIT.usage,
  );
}

export async function connect(context: Context, agent: string, options: ConnectOptions): Promise<ExitCode> {
  const { world, out, command } = context;
  const above = refuseUnderAgent(world, out, 'connect');
  if (above !== undefined) return above;
  if (agent === 'mcp') return connectMcpClient(context, options);
  const refused = wrongAgent(out, agent);
  if (refused !== undefined) return refused;
  const { scope } = options;
  if (!isScope(scope)) {
    return out.error(`\`${visible(scope)}\` is not a scope`, [`one of ${SCOPES.join(', ')}`], EXIT.usage);
  }
  const connection = connectDaemon(world, out);
  if (typeof connection === 'number') return connection;
  const done = await connectClaude({
    home: stateFolder(world),
    cwd: world.cwd,
    env: world.env,
    scope,
    name: options.name ?? (scope === 'user' ? 'claude-code' : `claude-code (${scope})`),
    client: connection.client,
    port: connection.state.port,
    timeoutSeconds: options.timeout,
    now: world.clock.now(),
    node: process.execPath,
    ...(options.claude === undefined ? {} : { claude: options.claude }),
  });
  if (!done.ok) return told(out, done.fault);
  const { changed, settingsPath, version, warnings, backup } = done.value;
  if (options.json) {
    out.json(done.value);
    return EXIT.done;
  }
  out.line(
    `Claude Code ${visible(version)} ${changed ? 'is connected' : 'was connected already'} (${done.value.agent})`,
  );
  out.line(`  hooks in ${settingsPath}${backup === null ? '' : `; as it was: ${backup}`}`);
  for (const warning of warnings) out.note(`note: ${visible(warning)}`);
  out.line();
  out.line('next:');
  const next = table([
    [`  ${command} verify`, '  prove that it is held: a few seconds, no model key'],
    scope === 'isolated' ? [`  ${command} run claude-code`, '  start it'] : ['  claude', '  start it as always'],
  ]);
  for (const text of next) out.line(text);
  return EXIT.done;
}

/** The connection meant: by a part of its id, or the only one. */
async function chooseConnection(
  { world, out }: Context,
  part: string | undefined,
): Promise<{ readonly id: AgentId } | ExitCode> {
  const connections = await listConnections(stateFolder(world));
  const ids = connections.map((connection) => connection.agent);
  const [only] = ids;
  if (only === undefined) return out.error('no agent is connected', ['`castellan connect claude-code` connects one']);
  if (part !== undefined && part !== 'claude-code') return pickOrTell(out, 'agent', ids, part, 'castellan agents');
  if (ids.length === 1) return { id: only };
  const list = connections.map(({ agent, scope, settingsPath }) => `\`${agent}\`: ${scope}, ${settingsPath}`);
  return out.error(`${ids.length} agents are connected: say which`, list, EXIT.usage);
}

/** The MCP client meant: by its name or a part of its id, or the only agent there is; null: none is. */
async function chooseMcp({ world }: Context, part: string | undefined): Promise<AgentId | null> {
  const clients = mcpConnections(world);
  if (part === undefined) {
    const [only, ...more] = clients;
    const isAlone = more.length === 0 && (await listConnections(stateFolder(world))).length === 0;
    return isAlone ? (only?.id ?? null) : null;
  }
  const [found, ...more] = clients.filter(({ id, name }) => name === part || (part.length >= 4 && id.includes(part)));
  return more.length === 0 ? (found?.id ?? null) : null;
}

export async function disconnect(context: Context, part: string | undefined, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'disconnect');
  if (refused !== undefined) return refused;
  const mcp = await chooseMcp(context, part);
  if (mcp !== null) return disconnectMcpClient(context, mcp, options.json === true);
  const chosen = await chooseConnection(context, part);
  if (typeof chosen === 'number') return chosen;
  // With the daemon away the settings are put back all the same: nobody must need us to get rid of us.
  const found = readDaemonState(stateFolder(world));
  const client = found.ok
    ? createClient({ transport: socketTransport({ socketPath: found.state.socket, token: found.state.token }) })
    : null;
  const done = await disconnectClaude({ home: stateFolder(world), agent: chosen.id, client });
  if (!done.ok) return told(out, done.fault);
  const { file, settingsPath, revoked, warnings } = done.value;
  if (options.json) {
    out.json(done.value);
    return EXIT.done;
  }
  const how = {
    original: 'is as it was, byte by byte',
    stripped: 'lost only what was put in; it had changed since',
    removed: 'is gone; it was made by `connect`',
    absent: 'was gone already',
  } as const;
  out.line(`disconnected ${chosen.id}: ${settingsPath} ${how[file]}`);
  if (revoked) out.line('its credential is worthless now');
  for (const warning of warnings) out.note(`note: ${visible(warning)}`);
  return revoked ? EXIT.done : EXIT.failure;
}

/** Every connected agent, or the one named. */
export async function verify(context: Context, part: string | undefined, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const connection = connectDaemon(world, out);
  if (typeof connection === 'number') return connection;
  const all = (await listConnections(stateFolder(world))).map(({ agent }) => agent);
  const chosen = part === undefined && all.length > 0 ? { id: all[0] } : await chooseConnection(context, part);
  if (typeof chosen === 'number') return chosen;
  const wanted = part === undefined ? all : all.filter((agent) => agent === chosen.id);
  const results: Verified[] = [];
  for (const agent of wanted) {
    const done = await verifyClaude({
      home: stateFolder(world),
      agent,
      env: world.env,
      client: connection.client,
      port: connection.state.port,
      nonce: nonceOf(connection.state, world.clock.now()),
    });
    if (!done.ok) return told(out, done.fault);
    results.push(done.value);
    if (!options.json) out.lines(verifiedLines(agent, done.value));
  }
  const ok = results.every((result) => result.ok);
  if (options.json) out.json({ ok, agents: results.map((result, index) => ({ agent: wanted[index], ...result })) });
  if (ok) return EXIT.done;
  return out.error('an agent is not held', [
    'do not let it work; `castellan connect claude-code` writes the hooks again',
  ]);
}

const verifiedLines = (agent: AgentId, { version, checks }: Verified): readonly Line[] => [
  line(`Claude Code ${visible(version)} (${agent})`, 'strong'),
  ...checks.flatMap((check) => [
    line(`${check.ok ? 'ok    ' : 'FAILED'}  ${visible(check.title)}`, check.ok ? 'good' : 'danger'),
    line(`        ${visible(check.seen)}`, 'quiet'),
  ]),
];

/** Fresh by the time, unguessable by the token: the canaries' names must not be known beforehand. */
const nonceOf = (state: DaemonState, now: number): string =>
  createHash('sha256').update(`canary ${state.token} ${now} ${process.pid}`).digest('hex').slice(0, 24);

export async function run(
  context: Context,
  agent: string,
  args: readonly string[],
  { task, modelUpstream, watch }: { readonly task?: string; readonly modelUpstream?: string; readonly watch?: boolean },
): Promise<ExitCode | number> {
  const { world, out } = context;
  const wrong = wrongAgent(out, agent);
  if (wrong !== undefined) return wrong;
  const connection = connectDaemon(world, out);
  if (typeof connection === 'number') return connection;
  const { client, state } = connection;
  const done = await runClaude({
    ...(task === undefined ? {} : { task }),
    ...(modelUpstream === undefined ? {} : { modelUpstream }),
    home: stateFolder(world),
    cwd: world.cwd,
    env: world.env,
    args,
    client,
    port: state.port,
    watch: watch !== false,
    unwatched: (why) => out.note(`note: this session cannot be watched elsewhere: ${visible(why)}`),
  });
  return done.ok ? done.value.code : told(out, done.fault);
}
