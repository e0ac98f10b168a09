// What is kept of an MCP client that was connected: `agents/ID/mcp.json` in the state folder, 0600. It holds the credential, for
// `castellan mcp` is started by the client and must find it; the client's own settings never hold it.
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AgentId, agentIdSchema, credentialPattern, parserOf } from '@castellan/contract';
import { z } from 'zod';
import { agentFolder } from '../connection/record.ts';
import { replaceFile } from '../files.ts';

const keptSchema = z.strictObject({
  schema: z.literal('castellan/mcp-connection/v1'),
  agent: agentIdSchema,
  /** What `--agent` calls it. */
  name: z.string().min(1).max(80),
  credential: z.string().regex(credentialPattern),
});
export type McpKept = Readonly<z.output<typeof keptSchema>>;
const parseKept = parserOf(keptSchema);

/** Longer than any of ours. */
const MOST_BYTES = 16_384;

const pathOf = (home: string, agent: AgentId): string => join(agentFolder(home, agent), 'mcp.json');

export const writeKept = (home: string, kept: McpKept): Promise<void> =>
  replaceFile(pathOf(home, kept.agent), `${JSON.stringify(kept, null, 2)}\n`, 0o600);

export const removeKept = (home: string, agent: AgentId): Promise<void> => rm(pathOf(home, agent), { force: true });

/** Every MCP client on record. What another user could have written is none. */
export function listMcpConnections(home: string): readonly McpKept[] {
  return idsIn(home).flatMap((agent) => {
    const kept = read(pathOf(home, agent));
    return kept?.agent === agent ? [kept] : [];
  });
}

function idsIn(home: string): readonly AgentId[] {
  try {
    return readdirSync(join(home, 'agents')).filter((name): name is AgentId => agentIdSchema.safeParse(name).success);
  } catch {
    return [];
  }
}

function read(path: string): McpKept | null {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  try {
    const stats = fstatSync(file);
    const isOurs = process.getuid === undefined || stats.uid === process.getuid();
    if (!stats.isFile() || !isOurs || (stats.mode & 0o077) !== 0 || stats.size > MOST_BYTES) return null;
    const kept = parseKept(JSON.parse(readFileSync(file, 'utf8')));
    return kept.ok ? kept.value : null;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}
