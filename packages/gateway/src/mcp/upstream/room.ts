// Who makes room for one more running server. INVARIANT: an agent that opens sessions without end takes its own share and no
// more, and ends its own idle servers before those of others; one that is busy is never ended for somebody else.
import { MAX_RUNNING, MAX_RUNNING_OF_AGENT, MAX_RUNNING_OF_MODULE } from './limits.ts';

export interface Occupant {
  readonly agent: string;
  readonly module: string;
  /** When it was used last; null: it is busy, starting, or ends already. */
  readonly idleSince: number | null;
}

export type Room<T> =
  | { readonly kind: 'free' }
  /** This one ends first. */
  | { readonly kind: 'instead'; readonly of: T }
  | { readonly kind: 'full'; readonly why: string };

/** Room for one more of `agent` and `module` among those there are. */
export function roomFor<T extends Occupant>(there: Iterable<T>, agent: string, module: string): Room<T> {
  const all = [...there];
  const own = all.filter((each) => each.agent === agent);
  const same = all.filter((each) => each.module === module);
  if (own.length >= MAX_RUNNING_OF_AGENT)
    return instead(own) ?? full(`${MAX_RUNNING_OF_AGENT} servers of this agent are busy already`);
  if (same.length >= MAX_RUNNING_OF_MODULE)
    return (
      instead(same.filter((each) => each.agent === agent)) ??
      instead(same) ??
      full(`${MAX_RUNNING_OF_MODULE} servers of \`${module}\` are busy already`)
    );
  if (all.length < MAX_RUNNING) return { kind: 'free' };
  return instead(own) ?? instead(all) ?? full(`${MAX_RUNNING} servers are busy already`);
}

const full = (why: string): Room<never> => ({ kind: 'full', why });

/** The one that was idle longest. */
function instead<T extends Occupant>(of: readonly T[]): Room<T> | null {
  let oldest: { readonly one: T; readonly since: number } | null = null;
  for (const one of of) {
    const { idleSince } = one;
    if (idleSince !== null && (oldest === null || idleSince < oldest.since)) oldest = { one, since: idleSince };
  }
  return oldest === null ? null : { kind: 'instead', of: oldest.one };
}
