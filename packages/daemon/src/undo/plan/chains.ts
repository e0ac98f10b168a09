// The calls of an undo, path by path. Pure.
import { type Images, isSame, type Left, type Seen } from '../seen.ts';
import { isAmong, type Link } from './steps.ts';

/** What is kept of one call. */
export interface KeptCall {
  readonly images: Images;
  /** null: it is not known what it left. */
  readonly left: Left | null;
  readonly pack: number;
}

const ABSENT: Seen = { k: 'absent' };
/** What was not there before is only undone where the call's own roots say that it was looked for. */
const below = (path: string, { roots }: Images): boolean =>
  roots.some((root) => root.recursive && isAmong(path, [root.path]));

/** @param calls oldest first. @returns by path, what each of those calls that touched it found and left. */
export function chainsOf(calls: readonly KeptCall[], only: readonly string[]): ReadonlyMap<string, readonly Link[]> {
  const chains = new Map<string, Link[]>();
  const add = (path: string, link: Link): void => {
    if (!isAmong(path, only)) return;
    const chain = chains.get(path);
    if (chain === undefined) chains.set(path, [link]);
    else chain.push(link);
  };
  for (const { images, left, pack } of calls) {
    const after = new Map(left?.found.map(({ path, seen }) => [path, seen]));
    const late = left?.late === true;
    const before = new Map(images.found.map(({ path, seen }) => [path, seen]));
    for (const [path, seen] of before) {
      const link = {
        call: images.call,
        before: seen,
        after: left === null ? null : (after.get(path) ?? null),
        pack,
        late,
      };
      // What a call only came near is not part of it: somebody else may change it as they like.
      if (link.after === null || !isSame(link.after, seen)) add(path, link);
    }
    for (const [path, seen] of after)
      if (!before.has(path) && below(path, images))
        add(path, { call: images.call, before: ABSENT, after: seen, pack, late });
  }
  return chains;
}
