// Which settings file a scope means. The project's committed settings.json is none of them: it would hold others to our daemon.
import { constants } from 'node:fs';
import { access, chmod, lstat, readdir } from 'node:fs/promises';
import { basename, isAbsolute, join } from 'node:path';
import type { AgentId } from '@castellan/contract';
import { agentFolder } from '../../connection/record.ts';
import type { Machine } from '../../machine.ts';

type Env = { readonly [name: string]: string | undefined };

/** Isolated: CLAUDE_CONFIG_DIR of the runs that `castellan run` starts. */
export const isolatedFolder = (home: string, agent: AgentId): string => join(agentFolder(home, agent), 'claude');

/** The user's own Claude Code folder. */
export function userFolder(env: Env): string | null {
  const own = env.CLAUDE_CONFIG_DIR;
  if (own !== undefined && isAbsolute(own)) return own;
  return env.HOME !== undefined && isAbsolute(env.HOME) ? join(env.HOME, '.claude') : null;
}

/**
 * The machine's settings that are ours alone: whoever else has some keeps them beside it. A client cannot be started without
 * them; another user, who may not read them, is told so and not held.
 */
const OWN_FILE = 'castellan.json';
const managedFolders = (etc: string): readonly string[] => [
  join(etc, 'claude-code'),
  join(etc, 'claude-code', 'managed-settings.d'),
];

/** The file of a scope whose place does not depend on the agent. */
export function settingsPath(scope: 'user' | 'project' | 'managed', { cwd, env, userHome, etc }: Machine): string {
  if (scope === 'managed') return join(etc, 'claude-code', 'managed-settings.d', OWN_FILE);
  if (scope === 'project') return join(cwd, '.claude', 'settings.local.json');
  return join(userFolder({ ...env, HOME: userHome }) ?? join(userHome, '.claude'), 'settings.json');
}

/** Other files whose settings Claude Code adds to ours when it runs in a workspace. */
export const projectFiles = (workspace: string): readonly string[] => [
  join(workspace, '.claude', 'settings.json'),
  join(workspace, '.claude', 'settings.local.json'),
];

/** Every file of the machine's settings that is not ours. */
export async function otherManagedFiles({ etc, ...machine }: Machine): Promise<readonly string[]> {
  const own = settingsPath('managed', { ...machine, etc });
  const [folder = '', dropIns = ''] = managedFolders(etc);
  const names = await readdir(dropIns).catch((): string[] => []);
  const all = [join(folder, 'managed-settings.json'), ...names.toSorted().map((name) => join(dropIns, name))];
  return all.filter((path) => path !== own);
}

/** Why this user does not put settings of the machine there; null: they may, and nothing of anybody else's is there. */
export async function managedFault(machine: Machine): Promise<string | null> {
  const uid = process.getuid?.();
  if (process.platform !== 'linux' || uid === undefined) return 'the settings of the machine are only known on Linux';
  let parent = machine.etc;
  for (const folder of managedFolders(machine.etc)) {
    const found = await lstat(folder).catch(() => null);
    if (found === null) break;
    if (!found.isDirectory()) return `\`${folder}\` is no folder`;
    if (found.uid !== uid) return `\`${folder}\` belongs to another user`;
    if ((found.mode & 0o022) !== 0) return `\`${folder}\` can be written by others`;
    parent = folder;
  }
  for (const path of [...(await otherManagedFiles(machine)), settingsPath('managed', machine)]) {
    const found = await lstat(path).catch(() => null);
    if (found !== null && found.uid !== uid) return `\`${path}\` belongs to another user`;
  }
  return access(parent, constants.W_OK).then(
    () => null,
    () => `\`${parent}\` cannot be written by you`,
  );
}

/** Folders that were made for our file alone: others must still be able to read what the machine's owner puts beside it. */
export async function openManagedFolders({ etc }: Machine): Promise<void> {
  const [outer = '', inner = ''] = managedFolders(etc);
  for (const [folder, held] of [
    [outer, basename(inner)],
    [inner, OWN_FILE],
  ] as const) {
    const isOursAlone = (await readdir(folder)).every((name) => name === held);
    if (isOursAlone && ((await lstat(folder)).mode & 0o777) === 0o700) await chmod(folder, 0o755);
  }
}
