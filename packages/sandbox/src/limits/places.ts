// Where the kernel may be asked to count a program and all that it starts as one: its control groups, of the one hierarchy or of the
// several older ones. INVARIANT: a group of ours lies in the one we are in, or right beside it where that is ours to write: what limits
// us, a container or a service, limits it too.
import { dirname, join } from 'node:path';

export const CONTROLLERS = ['pids', 'memory', 'cpu'] as const;
export type Controller = (typeof CONTROLLERS)[number];

/** A folder in which groups can be made. */
export interface GroupPlace {
  readonly version: 1 | 2;
  readonly folder: string;
  readonly controls: readonly Controller[];
}

export interface GroupFiles {
  /** null: it is not there, or cannot be read. */
  read(path: string): string | null;
  canWrite(path: string): boolean;
  /** @returns whether it was taken. */
  write(path: string, text: string): boolean;
}

interface Mount {
  /** What of the hierarchy is mounted. */
  readonly root: string;
  readonly at: string;
  readonly type: string;
  readonly options: readonly string[];
}

const plain = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

function mountOf(line: string): readonly Mount[] {
  const [before = '', after = ''] = line.split(' - ');
  const [, , , root = '', at = ''] = before.split(' ');
  const [type = '', , options = ''] = after.split(' ');
  return type.startsWith('cgroup') ? [{ root: plain(root), at: plain(at), type, options: options.split(',') }] : [];
}

/** Where a group stands below a mount: of a container's own mount, only what lies in it. */
function folderOf({ root, at }: Mount, group: string): string {
  const above = root === '/' ? '' : root;
  const below = group === root || !group.startsWith(`${above}/`) ? '' : group.slice(above.length);
  return below === '' || below === '/' ? at : join(at, below);
}

interface Own {
  readonly names: readonly string[];
  readonly group: string;
}

/** Of `/proc/self/cgroup`: `4:memory:/a/b`, and `0::/a/b` of the one hierarchy. */
function ownOf(line: string): readonly Own[] {
  const [, names, ...rest] = line.split(':');
  return names === undefined ? [] : [{ names: names.split(',').filter((each) => each !== ''), group: rest.join(':') }];
}

const isController = (name: string): name is Controller => CONTROLLERS.some((each) => each === name);
const known = (text: string | null): readonly Controller[] => (text ?? '').trim().split(/\s+/).filter(isController);

/** @param mounts `/proc/self/mountinfo`. @param own `/proc/self/cgroup`. */
export function groupPlaces(mounts: string, own: string, files: GroupFiles): readonly GroupPlace[] {
  const mounted = mounts.split('\n').flatMap(mountOf);
  const groups = own.split('\n').flatMap(ownOf);
  const older = groups.flatMap(({ names, group }): readonly GroupPlace[] => {
    const controls = names.filter(isController);
    const mount = mounted.find(
      ({ type, options }) => type === 'cgroup' && names.every((each) => options.includes(each)),
    );
    if (controls.length === 0 || mount === undefined) return [];
    const folder = folderOf(mount, group);
    return files.canWrite(folder) ? [{ version: 1, folder, controls }] : [];
  });
  const taken = new Set(older.flatMap(({ controls }) => controls));
  const one = groups.find(({ names }) => names.length === 0);
  const mount = mounted.find(({ type }) => type === 'cgroup2');
  const place = one === undefined || mount === undefined ? null : inOne(folderOf(mount, one.group), mount.at, files);
  const controls = place?.controls.filter((each) => !taken.has(each)) ?? [];
  return place === null || controls.length === 0 ? older : [...older, { ...place, controls }];
}

/**
 * In the one hierarchy a group that holds processes shares nothing out: its neighbours can be limited, where whoever
 * keeps the folder above (systemd, for each user) left that to us.
 */
function inOne(own: string, top: string, files: GroupFiles): GroupPlace | null {
  for (const folder of own === top ? [own] : [own, dirname(own)]) {
    if (!files.canWrite(folder) || !files.canWrite(join(folder, 'cgroup.procs'))) continue;
    const control = join(folder, 'cgroup.subtree_control');
    const wanted = known(files.read(join(folder, 'cgroup.controllers')));
    const shared = known(files.read(control));
    for (const each of wanted.filter((name) => !shared.includes(name))) files.write(control, `+${each}`);
    const controls = known(files.read(control));
    if (controls.length > 0) return { version: 2, folder, controls };
  }
  return null;
}
