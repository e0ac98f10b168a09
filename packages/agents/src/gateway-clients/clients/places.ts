// Where programs keep a person's settings, on the system at hand.
import { join } from 'node:path';
import type { Machine } from '../../machine.ts';
import { applicationFolders } from '../../mcp-clients/clients/places.ts';
import { isThere } from '../installed.ts';

/** macOS where it has that folder; elsewhere by XDG. */
export async function applicationFolder(machine: Machine, name: string): Promise<string> {
  const [linux = '', mac = ''] = applicationFolders(machine, name);
  return (await isThere(join(machine.userHome, 'Library', 'Application Support'))) ? mac : linux;
}
