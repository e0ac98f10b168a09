// Whose service it would be on this machine.
import { existsSync } from 'node:fs';
import { findUser } from '@castellan/sandbox';
import type { ServiceFault } from './names.ts';

export interface ServiceOwner {
  readonly name: string;
  readonly uid: number;
  readonly home: string;
}

/** Whether a manager of systemd runs here; without one a unit is a file and no more. */
export const isSystemdRunning = (): boolean => existsSync('/run/systemd/system');

/** The user the machine's manager is to run it as. Root is nobody's keeper: what it decides on would be everybody's. */
export function ownerOf(name: string | undefined): ServiceOwner | ServiceFault {
  const hints = ['name who it runs as: `sudo castellan service install --system --user NAME`'];
  if (name === undefined || name === 'root') return { message: 'it does not run as root', hints };
  const found = findUser(name);
  if (found === null || found.home === null) return { message: `there is no user \`${name}\` with a home here`, hints };
  return { name: found.name, uid: found.uid, home: found.home };
}
