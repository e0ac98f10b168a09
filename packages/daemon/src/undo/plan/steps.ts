// From what calls found and left, and what stands there now, to what an undo would do path by path. Pure. INVARIANT: a path is only
// touched where it stands as the last of the calls left it, and where between two of them nobody else changed it; everything else is
// a conflict, and left alone.
import type { UndoStep } from '@castellan/contract';
import { isSame, type Seen } from '../seen.ts';

/** One call and one path. */
export interface Link {
  readonly call: string;
  readonly before: Seen;
  /** null: it is not known what the call left. */
  readonly after: Seen | null;
  /** What it left was only looked at when its session ended. */
  readonly late?: boolean;
  /** The pack that the content of `before` lies in. */
  readonly pack: number;
}

export interface Step {
  readonly path: string;
  readonly action: UndoStep['action'];
  readonly state: UndoStep['state'];
  readonly why?: string;
  /** What is to stand there, and where its content lies. */
  readonly wanted: Seen;
  readonly pack: number;
  /** What stands there now. */
  readonly now: Seen;
}

export interface PathChain {
  readonly path: string;
  /** Oldest first; never empty. */
  readonly links: readonly [Link, ...Link[]];
  readonly now: Seen;
}

const UNSURE = 'it is not known what the call left there: what is there now is taken for it';
const LATE = 'nobody reported what the call left there: what stood there when its session ended is taken for it';

export function stepOf({ path, links, now }: PathChain): Step {
  const [first] = links;
  const wanted = first.before;
  const base = { path, wanted, now, pack: first.pack };
  const none = { ...base, action: 'none' } as const;
  if (wanted.k === 'not') return { ...none, state: 'lost', why: wanted.why };
  if (isSame(now, wanted)) return { ...none, state: 'same' };
  if (now.k === 'not') return { ...none, state: 'conflict', why: now.why };
  const conflict = conflictOf(links, now);
  const action = actionOf(wanted, now);
  if (conflict !== null) return { ...base, action, state: 'conflict', why: conflict };
  if (action === 'put-back' && wanted.k === 'file' && wanted.chunks === undefined && wanted.clone === undefined)
    return { ...none, state: 'lost', why: 'its content is not kept' };
  const last = links.at(-1);
  const unsure = last?.after === null ? UNSURE : last?.late === true ? LATE : null;
  return { ...base, action, state: 'ready', ...(unsure !== null && { why: unsure }) };
}

function actionOf(wanted: Exclude<Seen, { k: 'not' }>, now: Seen): Step['action'] {
  switch (wanted.k) {
    case 'absent':
      return 'remove';
    case 'folder':
      return now.k === 'folder' ? 'mode' : 'make-folder';
    case 'link':
      return 'put-back';
    case 'file':
      return now.k === 'file' && now.hash === wanted.hash ? 'mode' : 'put-back';
  }
}

function conflictOf(links: PathChain['links'], now: Seen): string | null {
  const last = links.at(-1);
  if (last?.after !== null && last?.after !== undefined && !isSame(last.after, now)) return changedTo(last.after, now);
  for (const [index, { after }] of links.entries()) {
    const next = links[index + 1];
    if (next !== undefined && after !== null && !isSame(after, next.before))
      return 'somebody else changed it between two of these calls: undo the later ones one by one';
  }
  return null;
}

function changedTo(left: Seen, now: Seen): string {
  if (now.k === 'absent') return 'it was removed since';
  if (now.k === 'link' && left.k !== 'link') return 'there is a link in its place now';
  if (now.k === 'folder' && left.k !== 'folder') return 'there is a folder in its place now';
  if (left.k === 'absent') return 'something was put there since';
  if (now.k === 'file' && left.k === 'file' && now.hash === left.hash) return 'its mode was changed since';
  return 'it was changed since';
}

/** Whether a path is one of those, or below one of them. Empty: all are. */
export const isAmong = (path: string, only: readonly string[]): boolean =>
  only.length === 0 || only.some((each) => path === each || path.startsWith(each.endsWith('/') ? each : `${each}/`));
