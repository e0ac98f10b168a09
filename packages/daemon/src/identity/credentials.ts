// Credentials: made, hashed, compared. INVARIANT: comparisons are constant-time over equal-length digests (A2), and the
// comparison is made even where nothing was found, so that timing tells nothing.
import { hash, timingSafeEqual } from 'node:crypto';
import type { AgentId } from '@castellan/contract';
import type { Clock } from '../clock.ts';

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** A presented credential, hashed once: every comparison at the door is between digests. */
export const digestOf = (credential: string): Buffer => digest(credential);

export const sameDigest = (presented: Buffer, stored: Buffer): boolean => timingSafeEqual(presented, stored);

/** Where nothing is stored the comparison is made all the same, with nothing. */
export const NOTHING: Buffer = Buffer.alloc(32);

/**
 * `castellan_<a or m>_<the agent id's tail>_<256 random bits>`: the id in it finds the stored hash without a search. `a`: an
 * agent's credential; `m`: its model key.
 */
export const newCredential = (clock: Clock, agent: AgentId, kind: 'a' | 'm' = 'a'): string =>
  `castellan_${kind}_${agent.slice('agent_'.length)}_${clock.random(32).toString('hex')}`;
