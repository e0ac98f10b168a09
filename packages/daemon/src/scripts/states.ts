// What may become of a version, as a table: what is not in it is refused (S3). INVARIANT: a version is approved by a person's yes
// to it and by nothing else; nothing leads back to `pending`, so no version waits twice.
import type { VersionState } from '@castellan/contract';

export type Step = 'approve' | 'reject' | 'disable' | 'restore' | 'supersede';
type Kind = VersionState['kind'];

/** approve: of a version that never was. restore: of one that was. supersede: another one was approved in its place. */
const NEXT: Readonly<Record<Kind, Readonly<Partial<Record<Step, Kind>>>>> = {
  pending: { approve: 'approved', reject: 'rejected' },
  approved: { disable: 'disabled', supersede: 'superseded' },
  rejected: { approve: 'approved' },
  disabled: { restore: 'approved' },
  superseded: { restore: 'approved' },
};

/** Why not, and what else can be done. */
const INSTEAD: Readonly<Record<Step, Readonly<Partial<Record<Kind, readonly [message: string, hint: string]>>>>> = {
  approve: {
    approved: ['this version is approved already', 'nothing is to be done'],
    disabled: ['this version was approved and then disabled', 'restore it'],
    superseded: ['this version was approved before, and another took its place', 'restore it'],
  },
  reject: {
    approved: ['this version is approved', 'disable the script: nothing of it runs then'],
    rejected: ['this version is rejected already', 'nothing is to be done'],
    disabled: ['this version was approved before and is disabled', 'nothing of it runs'],
    superseded: ['this version was approved before, and another took its place', 'nothing is to be done'],
  },
  disable: {
    pending: ['this version is not approved', 'reject it'],
    rejected: ['this version is not approved', 'nothing is to be done'],
    disabled: ['this script is disabled already', 'nothing is to be done'],
    superseded: ['this version is not the approved one', 'nothing is to be done'],
  },
  restore: {
    pending: ['this version was never approved', 'approve it'],
    approved: ['this version is approved already', 'nothing is to be done'],
    rejected: ['this version was never approved', 'approve it'],
  },
  supersede: {},
};

export type Stepped =
  | { readonly ok: true; readonly next: Kind }
  | { readonly ok: false; readonly message: string; readonly hint: string };

export function stepped(from: Kind, step: Step): Stepped {
  const next = NEXT[from][step];
  if (next !== undefined) return { ok: true, next };
  const [message, hint] = INSTEAD[step][from] ?? [`a version that is ${from} cannot be changed so`, 'look at it again'];
  return { ok: false, message, hint };
}
