// Which folders can be a project, and which paths are the machine itself. INVARIANT: asked of real paths alone: by its text a folder
// says nothing about where it leads.
import { lies, realAbove } from './paths.ts';

/** Processes, devices and whatever listens: whoever binds one of these stands outside again. Nothing in them is ever let in. */
const MACHINE = ['/proc', '/sys', '/dev', '/run'];
/** Of the system, with all that lies in them. */
const SYSTEM = [
  ...['/etc', '/boot', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix', '/gnu', '/snap', '/lost+found'],
  ...['/usr/bin', '/usr/sbin', '/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/libexec', '/usr/include', '/usr/share'],
  ...['/usr/local/bin', '/usr/local/sbin', '/usr/local/lib', '/usr/local/etc', '/usr/local/share', '/var/spool'],
  ...['/var/log', '/var/run', '/System', '/Library', '/Applications', '/private/etc', '/private/var/db'],
];
/** Of the system or of everybody; a folder in them can be a project. */
const SHARED = [
  ...['/usr', '/usr/local', '/usr/src', '/opt', '/srv', '/home', '/Users', '/root', '/mnt', '/media', '/tmp'],
  ...['/var', '/var/lib', '/var/cache', '/var/tmp', '/var/opt', '/private', '/private/tmp', '/private/var'],
];

/** Whether a real path is of the machine itself, or holds what the walls have of their own. */
export const isMachine = (path: string): boolean =>
  path === '/tmp' || MACHINE.some((each) => lies(path, each) || lies(each, path));

/** Whether somebody can work in this folder: it is none of the system's, nor a home, nor does it hold one. @param folder absolute. */
export function isProject(folder: string, home: string): boolean {
  const real = realAbove(folder);
  const realHome = realAbove(home);
  if (isMachine(real) || lies(realHome, real)) return false;
  if ([...SYSTEM, ...SHARED].some((each) => lies(each, real))) return false;
  // The home of a service may lie among the system's folders: what is in it is its own.
  const isHome = realHome !== '/' && !SYSTEM.includes(realHome) && lies(real, realHome);
  return isHome || !SYSTEM.some((each) => lies(real, each));
}
