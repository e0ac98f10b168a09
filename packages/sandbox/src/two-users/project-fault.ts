// What cannot be a project of an installation. Agents may read and write in whatever root names as one: named carelessly, that is somebody's
// keys, the system or Castellan itself. INVARIANT: asked of real paths alone.
import { lies } from '../confine/paths.ts';
import { isProject } from '../confine/project.ts';
import { findHomes } from './accounts.ts';

/** Null: it can be one. @param project real, and a folder. @param own folders of the installation. */
export function projectFault(project: string, own: readonly string[]): string | null {
  const found = own.find((folder) => lies(project, folder) || lies(folder, project));
  if (found !== undefined) return `\`${project}\` holds or lies in \`${found}\`, which is Castellan's own`;
  const isHome = (home: string): boolean => home !== '/' && lies(home, project);
  const home = findHomes().find(isHome);
  if (home !== undefined) return `\`${project}\` is or holds \`${home}\`, where somebody's keys and logins are`;
  return isProject(project, '/') ? null : `\`${project}\` is no project: it is of the system, or of everybody`;
}
