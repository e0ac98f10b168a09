// How much may wait for people at once. Without a bound one agent could bury every other question, or fill the memory, with
// calls that wait; a person could then not even deny.
import type { AgentId, Approval } from '@castellan/contract';

export const CAPACITY = {
  perAgent: 64,
  perAgentBytes: 16 * 1024 * 1024,
  all: 256,
  allBytes: 64 * 1024 * 1024,
} as const;
/** Arguments longer than this are not kept once the question is answered; the ledger has them. */
const KEPT_BYTES = 4096;

export const sizeOf = (approval: Approval): number =>
  JSON.stringify(approval.arguments).length +
  JSON.stringify(approval.effects).length +
  JSON.stringify(approval.changes).length;

export interface Held {
  readonly agent: AgentId;
  readonly size: number;
}

/** Why one more of this size may not wait, or null. */
export function overfull(waiting: Iterable<Held>, agent: AgentId, size: number): string | null {
  let [all, allBytes, own, ownBytes] = [1, size, 1, size];
  for (const held of waiting) {
    all += 1;
    allBytes += held.size;
    if (held.agent !== agent) continue;
    own += 1;
    ownBytes += held.size;
  }
  if (own > CAPACITY.perAgent || ownBytes > CAPACITY.perAgentBytes)
    return 'too many calls of this agent wait for an answer';
  return all > CAPACITY.all || allBytes > CAPACITY.allBytes ? 'too many calls wait for an answer' : null;
}

/** What is remembered of an answered question: who, when and about what, not a megabyte of arguments. */
export const remembered = (approval: Approval): Approval =>
  sizeOf(approval) <= KEPT_BYTES
    ? approval
    : { ...approval, arguments: {}, effects: approval.effects.slice(0, 10), changes: [], suggestions: [] };
