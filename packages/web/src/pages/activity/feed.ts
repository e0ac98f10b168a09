// The list of calls as it grows: the latest ones are asked for again and again, older ones once. Pure.
// INVARIANT: newest first, no call twice, and no hole between two rows that stand side by side.
import type { ActivityRow, RouteResponse } from '@castellan/contract';

type Page = RouteResponse<'activity'>;

export interface Feed {
  readonly rows: readonly ActivityRow[];
  /** Position before which to look for older ones; null: there are none. */
  readonly older: number | null;
  /** How far down it was looked, where a page stopped before it was full; null: it did not. */
  readonly searchedTo: number | null;
  /** Records that cannot be found yet. */
  readonly behind: number;
}

/** The latest page, asked again: what it knows of a call counts, and what is new comes on top. */
export function withLatest(feed: Feed | null, page: Page): Feed {
  const fresh: Feed = {
    rows: page.rows,
    older: page.before,
    searchedTo: page.searchedTo,
    behind: page.behind,
  };
  const oldest = page.rows.at(-1);
  if (feed === null || oldest === undefined) return fresh;
  const rest = feed.rows.filter(({ position }) => position < oldest.position);
  if (rest.length === 0) return fresh;
  // Nothing of what was known is in it: there may be calls between the two, so the older ones are asked for anew.
  const overlaps = feed.rows.some(({ position }) => position >= oldest.position);
  return overlaps ? { ...feed, rows: [...page.rows, ...rest], behind: page.behind } : fresh;
}

/** Older ones below; `asked` is the position they were asked for. An answer to an older question is dropped. */
export function withOlder(feed: Feed, asked: number, page: Page): Feed {
  if (feed.older !== asked) return feed;
  const last = feed.rows.at(-1)?.position ?? Number.POSITIVE_INFINITY;
  return {
    rows: [...feed.rows, ...page.rows.filter(({ position }) => position < last)],
    older: page.before,
    searchedTo: page.searchedTo,
    behind: page.behind,
  };
}
