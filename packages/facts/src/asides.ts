// Folders beside the state folder that hold what it holds: what a restore moved aside, and what it unpacks before it counts.
// INVARIANT: whoever makes such a folder takes its name from here, so that none has a name that no rule knows.
import { basename, dirname, join } from 'node:path';

/** What stood there before a restore. @param stamp of the time, for a name of its own. */
export const beforeRestore = (stateFolder: string, stamp: string): string => `${stateFolder}.before-restore-${stamp}`;

/** Where a copy is unpacked. @param random for a name that nobody has made before. */
export const restoringFolder = (stateFolder: string, random: string): string =>
  join(dirname(stateFolder), `.${basename(stateFolder)}.restoring-${random}`);

/** How the paths of all of them begin. */
export const asidesOf = (stateFolder: string): readonly string[] => [
  beforeRestore(stateFolder, ''),
  restoringFolder(stateFolder, ''),
];
