// Everything `castellan run` checks before it starts an agent. INVARIANT: it starts only while its entries stand and the daemon
// answers; the user's own settings of that client are never opened.
import { type Client, errorLines } from '@castellan/client';
import { type AgentId, upstreamNameSchema, withVariables } from '@castellan/contract';
import type { Connection } from '../connection/connection.ts';
import { listConnections } from '../connection/record.ts';
import type { Connector, RunRequest } from '../connector.ts';
import { type Done, done, undone } from '../fault.ts';
import type { Program } from '../launch.ts';
import type { InstalledClient, Machine } from '../machine.ts';
import { RUN_VARIABLES } from '../run-headers.ts';
import { isWalled, type RunWalls } from '../walls/wanted.ts';
import { asAgentUser } from './as-agent-user.ts';

export interface RunOptions {
  readonly machine: Machine;
  /** What the user calls the work; sessions of one name in one folder share a task. */
  readonly task?: string;
  /** What the user wrote after the agent's name; a leading `--` is dropped. */
  readonly args: readonly string[];
  /** A model server of the broker; with it the agent gets a placeholder and no variable of any provider. */
  readonly modelUpstream?: string;
  /** Only what it asks of the daemon: the daemon itself is its own. */
  readonly client: Pick<Client, 'agents' | 'modelKey'>;
  readonly port: number;
  /** deny: what needs a person is refused at once. wait: somebody may answer elsewhere. */
  readonly confirm: 'deny' | 'wait';
  /** What this run calls itself: letters and digits, unguessable. */
  readonly run: string;
  readonly headless: RunRequest['headless'];
  readonly walls: RunWalls;
}

/** What is left is to start it. */
export interface Prepared extends Program {
  readonly agent: AgentId;
  readonly title: string;
  /** Null: it has none. */
  readonly walls: WallsOfRun | null;
  /** When it has ended. @returns what a person is told of it, a line each */
  readonly over: () => Promise<readonly string[]>;
}

export interface WallsOfRun {
  /** `bubblewrap, seccomp`. */
  readonly words: string;
  /** What it may change, beside its own folder. */
  readonly writes: readonly string[];
  /** As the configuration names it. */
  readonly agent: string;
  /** Hosts that it needs itself. */
  readonly hosts: readonly string[];
}

/** Without the `--` that parts our own command line from the client's: passed on, it would end the client's options. */
export const userArguments = (args: readonly string[]): readonly string[] => (args[0] === '--' ? args.slice(1) : args);

export async function isolatedConnection(home: string, { name }: Connector): Promise<Connection | null> {
  const all = await listConnections(home);
  return all.find((one) => one.connector === name && one.scope === 'isolated') ?? null;
}

/** The program that is to be started, with everything checked; a fault says why it is not. Nothing is started here. */
export async function prepareRun(connector: Connector, options: RunOptions): Promise<Done<Prepared>> {
  const { machine, port } = options;
  const again = `run \`castellan connect ${connector.name} --scope isolated\``;
  const start = connector.run;
  if (start === null)
    return undone('wrong-scope', `${connector.title} is started by a person, not by \`run\``, 'start it as always');
  const connection = await isolatedConnection(machine.home, connector);
  if (connection === null) return undone('not-connected', `there is no isolated ${connector.title} yet`, again);
  const agents = await options.client.agents();
  if (!agents.ok) return daemonFault(agents.error);
  const agent = agents.value.agents.find(({ id }) => id === connection.agent);
  if (agent === undefined || agent.revokedAt !== null)
    return undone('not-connected', 'its credential was revoked', again);
  for (const standing of await connector.inspect({ ...connection, port }, machine))
    if (standing.kind !== 'intact') return undone('hooks-not-intact', standing.text, again);
  const client = await connector.detect(machine, connection.client ?? undefined);
  if (client === null) return undone('client-missing', `${connector.title} is not installed any more`, 'install it');
  if (!client.ok) return client;
  const request = requestOf(options, connection, client.value);
  // Before a model key is made: that ends the key before it, which an agent that runs may be using.
  const program = await start(request);
  if (!program.ok) return program;
  const ready = async (made: Program): Promise<Done<Prepared>> => {
    const whole = prepared(made, connector, connection, options);
    const walled = await withWalls(whole, { connector, connection, name: agent.name }, options);
    return walled.ok ? asAgentUser(walled.value, machine.home, walled.value.walls !== null) : walled;
  };
  if (options.modelUpstream === undefined) return ready(program.value);
  const model = await modelOf(options, agent.id, options.modelUpstream);
  if (!model.ok) return model;
  const brokered = await start({ ...request, model: model.value });
  return brokered.ok ? ready(brokered.value) : brokered;
}

function requestOf(options: RunOptions, connection: Connection, client: InstalledClient): RunRequest {
  const { machine, args, task, port, headless, walls } = options;
  const { gateway, hook } = connection;
  const own = { connection, client, args: userArguments(args), task: task ?? null };
  return { machine, port, gateway, hook, headless, model: null, isWalled: isWalled(walls), ...own };
}

/** With what tells the daemon of this run: nothing of it is leave for anything. */
function prepared(program: Program, { title }: Connector, { agent }: Connection, options: RunOptions): Prepared {
  const { task, confirm, run, machine } = options;
  const within = machine.env[RUN_VARIABLES['x-castellan-run']];
  const env = withVariables(program.env, {
    ...(task !== undefined && { [RUN_VARIABLES['x-castellan-task']]: encodeURIComponent(task) }),
    ...(confirm === 'deny' && { [RUN_VARIABLES['x-castellan-confirm']]: 'deny' }),
    [RUN_VARIABLES['x-castellan-run']]: run,
    ...(within !== undefined &&
      /^[0-9A-Za-z]{16,64}$/.test(within) && { [RUN_VARIABLES['x-castellan-within']]: within }),
  });
  return { ...program, env, agent, title, walls: null, over: () => Promise.resolve([]) };
}

/** INVARIANT: what was to have walls has them, or it is a fault. */
async function withWalls(
  program: Prepared,
  {
    connector,
    connection,
    name,
  }: { readonly connector: Connector; readonly connection: Connection; readonly name: string },
  { machine, port, run, walls }: RunOptions,
): Promise<Done<Prepared>> {
  if (!isWalled(walls)) return done(program);
  // Only now: what makes walls is of no use to a run without.
  const { confineRun } = await import('../walls/confine.ts');
  const given = { connector, connection, machine, program, config: walls.config, port, run };
  const confined = await confineRun(given);
  if (!confined.ok) return confined;
  const { words, writes, ...inside } = confined.value;
  return done({ ...program, ...inside, walls: { words, writes, hosts: connector.hosts, agent: name } });
}

async function modelOf(
  { client, port }: RunOptions,
  id: AgentId,
  upstream: string,
): Promise<Done<NonNullable<RunRequest['model']>>> {
  if (!upstreamNameSchema.safeParse(upstream).success)
    return undone(
      'no-upstream',
      `\`${upstream}\` is no name of a model server`,
      'they are named in `models.upstreams`',
    );
  const made = await client.modelKey({ params: { id } });
  if (!made.ok) return daemonFault(made.error);
  return done({ baseUrl: `http://127.0.0.1:${port}/model/${upstream}`, key: made.value.key });
}

function daemonFault(error: Parameters<typeof errorLines>[0]): Done<never> {
  const { message, hints } = errorLines(error);
  return undone('daemon', message, ...hints);
}
