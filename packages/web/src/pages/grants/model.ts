// Grants as sentences: what is in force, until when, for what. Pure.

import type { Grant, GrantScope, Instant, LedgerRecord } from '@castellan/contract';
import { countText } from '../../kit/time-text.ts';
import { shortId } from '../../kit/words.ts';

/** What still holds, the one that ends first on top. */
export const inForce = (grants: readonly Grant[], now: Instant): readonly Grant[] =>
  grants
    .filter(({ revokedAt, usesLeft, expiresAt }) => revokedAt === null && usesLeft !== 0 && expiresAt > now)
    .toSorted((a, b) => a.expiresAt - b.expiresAt);

export interface EndedGrant {
  readonly id: string;
  readonly at: Instant;
  readonly how: 'revoked' | 'ended';
  readonly by: string;
  readonly text: string;
}

/** What the ledger says of those that hold no more, the latest on top. */
export const ended = (records: readonly { readonly record: LedgerRecord }[]): readonly EndedGrant[] =>
  records
    .flatMap(({ record }): readonly EndedGrant[] =>
      record.kind === 'grant' && record.change !== 'created'
        ? [{ id: record.grant, at: record.at, how: record.change, by: record.by, text: record.text }]
        : [],
    )
    .toSorted((a, b) => b.at - a.at);

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
