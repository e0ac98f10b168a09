// `inspectSettings` with the file read, and what the files around a workspace do to our hooks.
import type { JsonObject } from '@castellan/contract';
import { readIfThere } from '../../files.ts';
import { hookUrl } from './entries.ts';
import { readSettings, switchedOff } from './faults.ts';
import { foreignEvents } from './foreign.ts';
import { type Expected, type HookState, inspectSettings } from './inspect.ts';
import { MANAGED_FILE, projectFiles } from './location.ts';

/** How the hooks in a settings file stand. A file that cannot be read is a state, not an error. */
export async function inspectHooks(expected: Expected): Promise<HookState> {
  try {
    return inspectSettings(await readIfThere(expected.settingsPath), expected);
  } catch (error) {
    return { kind: 'unreadable', why: error instanceof Error ? error.message : String(error) };
  }
}

export type Interference =
  /** A file that switches our hooks off. */
  | { readonly kind: 'switched-off'; readonly file: string; readonly by: string }
  /** A project that starts hooks of its own: they run commands nobody is asked about, and may change decided calls. */
  | { readonly kind: 'project-hooks'; readonly file: string; readonly events: readonly string[] };

/** What the settings of a workspace and of the machine do to us. Files that cannot be read count as empty: the client drops them. */
export async function inspectAround(
  workspace: string,
  port: number,
  managed = MANAGED_FILE,
): Promise<readonly Interference[]> {
  const project = await Promise.all(projectFiles(workspace).map((file) => inspectOther(file, port, true)));
  return [...project, await inspectOther(managed, port, false)].flat();
}

async function inspectOther(file: string, port: number, isProject: boolean): Promise<readonly Interference[]> {
  const text = await readIfThere(file).catch(() => null);
  const settings = text === null ? null : settingsOf(text);
  if (settings === null) return [];
  const by = switchedOff(settings, hookUrl(port));
  const events = isProject ? foreignEvents(settings) : [];
  return [
    ...(by === null ? [] : [{ kind: 'switched-off', file, by } as const]),
    ...(events.length === 0 ? [] : [{ kind: 'project-hooks', file, events } as const]),
  ];
}

const settingsOf = (text: string): JsonObject | null => {
  const read = readSettings(text);
  return read.ok ? read.value : null;
};
