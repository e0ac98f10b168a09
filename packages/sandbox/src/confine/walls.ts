// A spec as walls: bubblewrap's namespaces and our filter of system calls around one program. INVARIANT: either it starts inside of
// them or it does not start; there is no weaker way to run it from here.
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, realpathSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Command } from '../hull/hull.ts';
import { seccompFilter } from '../hull/seccomp.ts';
import { findTool } from '../hull/tools.ts';
import { NO_WALLS, wallsHere } from './confine.ts';
import { reachOf } from './reach.ts';
import type { ConfineFault, Confinement } from './spec.ts';
import { homePrograms, systemArguments } from './system.ts';

/** Of its own: users, processes, names, messages between processes. No right of anybody, and no way to another such space. */
const NAMESPACES = [
  ...['--unshare-user', '--disable-userns', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
  ...['--cap-drop', 'ALL', '--die-with-parent', '--new-session', '--hostname', 'castellan'],
];
const NOBODY = ['--uid', '65534', '--gid', '65534'];
const FILTER_ON = 5;
/** Files in memory are memory that no limit of a process counts: a little of it, and none elsewhere below /dev. */
const SHARED_MEMORY = ['--size', String(64 * 1024 * 1024), '--tmpfs', '/dev/shm', '--remount-ro', '/dev'];

export { NO_WALLS } from './confine.ts';

export type Walled = { readonly ok: true; readonly command: Command } | ConfineFault;

/** @param inner what runs inside, with its arguments. @param path the PATH it will have. */
export function wallsAround(spec: Confinement, inner: readonly string[], path: string): Walled {
  const tool = findTool('bwrap');
  const reached = reachOf(spec);
  if (!reached.ok) return reached;
  // Unix sockets are other programs of this machine: the folder itself is the person's, and what they run may listen in it.
  const filter = seccompFilter(process.arch, 'without-sockets');
  if (tool === undefined || filter === undefined) return { ok: false, ...NO_WALLS };
  for (const folder of [spec.own.home, spec.own.temp]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const own = [realpathSync(spec.own.temp), '/tmp', realpathSync(spec.own.home), spec.home];
  const [temp = '', atTemp = '', home = '', atHome = ''] = own;
  const args = [
    ...NAMESPACES,
    ...(process.getuid?.() === 0 ? NOBODY : []),
    ...(spec.network !== 'host' ? ['--unshare-net'] : []),
    ...(spec.programs ? systemArguments() : []),
    ...[
      '--proc',
      '/proc',
      '--remount-ro',
      '/proc',
      '--dev',
      '/dev',
      ...SHARED_MEMORY,
      '--bind',
      temp,
      atTemp,
      '--bind',
      home,
      atHome,
    ],
    ...(spec.programs ? homePrograms(spec, path) : []),
    ...reached.bound.flatMap(({ path: each, writable }) => [writable ? '--bind' : '--ro-bind', each, each]),
    ...['--remount-ro', '/', '--chdir', realpathSync(spec.folder), '--seccomp', String(FILTER_ON), '--', ...inner],
  ];
  return { ok: true, command: { file: tool, args, filter } };
}

/** Hands the filter over on its descriptor: `stdio` has a pipe there. */
export function giveFilter(child: ChildProcess, filter: Buffer): void {
  const pipe = (child.stdio as readonly (Socket | null)[])[FILTER_ON];
  // Whoever starts it hears of its end elsewhere.
  pipe?.on('error', () => undefined);
  pipe?.end(filter);
}

/** Whether walls stand on this machine. */
export const wallsStand = async (): Promise<boolean> =>
  (await wallsHere()).tried.some(({ name, ok }) => name === 'bubblewrap' && ok);
