import type { Definition, DefinitionKind, Difference } from '@castellan/contract';
/** What a definition is known by. */
export interface DefinitionRef {
  readonly kind: DefinitionKind;
  readonly name: string;
}
/** Differences for the person, and what is held back until they accept. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly quarantine: readonly DefinitionRef[];
}
export function compare(
  _accepted: readonly Definition[],
  _offered: readonly Definition[],
  _others: ReadonlyMap<string, readonly Definition[]>,
): Comparison {
  throw new Error('being written');
}
