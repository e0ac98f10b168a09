// Where programs keep a person's settings. Both systems are looked at: a folder that is not there holds no file.
import { isAbsolute, join } from 'node:path';
import type { ClientPlaces } from '../found.ts';

export function configFolder({ env, userHome }: ClientPlaces): string {
  const own = env.XDG_CONFIG_HOME;
  return own !== undefined && isAbsolute(own) ? own : join(userHome, '.config');
}

export const applicationFolders = (places: ClientPlaces, name: string): readonly string[] => [
  join(configFolder(places), name),
  join(places.userHome, 'Library', 'Application Support', name),
];
