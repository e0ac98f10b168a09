// Signed heads against the roots of the records. Two heads that our key signed and that cannot both be true are a fork;
// a head that nothing supports means that the records under it were changed by somebody without the key.

import { type Hash, sameHash } from '../merkle/hash.ts';
import type { Checkpoint } from '../note/checkpoint.ts';
import { type Fault, fault } from './fault.ts';

/** A head whose signature holds, and where it was found. */
export interface Head {
  readonly checkpoint: Checkpoint;
  readonly file: string;
  readonly offset?: number;
}

const placeOf = (head: Head, record: number) => ({
  record,
  file: head.file,
  ...(head.offset === undefined ? {} : { offset: head.offset }),
});

/** Checks heads against `roots`, which holds the root of every size at most `end` that a head names. */
export function* verifyHeads(heads: readonly Head[], roots: ReadonlyMap<number, Hash>, end: number): Generator<Fault> {
  for (const head of heads) {
    const { size } = head.checkpoint;
    if (size > end) {
      yield fault(
        'truncated',
        placeOf(head, end),
        `records from \`${end}\` on are gone: \`${head.file}\` is signed over \`${size}\``,
      );
    }
  }
  const isTrue = ({ checkpoint }: Head): boolean => {
    const root = roots.get(checkpoint.size);
    return root !== undefined && sameHash(root, checkpoint.root);
  };
  const agreeing = heads.filter(isTrue).map(({ checkpoint }) => checkpoint.size);
  for (const head of heads) {
    if (isTrue(head)) continue;
    const { size } = head.checkpoint;
    const before = Math.max(0, ...agreeing.filter((agreed) => agreed < size));
    if (agreeing.some((agreed) => agreed >= size && agreed > 0)) {
      const message = `two signed histories differ at or after record \`${before}\`: \`${head.file}\` at size \`${size}\` contradicts the records`;
      yield fault('forked', placeOf(head, before), message);
    } else {
      const message = `a record from \`${before}\` to \`${Math.max(before, size - 1)}\` was edited: they do not match their signed head`;
      yield fault('edited', placeOf(head, before), message);
    }
  }
}
