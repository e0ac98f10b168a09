// Pages of lists as they leave. INVARIANT: a page is looked through for secrets once, not once a request: it is the same for
// everybody until what is offered changes or something else may be a secret.
import type { JsonObject } from '@castellan/contract';
import type { McpGate } from '../host.ts';
import type { Catalogue } from './catalogue.ts';

interface Shown {
  readonly version: number;
  readonly items: readonly JsonObject[];
  readonly next: string | undefined;
  readonly page: JsonObject;
}

/** Of one catalogue: a client may ask from anywhere, so that there are more pages than we make. */
const MOST_PAGES = 64;

const kept = new WeakMap<Catalogue, Map<string, Shown>>();

/** @param member the list's name in the answer. */
export function shownPage(
  gate: McpGate,
  catalogue: Catalogue,
  member: string,
  items: readonly JsonObject[],
  next: string | undefined,
): JsonObject {
  const key = `${member} ${next ?? ''}`;
  const pages = kept.get(catalogue) ?? new Map<string, Shown>();
  kept.set(catalogue, pages);
  const known = pages.get(key);
  const { version } = gate;
  if (known !== undefined && known.version === version && known.next === next && isSame(known.items, items))
    return known.page;
  const page = gate.hide({ [member]: items, ...(next === undefined ? {} : { nextCursor: next }) });
  pages.delete(key);
  pages.set(key, { version, items, next, page });
  const [oldest] = pages.keys();
  if (pages.size > MOST_PAGES && oldest !== undefined) pages.delete(oldest);
  return page;
}

/** What an agent may use is asked anew each time: one that may use less gets another page. */
const isSame = (was: readonly JsonObject[], is: readonly JsonObject[]): boolean =>
  was.length === is.length && was.every((item, at) => item === is[at]);
