// Rules sorted by what they are about. INVARIANT: the cost of a decision grows with the rules about this tool and these
// effects, not with the rules there are.
import type { Effect } from '@castellan/contract';
import { EFFECT_BITS, effectBit, type RuleIndex, type Selector, type ToolInfo } from './policy.ts';
import { matchesName } from './text/name-pattern.ts';
import { namesOf } from './tools.ts';

export function indexRules<Entry extends Selector>(
  rules: readonly Entry[],
  tools: Iterable<ToolInfo>,
): RuleIndex<Entry> {
  const global = rules.filter((rule) => rule.tools === null);
  const exact = new Map<string, Entry[]>();
  const wildcard: Entry[] = [];
  for (const rule of rules) {
    if (rule.tools === null) continue;
    if (!rule.tools.every((pattern) => pattern.exact)) wildcard.push(rule);
    else for (const { text } of rule.tools) exact.set(text, [...(exact.get(text) ?? []), rule]);
  }
  const byTool = new Map<ToolInfo, readonly Entry[]>();
  for (const info of tools) {
    byTool.set(info, naming({ exact, wildcard }, info));
  }
  return {
    byTool,
    exact,
    wildcard,
    byEffect: Array.from({ length: EFFECT_BITS }, (_, bit) => global.filter((rule) => rule.effectMask & (1 << bit))),
    everywhere: global.filter((rule) => rule.effectMask === 0),
    count: rules.length,
  };
}

/** The rules whose patterns name a tool, in their order. */
function naming<Entry extends Selector>(
  { exact, wildcard }: Pick<RuleIndex<Entry>, 'exact' | 'wildcard'>,
  info: ToolInfo,
): readonly Entry[] {
  const names = namesOf(info);
  const own = names.flatMap((name) => exact.get(`${name}/${info.toolName}`) ?? []);
  const matching = wildcard.filter((rule) => rule.tools?.some((pattern) => matchesName(pattern, names, info.toolName)));
  return [...new Set([...own, ...matching])].toSorted((a, b) => a.order - b.order);
}

/** Calls `look` with every rule whose `on` selects this call, each once. */
export function eachCandidate<Entry extends Selector>(
  index: RuleIndex<Entry>,
  info: ToolInfo,
  effects: readonly Effect[],
  look: (rule: Entry) => void,
): void {
  let mask = 0;
  for (const effect of effects) mask |= effectBit(effect.kind);
  const named = index.byTool.get(info) ?? naming(index, info);
  for (const rule of named) if (rule.effectMask === 0 || rule.effectMask & mask) look(rule);
  for (const rule of index.everywhere) look(rule);
  for (let bit = 0; bit < EFFECT_BITS; bit += 1) {
    if ((mask & (1 << bit)) === 0) continue;
    for (const rule of index.byEffect[bit] ?? []) {
      // A rule about several kinds is looked at once: at the lowest of its kinds that the call has.
      const shared = rule.effectMask & mask;
      if ((shared & -shared) === 1 << bit) look(rule);
    }
  }
}
