// Where an open descriptor really is: a path may have been made to lead elsewhere between two looks at it.
import { existsSync, readlinkSync, realpathSync } from 'node:fs';

const BY_DESCRIPTOR = '/proc/self/fd';
/** Without it (macOS) a path is looked at before each step, which whoever is quick enough may come between. */
export const hasDescriptors = existsSync(BY_DESCRIPTOR);

/** The path of a descriptor itself. */
export const byDescriptor = (fd: number): string => `${BY_DESCRIPTOR}/${fd}`;

/** @param path that it was opened by. @throws the system's error */
export const realOf = (fd: number, path: string): string =>
  hasDescriptors ? readlinkSync(byDescriptor(fd)) : realpathSync(path);
