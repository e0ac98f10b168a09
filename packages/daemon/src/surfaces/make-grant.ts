// Makes a grant: recorded before it is in force, because a permission nobody can see in the ledger must not exist.
import { type Grant, type GrantRequest, MAX_GRANT_MS } from '@castellan/contract';
import type { Parts } from './parts.ts';

export async function makeGrant(parts: Parts, request: GrantRequest, by: string, text: string): Promise<Grant> {
  const minutes = Math.min(request.minutes, MAX_GRANT_MS / 60_000);
  const bounded = { ...request, minutes };
  const grant = parts.grants.prepare(bounded, by, text);
  await parts.records.record({
    kind: 'grant',
    at: parts.clock.now(),
    grant: grant.id,
    change: 'created',
    by,
    text: `${request.module}/${request.tool}: ${text}`,
  });
  await parts.grants.enact(grant);
  return grant;
}

export async function endGrants(
  parts: Pick<Parts, 'grants' | 'records' | 'clock'>,
  ended: Parameters<Parts['grants']['endScope']>[0],
  by: string,
): Promise<void> {
  for (const grant of await parts.grants.endScope(ended)) {
    await parts.records.record({
      kind: 'grant',
      at: parts.clock.now(),
      grant: grant.id,
      change: 'ended',
      by,
      text: grant.text,
    });
  }
}
