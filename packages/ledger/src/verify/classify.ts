// What happened to records, told from the hashes they should have and the hashes they have. Pure.

import type { Hash } from '../merkle/hash.ts';
import type { FaultKind } from './fault.ts';

/** A change to records: `at` is the position of the first that differs. */
export interface Change {
  readonly kind: Extract<FaultKind, 'edited' | 'deleted' | 'reordered'>;
  readonly at: number;
  /** Neither the missing nor the new hash was seen among the given ones: a wider search may know better. */
  readonly isUncertain: boolean;
}

const keyOf = (hash: Hash): string => Buffer.from(hash).toString('latin1');

/** Compares hashes by position; undefined when they are the same. */
export function classifyChange(expected: readonly Hash[], actual: readonly Hash[]): Change | undefined {
  const want = expected.map(keyOf);
  const have = actual.map(keyOf);
  let at = 0;
  while (at < want.length && want[at] === have[at]) at += 1;
  if (at === want.length && at === have.length) return undefined;
  const wanted = want[at];
  const found = have[at];
  const change = (kind: Change['kind'], isUncertain = false): Change => ({ kind, at, isUncertain });
  // Fewer than there were: whatever else was done, something is gone.
  if (have.length < want.length) return change('deleted');
  if (wanted === undefined || found === undefined) return change('edited');
  const isMovedHere = want.includes(found, at + 1);
  const isMovedAway = have.includes(wanted, at + 1);
  if (isMovedHere && isMovedAway) return change('reordered');
  // The next record took this one's place and the block was filled up from behind.
  if (found === want[at + 1]) return change('deleted');
  return change('edited', true);
}
