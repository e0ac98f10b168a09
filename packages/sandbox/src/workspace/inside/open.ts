// Opens exactly what was decided. INVARIANT: a file counts as opened only when the kernel says that the descriptor is that very path:
// a link that was put in its place, or in the place of a folder on the way, since somebody decided, is refused. Nothing
// that blocks, no device, no pipe.
import { closeSync, constants, fstatSync, openSync, readlinkSync, type Stats } from 'node:fs';
import { ToolFault } from './fault.ts';

const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

export interface Opened {
  readonly fd: number;
  readonly stat: Stats;
}

export function openDecided(target: string, kind: 'file' | 'folder'): Opened {
  const fd = openSync(target, kind === 'folder' ? READ | constants.O_DIRECTORY : READ);
  try {
    const stat = fstatSync(fd);
    if (realOf(fd) !== target)
      throw new ToolFault(`\`${target}\` leads elsewhere than when this was decided: try again`);
    if (kind === 'file' && stat.isDirectory()) throw new ToolFault(`\`${target}\` is a folder: use list_folder`);
    if (kind === 'file' && !stat.isFile()) throw new ToolFault(`\`${target}\` is no ordinary file`);
    return { fd, stat };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Where a descriptor really leads, as the kernel knows it. */
export const realOf = (fd: number): string => readlinkSync(`/proc/self/fd/${fd}`);

/** A name in an open folder: whatever becomes of the folder's own path, this is in that folder. */
export const within = (folder: number, name: string): string => `/proc/self/fd/${folder}/${name}`;
