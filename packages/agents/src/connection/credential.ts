// Where the credential of a connected agent is kept: in the file of its hook command, or in that of `castellan mcp`; both in
// the agent's own folder, 0600. A client's own files hold it only where its hooks cannot do without.
import { dirname } from 'node:path';
import { type AgentId, type AgentKind, agentSocketsOf, credentialPattern } from '@castellan/contract';
import { type Done, done } from '../fault.ts';
import { isShared, modeOf, readIfThere, realPath, removeFile, replaceFile, setMode } from '../files.ts';
import { hookFileOf, hookFileText } from '../hook-client/hook-file.ts';
import { listMcpConnections, removeKept, writeKept } from '../mcp-link/kept.ts';
import { hookFilePath } from './commands.ts';
import type { ConnectOptions } from './options.ts';
import { agentFolder, readConnection } from './record.ts';

/** Where each kind posts what its hooks say; the others have none. */
const ROUTES: Partial<Record<AgentKind, string>> = {
  'claude-code': '/v1/hooks/claude-code',
  codex: '/v1/hooks/codex',
  opencode: '/v1/hooks/opencode',
};

export interface Identity {
  readonly agent: AgentId;
  readonly credential: string;
}

/** Null: none is kept. */
export async function keptCredential(home: string, agent: AgentId): Promise<string | null> {
  const text = await readIfThere(hookFilePath(agentFolder(home, agent))).catch(() => null);
  const hooked = text === null ? undefined : hookFileOf(text)?.credential;
  const found = hooked ?? listMcpConnections(home).find((kept) => kept.agent === agent)?.credential;
  if (found !== undefined && isOf(found, agent)) return found;
  return inFiles(home, agent);
}

/** Before there was one command for all hooks it stood in the client's settings. */
async function inFiles(home: string, agent: AgentId): Promise<string | null> {
  for (const { path } of (await readConnection(home, agent))?.files ?? []) {
    const text = (await readIfThere(path).catch(() => null)) ?? '';
    for (const [credential] of text.matchAll(/castellan_a_[0-9a-z]+_[0-9a-f]{64}/g))
      if (isOf(credential, agent)) return credential;
  }
  return null;
}

const isOf = (credential: string, agent: AgentId): boolean =>
  credentialPattern.exec(credential)?.[1] === agent.slice('agent_'.length);

/** Keeps it; writes nothing where it is kept already. */
export async function keepCredential(
  kind: AgentKind,
  identity: Identity,
  options: ConnectOptions,
): Promise<Done<null>> {
  const { agent, credential } = identity;
  const { home } = options.machine;
  const route = ROUTES[kind];
  if (route === undefined) {
    if ((await keptCredential(home, agent)) !== credential)
      await writeKept(home, { schema: 'castellan/mcp-connection/v1', agent, name: options.name, credential });
    return done(null);
  }
  const folder = agentFolder(home, agent);
  const path = hookFilePath(folder);
  // Where agents are other users, or in other containers: they read it, cannot change it, and reach their own socket alone.
  const shared = await isShared(dirname(folder));
  const text = hookFileText({
    socket: shared ? await realPath(agentSocketsOf(home, agent).gate) : options.socket,
    owner: process.getuid?.() ?? 0,
    credential,
    route,
    timeoutSeconds: waitOf(options.timeoutSeconds),
  });
  if (!text.ok) return text;
  const mode = shared ? 0o640 : 0o600;
  if ((await readIfThere(path)) !== text.value || (await modeOf(path)) !== mode)
    await replaceFile(path, text.value, mode);
  if (shared) await setMode(folder, 0o2750);
  return done(null);
}

/** The daemon answers five seconds before the host gives up, or after half of its time; the hook command ends in between. */
export const waitOf = (hostSeconds: number): number => hostSeconds - Math.ceil(Math.min(5, hostSeconds / 2) / 2);

export async function forgetCredential(home: string, agent: AgentId): Promise<void> {
  await removeFile(hookFilePath(agentFolder(home, agent)));
  await removeKept(home, agent);
}
