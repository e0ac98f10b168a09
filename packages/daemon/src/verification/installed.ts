// Which client of an agent is installed now. A program is asked its version only when its file is another one than before:
// looking is cheap enough to be done for every page.
import { stat } from 'node:fs/promises';
import {
  type Connection,
  type Connector,
  connectorOf,
  type Done,
  type InstalledClient,
  type Machine,
  readConnection,
} from '@castellan/agents';
import type { AgentId } from '@castellan/contract';

export interface Installed {
  readonly connector: Connector;
  readonly connection: Connection;
  /** Null: it is not there any more. */
  readonly client: Done<InstalledClient> | null;
}

interface Looked {
  readonly mark: string;
  readonly client: Promise<Done<InstalledClient> | null>;
}

export class InstalledClients {
  readonly #machine: Machine;
  readonly #looked = new Map<AgentId, Looked>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Null: nothing is on record of how it was connected. */
  async of(agent: AgentId): Promise<Installed | null> {
    const connection = await readConnection(this.#machine.home, agent).catch(() => null);
    if (connection === null) return null;
    const connector = connectorOf(connection.connector);
    return { connector, connection, client: await this.#client(agent, connector, connection) };
  }

  async #client(agent: AgentId, connector: Connector, connection: Connection): Promise<Done<InstalledClient> | null> {
    const mark = await markOf(connection);
    const known = this.#looked.get(agent);
    if (known !== undefined && known.mark === mark) return known.client;
    const client = connector.detect(this.#machine, connection.client ?? undefined).catch(() => null);
    this.#looked.set(agent, { mark, client });
    return client;
  }
}

/** Changes whenever the program's file is another one. */
async function markOf({ client, files }: Connection): Promise<string> {
  if (client === null) return `${files.length}`;
  const found = await stat(client).catch(() => null);
  return found === null ? `${client} is gone` : `${client} ${found.ino} ${found.size} ${found.mtimeMs}`;
}
