// Rules and label rules, compiled with every fault they have. Both select calls in the same words, so both are compiled here.
import { type Fault, type LabelRule, type Parsed, type PolicySource, parsed, type Rule } from '@castellan/contract';
import { compileCondition } from './cel/condition.ts';
import { type Names, ruleToolFaults } from './compile-faults.ts';
import {
  type CompiledLabel,
  type CompiledRule,
  effectMask,
  type LabelView,
  type RuleView,
  type Selector,
} from './policy.ts';
import { namePattern } from './text/name-pattern.ts';

export interface CompiledRules {
  readonly rules: readonly CompiledRule[];
  readonly labels: readonly CompiledLabel[];
  readonly faults: readonly Fault[];
}

export function compileRules(source: Pick<PolicySource, 'rules' | 'labels'>, names: Names): CompiledRules {
  const faults: Fault[] = [];
  // One space of ids: `castellan why` and the records name a rule by its id alone.
  const sources = new Map<string, string>();

  function compileAll<Each extends Rule | LabelRule>(
    entries: readonly { readonly source: string; readonly rule: Each }[],
  ): readonly (Selector & { readonly rule: Each })[] {
    return entries.flatMap(({ rule, source: file }, order) => {
      const path = `${file}:${rule.id}`;
      const earlier = sources.get(rule.id);
      if (earlier !== undefined) {
        faults.push({
          path,
          message: `rule \`${rule.id}\` is already in \`${earlier}\``,
          hint: 'give it an id of its own',
        });
      }
      sources.set(rule.id, file);
      faults.push(...ruleToolFaults(rule, path, names));
      const selector = compileSelector(rule, file, order);
      if (selector.ok) return [{ ...selector.value, rule }];
      faults.push(...selector.faults.map((fault) => ({ ...fault, path })));
      return [];
    });
  }

  return { rules: compileAll(source.rules), labels: compileAll(source.labels), faults };
}

function compileSelector(rule: Pick<Rule, 'on' | 'if'>, source: string, order: number): Parsed<Selector> {
  const condition = rule.if === undefined ? null : compileCondition(rule.if);
  if (condition?.ok === false) {
    const { message, hint } = condition;
    return { ok: false, faults: [{ path: '', message, ...(hint === undefined ? {} : { hint }) }] };
  }
  return parsed({
    source,
    order,
    tools: rule.on.tools?.map(namePattern) ?? null,
    effectMask: effectMask(rule.on.effects ?? []),
    condition: condition?.condition ?? null,
  });
}

/** What a match asks for: Critical `deny` unless it says `confirm`, Strict always `confirm`, Guidelines nothing. */
export function outcomeOf(rule: Rule): 'deny' | 'confirm' | null {
  switch (rule.tier) {
    case 'critical':
      return rule.outcome ?? 'deny';
    case 'strict':
      return 'confirm';
    case 'guideline':
      return null;
  }
}

export const ruleView = ({ rule, source }: CompiledRule): RuleView => ({
  id: rule.id,
  tier: rule.tier,
  title: rule.title,
  outcome: outcomeOf(rule) ?? 'advice',
  source,
});

export const labelView = ({ rule, source }: CompiledLabel): LabelView => ({
  id: rule.id,
  label: rule.label,
  reason: rule.reason,
  source,
});
