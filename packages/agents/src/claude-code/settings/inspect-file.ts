// `inspectSettings` with the file read, and what the files around a workspace do to our hooks.
import { join } from 'node:path';
import type { ConnectScope } from '@castellan/contract';
import { readIfThere } from '../../files.ts';
import { isObject } from '../../hook/plain-json.ts';
import type { Machine } from '../../machine.ts';
import { switchedOff } from './faults.ts';
import { foreignEvents } from './foreign.ts';
import { type Expected, type HookState, inspectSettings } from './inspect.ts';
import { otherManagedFiles, projectFiles } from './location.ts';
import { settingsAt, startedBy } from './project-runs.ts';

/** How the hooks in a settings file stand. A file that cannot be read is a state, not an error. */
export async function inspectHooks(path: string, expected: Expected): Promise<HookState> {
  try {
    return inspectSettings(await readIfThere(path), expected);
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}

export type Interference =
  /** A file that switches our hooks off. */
  | { readonly kind: 'switched-off'; readonly file: string; readonly by: string }
  /** A project that starts hooks of its own: they run commands nobody is asked about, and may change decided calls. */
  | { readonly kind: 'project-hooks'; readonly file: string; readonly events: readonly string[] }
  /** A project that starts programs by its settings, or says by variables which program a name means. */
  | { readonly kind: 'project-runs'; readonly file: string; readonly by: readonly string[] };

/**
 * What the settings of a workspace and of the machine do to us. A project does not reach hooks that are the machine's own; what it starts it starts all the same.
 */
export async function inspectAround(
  workspace: string,
  scope: ConnectScope,
  machine: Machine,
): Promise<readonly Interference[]> {
  const managed = scope === 'managed';
  const projects = projectFiles(workspace);
  const [project, others] = await Promise.all([
    Promise.all(projects.map((file) => (managed ? [] : inspectOther(file, false, true)))),
    otherManagedFiles(machine).then((files) => Promise.all(files.map((file) => inspectOther(file, managed, false)))),
  ]);
  return [...project, ...others, await Promise.all([...projects.map(runsOf), serversOf(workspace)])].flat(2);
}

async function runsOf(file: string): Promise<readonly Interference[]> {
  const settings = await settingsAt(file);
  if (settings === null) return [];
  const by = settings === 'unreadable' ? ['it cannot be read here'] : startedBy(settings);
  return by.length === 0 ? [] : [{ kind: 'project-runs', file, by }];
}

/** Of a project's `.mcp.json`: servers it starts. */
async function serversOf(workspace: string): Promise<readonly Interference[]> {
  const file = join(workspace, '.mcp.json');
  const settings = await settingsAt(file);
  if (settings === null || settings === 'unreadable' || !isObject(settings.mcpServers)) return [];
  const by = Object.keys(settings.mcpServers).map((name) => `tool server ${name}`);
  return by.length === 0 ? [] : [{ kind: 'project-runs', file, by }];
}

async function inspectOther(file: string, managed: boolean, isProject: boolean): Promise<readonly Interference[]> {
  const settings = await settingsAt(file);
  if (settings === null || settings === 'unreadable') return [];
  const by = switchedOff(settings, managed);
  const events = isProject ? foreignEvents(settings) : [];
  return [
    ...(by === null ? [] : [{ kind: 'switched-off', file, by } as const]),
    ...(events.length === 0 ? [] : [{ kind: 'project-hooks', file, events } as const]),
  ];
}
