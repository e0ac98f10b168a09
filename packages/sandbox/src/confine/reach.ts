// Which real paths a spec leads to. INVARIANT: a path is bound as it really is now, and none of them holds or lies in what must never
// be there, nor is it the root, the person's home, a folder above either, or of the machine itself. A link that is swapped after this look leads
// nowhere: inside there is only what was bound.
import { existsSync, lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { lies, realAbove, realOf } from './paths.ts';
import { isMachine } from './project.ts';
import type { ConfineFault, Confinement } from './spec.ts';
import { isUnseen } from './standing.ts';

export interface Bound {
  readonly path: string;
  readonly writable: boolean;
}

export type Reached = { readonly ok: true; readonly bound: readonly Bound[] } | ConfineFault;

const fault = (why: string, hint: string): ConfineFault => ({ ok: false, why, hint });

export const CLOSED = 'give its folder back the right to be read: `chmod u+rwx`';

/** A folder or a plain file: a socket or a device leads to somebody else. */
function isPlain(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.isDirectory() || stat.isFile());
}

/** Why a real path may not be bound; null: it may. */
export function refusedPath(path: string, { never, home }: Pick<Confinement, 'never' | 'home'>): ConfineFault | null {
  const realHome = realAbove(home);
  if (lies(realHome, path))
    return fault(
      `\`${path}\` is your home folder or holds it`,
      'work in the folder of one project: start the agent there',
    );
  const close = never.map(realAbove).find((each) => lies(each, path) || lies(path, each));
  if (close !== undefined)
    return fault(`\`${path}\` holds or lies in \`${close}\`, which nothing may reach`, 'choose another folder');
  if (isMachine(path))
    return fault(
      `\`${path}\` is of the machine itself: its processes, its devices, what listens`,
      'choose another folder',
    );
  if (!isPlain(path)) return fault(`\`${path}\` is no folder and no plain file`, 'name a file or a folder');
  return null;
}

/** Everything that a spec names, really: what is read first, so that what is written inside of it stands above. */
export function reachOf(spec: Confinement): Reached {
  const bound: Bound[] = [];
  for (const [paths, writable] of [
    [spec.read, false],
    [spec.write, true],
  ] as const)
    for (const named of paths) {
      const path = realOf(named);
      if (path === null) return fault(`\`${named}\` is not there`, 'make it first');
      const refused = refusedPath(path, spec);
      if (refused !== null) return refused;
      bound.push({ path, writable });
    }
  for (const path of spec.keep) {
    if (isUnseen(path)) return fault(`\`${path}\` cannot be looked at, so it cannot be kept`, CLOSED);
    // With a folder above it moved away, another one would stand in its place: what is mounted cannot be moved.
    const above = dirname(path);
    const held = bound.some((each) => each.path === above);
    const isOwn =
      existsSync(above) && realOf(above) === above && bound.some((each) => each.writable && lies(above, each.path));
    if (isOwn && !held) bound.push({ path: above, writable: true });
    // A link in the place of what is kept would have its target bound: the link itself can only be changed with its folder.
    if (!existsSync(path) || lstatSync(path).isSymbolicLink()) continue;
    const real = realOf(path);
    if (real !== null && bound.some((each) => each.writable && lies(real, each.path)))
      bound.push({ path: real, writable: false });
  }
  return { ok: true, bound };
}
