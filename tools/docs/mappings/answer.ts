// What we say to one item of a list that others wrote: the promises that hold it, or an honest no. RULE: what is held names promises that
// the gate asks tests for; what is not held says why.
import type { ClaimId } from '../../../test/claims/claims.ts';

export type Answer =
  | { readonly kind: 'held'; readonly claims: readonly ClaimId[]; readonly note?: string }
  | { readonly kind: 'partly'; readonly claims: readonly ClaimId[]; readonly missing: string }
  | { readonly kind: 'no'; readonly why: string }
  | { readonly kind: 'not-ours'; readonly why: string };

const ids = (claims: string): readonly ClaimId[] => claims.split(' ') as ClaimId[];

/** @param claims ids, with spaces between them */
export const held = (claims: string, note?: string): Answer => ({
  kind: 'held',
  claims: ids(claims),
  ...(note !== undefined && { note }),
});
export const partly = (claims: string, missing: string): Answer => ({ kind: 'partly', claims: ids(claims), missing });
export const no = (why: string): Answer => ({ kind: 'no', why });
/** There is no such thing in the product. */
export const notOurs = (why: string): Answer => ({ kind: 'not-ours', why });

/** State and reason, as two cells of a table. */
export function cells(answer: Answer): readonly [string, string] {
  switch (answer.kind) {
    case 'held':
      return [`yes: ${answer.claims.join(', ')}`, answer.note ?? ''];
    case 'partly':
      return [`partly: ${answer.claims.join(', ')}`, answer.missing];
    case 'no':
      return ['**no**', answer.why];
    case 'not-ours':
      return ['–', answer.why];
  }
}

/** How many of each, for the top of a page. */
export function counted(answers: readonly Answer[]): string {
  const of = (kind: Answer['kind']): number => answers.filter((answer) => answer.kind === kind).length;
  return `${of('held')} held, ${of('partly')} in part, ${of('no')} not held, ${of('not-ours')} about what Castellan does not have`;
}
