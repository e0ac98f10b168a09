// Whether what is found below a folder stays below it: a command that opens every file it is told about also opens links, and
// one that splits names at blanks opens what the pieces name. INVARIANT: what could not be looked at whole does not stay.
import type { PathFact } from '@castellan/contract';
import { mayHoldOthers } from '../changes.ts';
import type { Field } from '../field.ts';
import { resolve } from '../paths.ts';
import type { Run } from '../run.ts';
import type { State } from '../state.ts';
import { NOT_ORDINARY } from './found-text.ts';

/** More than this is not looked at: a look costs time before every call. */
const MAX_ENTRIES = 1000;
const MAX_FOLDERS = 64;

/** Names that xargs and a shell would take apart. */
const SPLITS = /[\s'"\\]/;
/** Names that a shell would take for patterns besides. */
const SPLITS_OR_MATCHES = /[\s'"\\*?[\]]/;

export interface Looking {
  /** Names are taken apart at blanks and quotes. */
  readonly split?: boolean;
  /** They stand in a command without quotes. */
  readonly unquoted?: boolean;
  /** They stand in a text for a shell. */
  readonly inText?: boolean;
}

/** No link below `field` leads out of it, and no name becomes several where names are taken apart. */
export function staysBelow(
  run: Run,
  field: Field,
  state: State,
  { split = false, unquoted = false, inText = false }: Looking = {},
): boolean {
  if (field.kind !== 'text' || state.pathsMoved) return false;
  const roots = resolve(run, field.text, state);
  return (
    roots.length > 0 &&
    roots.every((root) =>
      stays(run, root, inText ? NOT_ORDINARY : !split ? undefined : unquoted ? SPLITS_OR_MATCHES : SPLITS),
    )
  );
}

function stays(run: Run, root: PathFact, apart: RegExp | undefined): boolean {
  if (apart?.test(root.path) === true) return false;
  if (mayHoldOthers(run.changes, root.path, apart)) return false;
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
        if (apart?.test(match.path) === true) return false;
        // A link to a folder inside counts under its own name.
        if (match.kind === 'folder' && match.path.slice(0, match.path.lastIndexOf('/')) === folder)
          todo.push(match.path);
      }
    }
  }
  return true;
}
