// Credentials: made, hashed, compared. INVARIANT: comparisons are constant-time over equal-length digests (A2), and the
// comparison is made even where nothing was found, so that timing tells nothing.
import { hash, timingSafeEqual } from 'node:crypto';
import type { AgentId } from '@castellan/contract';
import type { Clock } from '../clock.ts';

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

export const credentialHash = (credential: string): string => digest(credential).toString('hex');

export const sameSecret = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/** Compares a presented credential with a stored hash; `null` compares with nothing and is false. */
export function matchesHash(credential: string, storedHex: string | null): boolean {
  const presented = digest(credential);
  const stored = storedHex === null ? Buffer.alloc(32) : Buffer.from(storedHex, 'hex');
  return timingSafeEqual(presented, stored) && storedHex !== null;
}

/** `castellan_a_<the agent id's tail>_<256 random bits>`: the id in it finds the stored hash without a search. */
export const newCredential = (clock: Clock, agent: AgentId): string =>
  `castellan_a_${agent.slice('agent_'.length)}_${clock.random(32).toString('hex')}`;
