// The environment of a run within walls: what it had, with folders that are there. INVARIANT: nothing is added that says where to ask.
import { type ChildEnvironment, withVariables } from '@castellan/contract';

const isInside = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** Folders of the person that are named in variables and do not stand inside are left to their defaults. @param inside those that do */
export function environmentInside(env: ChildEnvironment, inside: readonly string[]): ChildEnvironment {
  const elsewhere = Object.entries(env)
    .filter(([name, value]) => name.startsWith('XDG_') && value.startsWith('/') && !isInside(value, inside))
    .map(([name]) => [name, ''] as const);
  return withVariables(env, { ...Object.fromEntries(elsewhere), TMPDIR: '/tmp' });
}
