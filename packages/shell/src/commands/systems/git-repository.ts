// Which repository git would take, and whether this command, or what a checkout brought along, may have made it another one.
import type { Effect } from '@castellan/contract';
import type { Run } from '../../run.ts';
import type { State } from '../../state.ts';

/** The nearest folder from here up with a `.git`. */
export function repositoryFolder(run: Run, start: string): string | undefined {
  const { workspace } = run;
  let folder = run.facts.resolvePath('.', { cwd: start, workspace }).path;
  for (let up = 0; up < 64 && folder !== ''; up += 1) {
    if (run.facts.resolvePath('.git', { cwd: folder, workspace }).kind !== 'missing') return folder;
    folder = folder.slice(0, folder.lastIndexOf('/'));
  }
  return undefined;
}

/**
 * git takes any folder with a `HEAD` for a repository and runs what its configuration says. A checkout can bring such a
 * folder along, and a command can write one just before.
 */
export function mayBeConfigured(run: Run, { cwds }: State): boolean {
  return (cwds ?? []).some((start) => {
    const { workspace } = run;
    const cwd = run.facts.resolvePath('.', { cwd: start, workspace }).path;
    if (run.effects.some((effect) => mayConfigure(effect, cwd))) return true;
    let folder = cwd;
    for (let up = 0; up < 64 && folder !== ''; up += 1) {
      const kindOf = (name: string): string => run.facts.resolvePath(name, { cwd: folder, workspace }).kind;
      if (kindOf('.git') === 'file') return holdsRepository(run, folder);
      if (kindOf('.git') !== 'missing') return false;
      if (kindOf('HEAD') !== 'missing') return true;
      folder = folder.slice(0, folder.lastIndexOf('/'));
    }
    return false;
  });
}

/** A `.git` that is a file leads to a folder. Where one among the files here could be it, its settings may be anybody's. */
function holdsRepository(run: Run, folder: string): boolean {
  return ['*/HEAD', '.*/HEAD', '*/*/HEAD'].some((pattern) => {
    const found = run.facts.expandGlob(pattern, { cwd: folder, workspace: run.workspace });
    return found === null || found.some(({ path }) => path.startsWith(`${folder}/`));
  });
}

/** Parts of a repository, and the files that settings of git come from (git-config(1)). */
const PART =
  /\/(?:\.git|HEAD|config|objects|refs|commondir|gitdir|hooks|worktree)(?:\/|$)|\/\.gitconfig$|\/\.config\/git(?:\/|$)|\/etc\/gitconfig$/i;
const OWN: ReadonlySet<string> = new Set(['history', 'remote-history']);

/** INVARIANT: only what surely lies beside every repository that this folder could be in is passed over. */
function mayConfigure(
  { kind, target, targetKind, place, recursive, certainty, resource }: Effect,
  cwd: string,
): boolean {
  if (kind !== 'write' && kind !== 'delete') return false;
  if (resource !== undefined && OWN.has(resource)) return false;
  if (targetKind !== 'path') return false;
  if (place !== 'workspace' && place !== 'temp') return true;
  if (PART.test(target)) return true;
  const above = cwd === target || cwd.startsWith(`${target}/`);
  return above && (recursive === true || certainty !== 'certain' || resource === 'worktree');
}
