// Every alarm there is now, over all connected agents: their files, the projects they work in, the processes that run. Reads and
// changes nothing. What a connector cannot look at counts as missing: nobody may hide behind an error.
import type { Agent, AgentId } from '@castellan/contract';
import type { Connection } from '../connection/connection.ts';
import { readConnection } from '../connection/record.ts';
import type { Connector, Standing } from '../connector.ts';
import { connectorOf } from '../connectors.ts';
import type { Machine } from '../machine.ts';
import { alarmsOf, gathered, type HookAlarm } from './alarms.ts';

export interface LookOptions {
  readonly machine: Machine;
  readonly port: number;
  /** Connected agents, as they are now. */
  readonly agents: () => readonly Agent[];
  /** Workspaces of sessions that have not ended, as they are now. */
  readonly workspaces: () => readonly { readonly agent: AgentId; readonly workspace: string }[];
}

const AGAIN = 'if this was not you, end the agent; then connect it again';

/** All of them, one for each agent and kind. */
export async function lookOnce({ machine, port, agents, workspaces }: LookOptions): Promise<readonly HookAlarm[]> {
  const connected: Connection[] = [];
  const alarms: HookAlarm[] = [];
  for (const agent of agents()) {
    // Not connected yet: `connect` names the files as its last step.
    if (agent.revokedAt !== null || agent.watched.length === 0) continue;
    const record = await recordOf(machine.home, agent);
    if ('kind' in record) {
      alarms.push(...alarmsOf(agent.id, [record]));
      continue;
    }
    const connection = { ...record, port };
    connected.push(connection);
    const connector = connectorOf(record.connector);
    alarms.push(...alarmsOf(agent.id, await seen(agent.watched, () => connector.inspect(connection, machine))));
  }
  for (const { agent, workspace } of workspaces()) {
    const connection = connected.find((one) => one.agent === agent);
    const around = connection === undefined ? undefined : connectorOf(connection.connector).around;
    if (connection === undefined || around === undefined) continue;
    alarms.push(...alarmsOf(agent, await seen([workspace], () => around(workspace, connection, machine))));
  }
  for (const [connector, own] of Map.groupBy(connected, ({ connector }) => connectorOf(connector)))
    alarms.push(...(await bypasses(connector, own, machine)));
  return gathered(alarms);
}

/** An agent may put a folder or a pipe in the place of its record: that hides nobody either, and not the others after it. */
async function recordOf(home: string, { id, watched }: Agent): Promise<Connection | Standing> {
  const [file = ''] = watched;
  try {
    const record = await readConnection(home, id);
    return record ?? { kind: 'missing', text: `${file}: the record of the connection is gone`, hint: AGAIN };
  } catch (error) {
    return unseen([`${file}: the record of the connection`], error);
  }
}

async function bypasses(
  connector: Connector,
  connections: readonly Connection[],
  machine: Machine,
): Promise<readonly HookAlarm[]> {
  try {
    const found = await connector.bypasses?.(connections, machine);
    return (found ?? []).flatMap((one) => alarmsOf(one.agent, [one]));
  } catch (error) {
    return connections.flatMap(({ agent }) => alarmsOf(agent, [unseen(['the processes that run'], error)]));
  }
}

async function seen(paths: readonly string[], look: () => Promise<readonly Standing[]>): Promise<readonly Standing[]> {
  try {
    return await look();
  } catch (error) {
    return [unseen(paths, error)];
  }
}

function unseen(what: readonly string[], error: unknown): Standing {
  const why = error instanceof Error ? error.message : String(error);
  return { kind: 'missing', text: `${what.join(', ')}: cannot be looked at: ${why}`, hint: AGAIN };
}
