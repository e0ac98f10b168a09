// Where OpenCode's settings lie, and where our plug-in in them. INVARIANT: the plug-in is a file of its own in a folder that
// OpenCode looks into by itself: no change of opencode.json, not even one that breaks it, leaves it out.
import { createHash } from 'node:crypto';
import { basename, isAbsolute, join } from 'node:path';
import type { ConnectScope } from '@castellan/contract';
import { realPath } from '../files.ts';
import type { Machine } from '../machine.ts';

export const PLUGIN_NAME = 'castellan.js';

/** The person's own. */
export function userFolder({ env, userHome }: Machine): string {
  const own = env.XDG_CONFIG_HOME;
  return join(own !== undefined && isAbsolute(own) ? own : join(userHome, '.config'), 'opencode');
}

export const managedFolder = ({ etc }: Machine): string => join(etc, 'opencode');

/** Of the runs that `castellan run opencode` starts: all that OpenCode takes for the person's folders. */
export interface Isolated {
  readonly root: string;
  readonly home: string;
  readonly config: string;
  readonly settings: string;
  readonly data: string;
  readonly state: string;
  readonly cache: string;
}

/** @param folder `agents/ID` of the state folder. */
export function isolatedPlaces(folder: string): Isolated {
  const root = join(folder, 'opencode');
  const config = join(root, 'config');
  const [home, data, state, cache] = [join(root, 'home'), join(root, 'data'), join(root, 'state'), join(root, 'cache')];
  return { root, home, config, settings: join(config, 'opencode'), data, state, cache };
}

/** Where the plug-in of a scope stands; real, as it is edited there. */
export function pluginPath(scope: ConnectScope, machine: Machine, folder: string): Promise<string> {
  switch (scope) {
    case 'managed':
      return realPath(join(managedFolder(machine), PLUGIN_NAME));
    case 'isolated':
      return realPath(join(isolatedPlaces(folder).settings, 'plugin', PLUGIN_NAME));
    case 'user':
    case 'project':
      return realPath(join(userFolder(machine), 'plugin', PLUGIN_NAME));
  }
}

/**
 * Where a run with the gateway's tools stands in place of its project: OpenCode loads the plug-ins of the folder it stands in and
 * of those above it whatever it is told, but looks no further where that folder is its own configuration. One for each project,
 * so that its sessions stay apart.
 */
export const standIn = ({ root }: Isolated, project: string): string =>
  join(root, 'work', createHash('sha256').update(project).digest('hex').slice(0, 16), basename(project) || 'root');
