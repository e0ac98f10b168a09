// `castellan connect`: what is here and how it stands, or one agent put behind the gate. The agents package does it; here is what
// is said about it.
import {
  CONNECTORS,
  type Connected,
  type Connector,
  type ConnectPlan,
  connectAgent,
  connectorNamed,
  type OwnTools,
  type PlanOptions,
  planConnection,
} from '@castellan/agents';
import { type ConnectMode, type ConnectScope, connectModeSchema, connectScopeSchema } from '@castellan/contract';
import { connect as connectDaemon, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { type FoundRow, foundLines, nextLines, openLines, planLines } from '../text/connect-text.ts';
import { visible } from '../text/visible.ts';
import { machineOf, told } from './choose-connection.ts';
import { connectMcpClient } from './connect-mcp.ts';

export interface ConnectOptions extends JsonOption {
  readonly scope?: string;
  readonly mode?: string;
  readonly ownTools?: string;
  readonly client?: string;
  readonly dryRun?: boolean;
  readonly name?: string;
  readonly timeout: number;
}

export async function connect(context: Context, agent: string | undefined, options: ConnectOptions): Promise<ExitCode> {
  const { world, out } = context;
  if (agent === undefined) return whatIsHere(context, options);
  const above = options.dryRun === true ? undefined : refuseUnderAgent(world, out, 'connect');
  if (above !== undefined) return above;
  if (agent === 'mcp') return connectMcpClient(context, options);
  const connector = connectorNamed(agent);
  if (connector === null) {
    const names = CONNECTORS.map(({ name }) => `\`${name}\``).join(', ');
    return out.error(
      `\`${visible(agent)}\` is not an agent it knows`,
      [`${names}, and \`mcp\` for any MCP client`],
      EXIT.usage,
    );
  }
  const how = howOf(context, options);
  if (typeof how === 'number') return how;
  const connection = connectDaemon(world, out);
  if (typeof connection === 'number') return connection;
  const { client, state } = connection;
  const where: PlanOptions = {
    ...how,
    machine: machineOf(world),
    port: state.port,
    timeoutSeconds: options.timeout,
    clientPath: options.client,
  };
  if (options.dryRun === true) return dryRun(context, connector, where, options.json === true);
  const done = await connectAgent(connector, {
    ...where,
    socket: state.socket,
    name: options.name ?? nameOf(connector, how.scope),
    client,
    now: world.clock.now(),
  });
  if (!done.ok) return told(out, done.fault);
  if (options.json) out.json(done.value);
  else connected(context, connector, done.value);
  return EXIT.done;
}

interface How {
  readonly scope: ConnectScope | undefined;
  readonly mode: ConnectMode | undefined;
  readonly ownTools: OwnTools | undefined;
}

/** What was written on the command line, or how it is mistaken. */
function howOf({ out }: Context, { scope, mode, ownTools }: ConnectOptions): How | ExitCode {
  const knownScope = connectScopeSchema.optional().safeParse(scope);
  if (!knownScope.success)
    return out.error(`\`${visible(scope ?? '')}\` is not a scope`, [connectScopeSchema.options.join(', ')], EXIT.usage);
  const knownMode = connectModeSchema.optional().safeParse(mode);
  if (!knownMode.success)
    return out.error(`\`${visible(mode ?? '')}\` is not a mode`, [connectModeSchema.options.join(', ')], EXIT.usage);
  if (ownTools !== undefined && ownTools !== 'kept' && ownTools !== 'off')
    return out.error(`\`--own-tools ${visible(ownTools)}\` says nothing`, ['kept, off'], EXIT.usage);
  return { scope: knownScope.data, mode: knownMode.data, ownTools };
}

const nameOf = ({ name }: Connector, scope: ConnectScope | undefined): string =>
  scope === undefined || scope === 'user' ? name : `${name} (${scope})`;

async function dryRun({ out }: Context, connector: Connector, where: PlanOptions, isJson: boolean): Promise<ExitCode> {
  const plan = await planConnection(connector, where);
  if (!plan.ok) return told(out, plan.fault);
  const value: ConnectPlan = plan.value;
  if (isJson) out.json(value);
  else out.lines(planLines(value, out.width));
  return EXIT.done;
}

function connected({ out, command }: Context, connector: Connector, result: Connected): void {
  const { agent, version, changed, files, warnings, scope, mode, ownTools } = result;
  const client = `${connector.title}${version === null ? '' : ` ${visible(version)}`}`;
  out.line(`${client} ${changed ? 'is connected' : 'was connected already'} (${agent})`);
  for (const { path, backup } of files)
    out.line(`  ${visible(path)}${backup === null ? '' : `; as it was: ${visible(backup)}`}`);
  for (const warning of warnings) out.note(`note: ${visible(warning)}`);
  out.line();
  out.lines(openLines(connector.gaps(scope, mode, ownTools), out.width));
  out.line();
  const proof = [`${command} verify ${connector.name}`, 'prove that it is held: a minute or so, no model key'] as const;
  const start =
    scope === 'isolated'
      ? ([`${command} run ${connector.name}`, 'start it'] as const)
      : ([`start ${connector.title}`, 'as always; one that runs already does not know it yet'] as const);
  out.lines(nextLines(connector.verify === null ? [start] : [proof, start]));
}

/** What is installed and how it stands. The daemon need not be asked for what can be connected. */
async function whatIsHere(context: Context, options: ConnectOptions): Promise<ExitCode> {
  const { world, out } = context;
  const connection = connectDaemon(world, out);
  if (typeof connection === 'number') return connection;
  const standings = await connection.client.standings();
  if (!standings.ok) return tell(out, standings.error);
  const machine = machineOf(world);
  const looked = await Promise.all(
    CONNECTORS.map(async (connector) => ({ connector, client: await connector.detect(machine) })),
  );
  const rows = looked.flatMap(({ connector: { name, title }, client }): FoundRow[] => {
    if (client === null) return [];
    const own = standings.value.standings.filter(({ connector }) => connector === name);
    const version = client.ok ? client.value.version : null;
    const fault = client.ok ? null : client.fault.message;
    return [{ connector: name, title, version, fault, standings: own }];
  });
  const missing = looked.flatMap(({ connector, client }) => (client === null ? [connector.title] : []));
  if (options.json) out.json({ found: rows, missing });
  else out.lines(foundLines(rows, missing, { width: out.width, now: world.clock.now() }));
  return EXIT.done;
}
