// Agents that are installed on this machine: what connecting one would change, and connecting it at a person's word. The
// agents package does it, as for `castellan connect`; what it asks the daemon it asks these rooms.
import { homedir } from 'node:os';
import {
  CONNECTORS,
  type ConnectClient,
  type ConnectOptions,
  type Connector,
  chooseHookCommand,
  connectAgent,
  connectorNamed,
  type Done,
  defaultScopeOf,
  machineHere,
  type PlanOptions,
  planConnection,
  readConnection,
} from '@castellan/agents';
import type { Actor, Agent, AgentId, ConnectMode, ConnectorName, ConnectScope, Gap } from '@castellan/contract';
import { changeOf } from '../changes/index.ts';
import { isAgentId } from '../identity/index.ts';
import type { Parts } from '../surfaces/index.ts';
import type { AgentChanges } from './changes.ts';

export interface FoundAgent {
  readonly connector: ConnectorName;
  readonly scope: ConnectScope;
  readonly mode: ConnectMode;
  readonly name: string;
  readonly version: string | null;
  readonly agent: AgentId | null;
  readonly changes: { path: string; text: string }[];
  readonly warnings: readonly string[];
  readonly gaps: readonly Gap[];
  readonly text: string;
}

export interface AgentsHere {
  /** What is installed, looked for at most every half minute: a version is asked of the program itself. */
  found(): Promise<readonly FoundAgent[]>;
  connect(connector: ConnectorName, by: Actor): Promise<Done<Agent>>;
  /** Writes the entries of an agent again, as it was connected. */
  again(agent: AgentId, by: Actor): Promise<Done<Agent>>;
}

export interface AgentsHereHost {
  readonly parts: Parts;
  readonly home: string;
  readonly socket: string;
  readonly port: () => number;
  readonly env: { readonly [name: string]: string | undefined };
  readonly changes: AgentChanges;
}

const LOOK_EVERY_MS = 30_000;
/** As `castellan connect` does. */
const HOOK_TIMEOUT_SECONDS = 600;

const gone = { kind: 'unreachable', message: 'no such agent is connected', hint: 'connect it again' } as const;

/** What connecting asks of the local API, answered without a socket and in the person's name. */
function clientFor({ agents }: Parts, changes: AgentChanges, by: Actor): ConnectClient {
  const known = (agent: Agent | null) =>
    agent === null ? { ok: false as const, error: gone } : { ok: true as const, value: agent };
  return {
    agents: async () => ({ ok: true, value: { agents: agents.list().filter(({ revokedAt }) => revokedAt === null) } }),
    connect: async ({ body }) => ({
      ok: true,
      value: await changes.connect({ ...body, watched: body.watched ?? [] }, by),
    }),
    changeAgent: async ({ params, body }) =>
      known(isAgentId(params.id) ? await changes.change(params.id, body, by) : null),
    disconnect: async ({ params }) => known(isAgentId(params.id) ? await changes.disconnect(params.id, by) : null),
  };
}

export function agentsHere({ parts, home, socket, port, env, changes: agentsMade }: AgentsHereHost): AgentsHere {
  const machine = machineHere({ home, userHome: homedir(), cwd: homedir(), env });
  const where = (): PlanOptions => ({ machine, port: port(), timeoutSeconds: HOOK_TIMEOUT_SECONDS });
  // Trying each form takes a second: once is enough for what is only shown.
  let hook: ReturnType<typeof chooseHookCommand> | null = null;

  const lookAt = async (connector: Connector): Promise<readonly FoundAgent[]> => {
    hook ??= chooseHookCommand(machine);
    const chosen = await hook;
    const plan = await planConnection(connector, { ...where(), hook: chosen.ok ? chosen.value : undefined });
    if (plan.ok) return [shown(plan.value, parts)];
    const { code, message, hints } = plan.fault;
    if (code === 'client-missing') return [];
    const scope = await defaultScopeOf(connector, machine);
    const [mode = 'hooks'] = connector.modes(scope);
    const nothing = { version: null, agent: null, changes: [], warnings: [], gaps: connector.gaps(scope, mode) };
    const text = [message, ...hints].join('; ');
    return [{ connector: connector.name, scope, mode, name: connector.title, ...nothing, text }];
  };
  const look = async (): Promise<readonly FoundAgent[]> => (await Promise.all(CONNECTORS.map(lookAt))).flat();

  // A look is good for the agents it was made among. An agent is on record before its file is written: whoever looked in
  // between, as every open page does when an agent is new, would be told for half a minute that nothing is connected.
  let last: { readonly at: number; readonly among: string; readonly found: Promise<readonly FoundAgent[]> } | null =
    null;
  const among = (): string =>
    JSON.stringify(parts.agents.list().map(({ id, revokedAt, watched }) => [id, revokedAt, watched]));
  const connectHere = async (connector: Connector, by: Actor, how: Partial<ConnectOptions>): Promise<Done<Agent>> => {
    const done = await connectAgent(connector, {
      ...where(),
      socket,
      name: connector.name,
      now: parts.clock.now(),
      client: clientFor(parts, agentsMade, by),
      ...how,
    }).finally(() => {
      last = null;
    });
    if (!done.ok) return done;
    const agent = parts.agents.get(done.value.agent);
    return agent === null ? faulty('the agent is gone again', 'connect it again') : { ok: true, value: agent };
  };
  return {
    found() {
      const now = parts.clock.monotonic();
      if (last === null || now - last.at > LOOK_EVERY_MS || last.among !== among())
        last = { at: now, among: among(), found: look() };
      return last.found;
    },
    async connect(name, by) {
      const connector = connectorNamed(name);
      if (connector === null) return faulty(`nobody knows how to connect \`${name}\``, 'update Castellan');
      return connectHere(connector, by, {});
    },
    async again(id, by) {
      const agent = parts.agents.get(id);
      const record = await readConnection(home, id);
      const connector = record === null ? null : connectorNamed(record.connector);
      if (agent === null || record === null || connector === null)
        return faulty('nothing is on record of how it was connected', 'run `castellan connect` for it');
      const { scope, mode, ownTools, timeoutSeconds, client } = record;
      // Which folder that was is known to whoever stands in it.
      if (scope === 'project')
        return faulty(
          'it was connected in a folder',
          `run \`castellan connect ${connector.name} --scope project\` there`,
        );
      const clientPath = client === null ? {} : { clientPath: client };
      return connectHere(connector, by, { name: agent.name, scope, mode, ownTools, timeoutSeconds, ...clientPath });
    },
  };
}

const faulty = (message: string, hint: string): Done<never> => ({
  ok: false,
  fault: { code: 'daemon', message, hints: [hint] },
});

type Plan = Extract<Awaited<ReturnType<typeof planConnection>>, { readonly ok: true }>['value'];

function shown(plan: Plan, { agents }: Parts): FoundAgent {
  const { connector, scope, mode, title, version, agent, files, warnings, gaps } = plan;
  const known = agent === null ? null : agents.get(agent);
  const connected = known !== null && known.revokedAt === null && !plan.changes;
  const changed = connected ? [] : files.filter(({ before, after }) => before !== after);
  const changes = changed.map(({ path, before, after }) => ({
    path,
    text: changeOf(path, before, after).lines.join('\n'),
  }));
  const found = { connector, scope, mode, name: title, version, warnings, gaps };
  return { ...found, agent: connected ? agent : null, changes, text: '' };
}
