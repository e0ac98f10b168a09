// What a server offers, in groups and words. Pure.
import type { DefinitionKind, PolicyView } from '@castellan/contract';
import { countText } from '../../kit/time-text.ts';

const KINDS: readonly (readonly [kind: DefinitionKind, title: string])[] = [
  ['tool', 'Tools'],
  ['prompt', 'Prompts'],
  ['resource', 'Resources'],
  ['template', 'Resource templates'],
];

export interface OfKind<T> {
  readonly kind: DefinitionKind;
  readonly title: string;
  readonly all: readonly T[];
}

/** Everything by its kind, tools first; kinds that there is nothing of are left out. */
export const kindsOf = <T extends { readonly kind: DefinitionKind }>(all: readonly T[]): readonly OfKind<T>[] =>
  KINDS.map(([kind, title]) => ({ kind, title, all: all.filter((each) => each.kind === kind) })).filter(
    (group) => group.all.length > 0,
  );

/** Tools that a shipped manifest sorts: nobody's word changes those when a server is added. */
export function sortedNames(policy: PolicyView | undefined, sortedBy: string | null): ReadonlySet<string> {
  if (sortedBy === null) return new Set();
  const tools = policy?.modules.find(({ manifest }) => manifest.name === sortedBy)?.manifest.tools;
  return new Set(
    [...(tools?.safe ?? []), ...(tools?.critical ?? []), ...(tools?.byEffects ?? [])].map(({ name }) => name),
  );
}

/** How much was found in what a server says, and how much of it could be taken for something else. */
export const foundText = (findings: number, alike: number): string =>
  [
    ...(findings === 0 ? [] : [countText(findings, 'finding')]),
    ...(alike === 0 ? [] : [`${countText(alike, 'name')} that could be taken for another`]),
  ].join(' and ');
