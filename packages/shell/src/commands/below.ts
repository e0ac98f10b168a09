// Whether what is found below a folder stays below it: a command that opens every file it is told about also opens links, and
// one that splits names at blanks opens what the pieces name. INVARIANT: what could not be looked at whole does not stay.
import type { PathFact } from '@castellan/contract';
import { mayMatchMore } from '../changes.ts';
import type { Field } from '../field.ts';
import { resolve } from '../paths.ts';
import type { Run } from '../run.ts';
import type { State } from '../state.ts';

/** More than this is not looked at: a look costs time before every call. */
const MAX_ENTRIES = 1000;
const MAX_FOLDERS = 64;

/** Names that xargs and a shell would take apart. */
const SPLITS = /[\s'"\\]/;

export interface Looking {
  /** Names are taken apart at blanks and quotes. */
  readonly split?: boolean;
}

/** No link below `field` leads out of it, and no name becomes several where names are taken apart. */
export function staysBelow(run: Run, field: Field, state: State, { split = false }: Looking = {}): boolean {
  if (field.kind !== 'text' || state.pathsMoved) return false;
  const roots = resolve(run, field.text, state);
  return roots.length > 0 && roots.every((root) => stays(run, root, split));
}

function stays(run: Run, root: PathFact, split: boolean): boolean {
  if (split && SPLITS.test(root.path)) return false;
  if (mayMatchMore(run.changes, root.path, undefined)) return false;
  if (root.kind === 'missing' || root.kind === 'file') return true;
  if (root.kind !== 'folder') return false;
  const todo = [root.path];
  let seen = 0;
  let folders = 0;
  for (let folder = todo.pop(); folder !== undefined; folder = todo.pop()) {
    folders += 1;
    if (folders > MAX_FOLDERS) return false;
    for (const pattern of ['*', '.*']) {
      const matches = run.facts.expandGlob(`./${pattern}`, { cwd: folder, workspace: run.workspace });
      if (matches === null) return false;
      seen += matches.length;
      if (seen > MAX_ENTRIES) return false;
      for (const match of matches) {
        // `.*` matches `.` and `..` where the shell is old.
        if (match.path === folder || `${match.path}/` === folder.slice(0, folder.lastIndexOf('/') + 1)) continue;
        if (!match.path.startsWith(`${root.path === '/' ? '' : root.path}/`)) return false;
        if (split && SPLITS.test(match.path)) return false;
        // A link to a folder inside counts under its own name.
        if (match.kind === 'folder' && match.path.slice(0, match.path.lastIndexOf('/')) === folder)
          todo.push(match.path);
      }
    }
  }
  return true;
}
