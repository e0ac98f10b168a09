// What a command changed before, as far as it matters to what comes after: links that lead elsewhere now, files that a
// pattern would match now. INVARIANT: errs towards changed.

export interface Changes {
  /** Real paths at or below which a path may lead elsewhere than it did. */
  readonly moved: string[];
  /** Real paths that were written or deleted; `true`: with everything below. */
  readonly touched: Map<string, boolean>;
  /** Real paths where something was moved to: what stands there now stood elsewhere before, and is nowhere else. */
  readonly landed: Set<string>;
}

const MAX_MOVED = 64;
const MAX_TOUCHED = 2000;

export const changesOf = (): Changes => ({ moved: [], touched: new Map(), landed: new Set() });

export function noteChange({ touched }: Changes, path: string, recursive: boolean): void {
  if (touched.size < MAX_TOUCHED) touched.set(path, recursive || touched.get(path) === true);
  else touched.set('/', true);
}

export function noteMoved({ moved }: Changes, path: string): void {
  const lower = path.toLowerCase();
  if (moved.length >= MAX_MOVED) moved.splice(0, moved.length, '/');
  else if (!moved.includes(lower)) moved.push(lower);
}

const isAtOrBelow = (path: string, folder: string): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`);

/** Disks that do not tell `A` from `a` are common. */
export function leadsElsewhere({ moved }: Pick<Changes, 'moved'>, path: string): boolean {
  if (moved.length === 0) return false;
  const lower = path.toLowerCase();
  return moved.some((each) => isAtOrBelow(lower, each));
}

/** Whether what a pattern matches in or below `folder` may have changed. `name`: what a match must look like, if it is only in that folder. */
export function mayMatchMore(
  { moved, touched }: Omit<Changes, 'landed'>,
  folder: string,
  name: RegExp | undefined,
): boolean {
  if (leadsElsewhere({ moved }, folder)) return true;
  for (const [path, recursive] of touched) {
    if (isAtOrBelow(folder, path)) {
      if (recursive) return true;
      continue;
    }
    if (!isAtOrBelow(path, folder)) continue;
    const rest = path.slice(folder === '/' ? 1 : folder.length + 1);
    if (name === undefined || (!rest.includes('/') && name.test(rest))) return true;
  }
  return false;
}

/** Whether links may lie below a folder that did not, or names that `apart` would find. One file that was written is no link. */
export function mayHoldOthers({ moved, touched }: Changes, folder: string, apart: RegExp | undefined): boolean {
  const lower = folder.toLowerCase();
  if (moved.some((each) => isAtOrBelow(lower, each) || isAtOrBelow(each, lower))) return true;
  return [...touched].some(
    ([path, recursive]) =>
      (recursive && isAtOrBelow(folder, path)) ||
      (isAtOrBelow(path, folder) && (recursive || apart?.test(path.slice(folder.length)) === true)),
  );
}

/** Whether the path itself may be something else by now. */
export function wasTouched({ moved, touched }: Changes, path: string): boolean {
  if (leadsElsewhere({ moved }, path) || touched.has(path)) return true;
  for (const [each, recursive] of touched) if (recursive && isAtOrBelow(path, each)) return true;
  return false;
}

/** Whether a change here takes what was moved here before. */
export const hasLanded = ({ landed }: Changes, path: string): boolean =>
  landed.size > 0 && [...landed].some((each) => isAtOrBelow(each, path) || isAtOrBelow(path, each));

/** Grows whenever something more was changed. */
export const extent = ({ moved, touched }: Changes): number => moved.length + touched.size;
