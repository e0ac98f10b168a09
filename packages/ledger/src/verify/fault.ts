// What a verification can find. A closed union: each kind has one meaning and one advice.

import type { Checkpoint } from '../note/checkpoint.ts';
import type { Seal } from '../seal/statement.ts';

/**
 * - `edited`: a record, a hash or a tile differs from what was recorded (an inserted record as well);
 * - `deleted`: a record is gone and the ones behind it moved up; `reordered`: records changed places;
 * - `truncated`: a signed head or a tile shows that there were more records than there are;
 * - `forked`: two heads, both validly signed, of which neither can continue the other;
 * - `bad-signature`: a head that our key did not sign, or a folder of another key;
 * - `malformed`: bytes that no version of this program writes; `missing-file`; `foreign-file`: not part of a ledger.
 */
export type FaultKind =
  | 'edited'
  | 'deleted'
  | 'reordered'
  | 'truncated'
  | 'forked'
  | 'bad-signature'
  | 'malformed'
  | 'missing-file'
  | 'foreign-file';

export interface Fault {
  readonly kind: FaultKind;
  /** The first record that cannot be relied on: exact for a changed record, else the first it may be. */
  readonly record: number;
  /** The file, relative to the ledger folder, where the fault shows. */
  readonly file: string;
  /** Byte offset in that file, where known. */
  readonly offset?: number;
  readonly message: string;
  readonly hint: string;
}

/** A ledger in which everything fits. `tornBytes` and `leftovers` are what a crash left; no acknowledged record is there. */
export interface Verified {
  readonly kind: 'verified';
  readonly size: number;
  readonly vkey: string;
  readonly checkpoint: Checkpoint;
  readonly tornBytes: number;
  readonly leftovers: readonly string[];
  /** Records whose bytes are no longer here; their hashes hold. In order. */
  readonly sealed: readonly Seal[];
}

export type VerifyResult = Verified | Fault;

const HINTS: Record<FaultKind, string> = {
  edited: 'keep the folder as evidence; records before this one are as they were signed',
  deleted: 'keep the folder as evidence; records before this one are as they were signed',
  reordered: 'keep the folder as evidence; records before this one are as they were signed',
  truncated: 'look for the newer records in a backup; a restored backup looks like this as well',
  forked: 'consider the signing key known to somebody else; replace it and start a new ledger',
  'bad-signature': 'compare the verifier key with the one you noted when the ledger was created',
  malformed: 'keep the folder as evidence; check the disk, then restore from a backup',
  'missing-file': 'restore the file from a backup and verify again',
  'foreign-file': 'find out who put it there; nothing else may be kept in the ledger folder',
};

/** Everything about a fault but its kind and what to do about it. */
export interface FaultPlace {
  readonly record: number;
  readonly file: string;
  readonly offset?: number;
}

export function fault(kind: FaultKind, place: FaultPlace, message: string): Fault {
  return { kind, ...place, message, hint: HINTS[kind] };
}
