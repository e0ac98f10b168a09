// What the guardrails say of a call. An error while evaluating a Critical or Strict condition counts as a match: a rule
// that cannot answer must not be a hole. A Guideline that cannot answer is dropped, with a word about it.
import type { Effect, Reason } from '@castellan/contract';
import type { Context } from '../cel/condition.ts';
import { outcomeOf } from '../compile-rules.ts';
import type { CompiledRule, RuleIndex, ToolInfo } from '../policy.ts';
import { eachCandidate } from '../rule-index.ts';

export function ruleReasons(
  index: RuleIndex,
  info: ToolInfo,
  effects: readonly Effect[],
  context: Context,
): readonly Reason[] {
  const reasons: Reason[] = [];
  eachCandidate(index, info, effects, (rule) => {
    const reason = ruleReason(rule, context);
    if (reason !== null) reasons.push(reason);
  });
  return reasons;
}

export function ruleReason({ rule, condition }: CompiledRule, context: Context): Reason | null {
  const match = condition === null ? { kind: 'yes' as const } : condition(context);
  if (match.kind === 'no') return null;
  const failed = match.kind === 'error' ? match.why : null;
  const { id, remedy } = rule;
  const text = failed === null ? rule.reason : `${rule.reason} (counted as a match: its condition failed: ${failed})`;
  const outcome = outcomeOf(rule);
  switch (rule.tier) {
    case 'critical':
      return { source: 'critical-rule', part: 'floor', id, outcome, text, remedy };
    case 'strict':
      return { source: 'strict-rule', part: 'floor', id, outcome, text, remedy };
    case 'guideline': {
      const advice = failed === null ? rule.reason : `this advice could not be judged: its condition failed: ${failed}`;
      return { source: 'guideline', part: 'advice', id, outcome: null, text: advice, remedy };
    }
  }
}
