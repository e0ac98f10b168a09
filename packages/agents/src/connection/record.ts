// The record of each connection, in `agents/ID` of the state folder. INVARIANT: it is there before the first file of a client
// is touched and until the last one is put back, so that a connect or disconnect cut short can always be ended.
import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type AgentId, agentIdSchema, parserOf } from '@castellan/contract';
import { codeOf, readIfThere, replaceFile } from '../files.ts';
import { type ConnectedFile, type Connection, connectionSchema } from './connection.ts';
import { fromVersion1 } from './version-1.ts';

const parseConnection = parserOf(connectionSchema);

/**
 * What is kept of an agent, and where its isolated settings lie. Where agents are another user `agents` is a link out of the state
 * folder, which they cannot pass through: what they are told is the real path.
 */
export const agentFolder = (home: string, agent: AgentId): string => join(agentsFolder(home), agent);

function agentsFolder(home: string): string {
  const path = join(home, 'agents');
  try {
    return resolve(home, readlinkSync(path));
  } catch {
    return path;
  }
}

export const connectionPath = (home: string, agent: AgentId): string =>
  join(agentFolder(home, agent), 'connection.json');

export const digestOf = (bytes: string | Buffer): ConnectedFile['written'] =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** What was remembered of an agent's connection; null where nothing is, or where it cannot be read. */
export async function readConnection(home: string, agent: AgentId): Promise<Connection | null> {
  const text = await readIfThere(connectionPath(home, agent));
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const record = parseConnection(value);
  if (record.ok) return record.value.agent === agent ? record.value : null;
  const older = fromVersion1(value, home);
  if (older === null || older.agent !== agent) return null;
  // Read it is as good either way: that it could not be rewritten is nobody's concern now.
  await writeConnection(home, older).catch(() => undefined);
  return older;
}

export const writeConnection = (home: string, connection: Connection): Promise<void> =>
  replaceFile(connectionPath(home, connection.agent), `${JSON.stringify(connection, null, 2)}\n`);

/** Every connection on record. */
export async function listConnections(home: string): Promise<readonly Connection[]> {
  let names: readonly string[];
  try {
    names = await readdir(join(home, 'agents'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const ids = names.filter((name): name is AgentId => agentIdSchema.safeParse(name).success).toSorted();
  const records = await Promise.all(ids.map((agent) => readConnection(home, agent)));
  return records.filter((record) => record !== null);
}
