// What we remember of a connection, in the state folder: which file we edited, how to put it back, what we wrote.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgentId, agentIdSchema, digestSchema, jsonValueSchema, parserOf } from '@castellan/contract';
import { z } from 'zod';
import { codeOf, readIfThere, replaceFile } from '../files.ts';
import type { Expected } from './settings/inspect.ts';
import { agentFolder, SCOPES } from './settings/location.ts';

export const connectionSchema = z.strictObject({
  schema: z.literal('castellan/connection/v1'),
  kind: z.literal('claude-code'),
  agent: agentIdSchema,
  scope: z.enum(SCOPES),
  /** Real path of the edited file. */
  settingsPath: z.string(),
  port: z.int().positive(),
  timeoutSeconds: z.int().positive(),
  node: z.string(),
  script: z.string(),
  /** The client that was checked. */
  claude: z.string(),
  /** Of the bytes we wrote: while they stand, the original can be restored byte by byte. */
  written: digestSchema,
  restore: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('remove') }),
    z.strictObject({ kind: z.literal('bytes'), backup: z.string(), mode: z.int() }),
    /** The file was changed between two connects: only our own entries can be taken out again. */
    z.strictObject({ kind: z.literal('strip') }),
  ]),
  before: z.strictObject({
    disableBypassPermissionsMode: jsonValueSchema.optional(),
    disableSkillShellExecution: jsonValueSchema.optional(),
  }),
});
export type Connection = Readonly<z.output<typeof connectionSchema>>;
const parseConnection = parserOf(connectionSchema);

export const digestOf = (text: string): Connection['written'] =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

const connectionPath = (home: string, agent: AgentId): string => join(agentFolder(home, agent), 'connection.json');

/** What was remembered of an agent's connection; null where nothing is, or where it cannot be read. */
export async function readConnection(home: string, agent: AgentId): Promise<Connection | null> {
  const text = await readIfThere(connectionPath(home, agent));
  if (text === null) return null;
  try {
    const record = parseConnection(JSON.parse(text));
    return record.ok ? record.value : null;
  } catch {
    return null;
  }
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
  const ids = names.filter((name): name is AgentId => agentIdSchema.safeParse(name).success);
  const records = await Promise.all(ids.map((agent) => readConnection(home, agent)));
  return records.filter((record) => record !== null);
}

/** What must stand in the settings file of a connection. */
export const expectedOf = (connection: Connection, port = connection.port): Expected => ({
  agent: connection.agent,
  port,
  timeoutSeconds: connection.timeoutSeconds,
  node: connection.node,
  script: connection.script,
  settingsPath: connection.settingsPath,
});
