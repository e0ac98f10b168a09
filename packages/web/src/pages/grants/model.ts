// Grants as sentences: what is in force, until when, for what. Pure.

import type { Grant, GrantScope, Instant } from '@castellan/contract';
import { countText } from '../../kit/time-text.ts';
import { shortId } from '../../kit/words.ts';

export interface GrantGroups {
  readonly inForce: readonly Grant[];
  readonly ended: readonly Grant[];
}

export type GrantEnd = 'revoked' | 'expired' | 'used-up';

/** Why a grant covers nothing any more; null while it is in force. */
export function endOf(grant: Grant, now: Instant): GrantEnd | null {
  if (grant.revokedAt !== null) return 'revoked';
  if (grant.usesLeft === 0) return 'used-up';
  return grant.expiresAt <= now ? 'expired' : null;
}

export const END_WORDS: Readonly<Record<GrantEnd, string>> = {
  revoked: 'revoked',
  expired: 'ran out',
  'used-up': 'used up',
};

/** In force: what ends first comes first. Ended: what was made last comes first. */
export function grantGroups(grants: readonly Grant[], now: Instant): GrantGroups {
  return {
    inForce: grants.filter((grant) => endOf(grant, now) === null).toSorted((a, b) => a.expiresAt - b.expiresAt),
    ended: grants.filter((grant) => endOf(grant, now) !== null).toSorted((a, b) => b.createdAt - a.createdAt),
  };
}

/** Where it holds; `tasks` gives titles where they are known. */
export function scopeWords(scope: GrantScope, tasks: ReadonlyMap<string, string>): string {
  switch (scope.kind) {
    case 'session':
      return `this one session (${shortId(scope.session)})`;
    case 'task': {
      const title = tasks.get(scope.task);
      return title === undefined || title === '' ? `one task (${shortId(scope.task)})` : `the task “${title}”`;
    }
    case 'project':
      return `calls from ${scope.workspace}`;
    case 'agent':
      return 'everything this agent does';
  }
}

export const usesWords = (usesLeft: number | null): string =>
  usesLeft === null ? 'as often as needed' : `${countText(usesLeft, 'use')} left`;

/** What bounds it, a line each: arguments, folder, targets. */
export function bounds(grant: Grant): readonly string[] {
  const words = { equals: 'is', prefix: 'begins with', glob: 'matches' } as const;
  const byArgument = grant.arguments.map(({ name, match }) => {
    const value = typeof match.value === 'string' ? match.value : JSON.stringify(match.value);
    return `${name} ${words[match.kind]} ${value}`;
  });
  const byTarget = (grant.families ?? []).map(
    ({ kind, target, resource }) => `${kind} ${target}${resource === undefined ? '' : ` (${resource})`}`,
  );
  return [...byArgument, ...(grant.cwd === undefined ? [] : [`run in ${grant.cwd}`]), ...byTarget];
}
