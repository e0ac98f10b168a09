// `castellan why`: how a verdict came about, in lines a person reads top to bottom (P12).
import type { Call, Effect, Reason, Verdict } from '@castellan/contract';
import type { CompiledRule, Policy } from './policy.ts';
import { eachCandidate } from './rule-index.ts';
import { riskOf } from './summarise.ts';
import { quoted, shortened, visible } from './text/visible.ts';
import { toolOf } from './tools.ts';

/**
 * Why a verdict is what it is, as lines for a person: what decided, what else spoke, which rules were looked at, and what
 * would change the outcome. Text of the agent is made visible; nothing here decides.
 */
export function explain(call: Call, effects: readonly Effect[], verdict: Verdict, policy: Policy): readonly string[] {
  const info = toolOf(policy, call.module, call.tool);
  const looked: CompiledRule[] = [];
  eachCandidate(policy.compiled.index, info, effects, (rule) => looked.push(rule));
  const [deciding, ...others] = verdict.reasons;
  const risk = riskOf(effects);
  return [
    `outcome: ${verdict.outcome}`,
    ...(deciding === undefined ? [] : [`decided by ${reasonLine(deciding)}`]),
    ...others.map((reason) => `also: ${reasonLine(reason)}`),
    `tool: ${visible(`${info.moduleName}/${info.toolName}`)} is ${info.class}, this call is ${verdict.toolClass}, ${verdict.scope}`,
    `effects: ${effects.length === 0 ? 'none found' : `${effects.length} (${risk.join(', ')})`}`,
    ...effects.map((effect) => `  ${effectLine(effect)}`),
    `rules looked at: ${looked.length} of ${policy.compiled.index.count}; the others are about other tools or effects`,
    ...looked.toSorted((a, b) => a.order - b.order).map((rule) => `  ${ruleLine(rule, verdict)}`),
    ...changeLines(verdict),
    ...(verdict.policy === policy.digest ? [] : ['note: the policy has changed since; this shows today’s rules']),
  ];
}

const reasonLine = ({ source, id, text }: Reason): string => `${source} ${visible(id)}: ${text}`;

function effectLine({ kind, target, place, certainty, resource, recursive, note }: Effect): string {
  const what = [place, certainty, ...(resource === undefined ? [] : [resource]), ...(recursive ? ['all below'] : [])];
  return `${kind} ${quoted(target)} (${what.join(', ')})${note === undefined ? '' : `: ${shortened(note, 300)}`}`;
}

function ruleLine({ rule, source }: CompiledRule, verdict: Verdict): string {
  const matched = verdict.reasons.some(
    (reason) => reason.id === rule.id && ['critical-rule', 'strict-rule', 'guideline'].includes(reason.source),
  );
  return `${matched ? 'matched' : 'no match'}: ${rule.tier} ${rule.id} “${rule.title}” (${source})`;
}

/** What would change the outcome: every floor that holds it, or else the base. */
function changeLines(verdict: Verdict): readonly string[] {
  const floors = verdict.reasons.filter((reason) => reason.part === 'floor');
  const holding = floors.filter((reason) => reason.outcome === verdict.outcome);
  if (holding.length === 0) {
    const base = verdict.reasons.find((reason) => reason.part === 'base');
    return base?.remedy === undefined ? [] : [`to change it: ${base.remedy}`];
  }
  const lines = holding.map(
    (reason) => `to change it: ${reason.remedy ?? `lift ${reason.source} ${visible(reason.id)}`}`,
  );
  return holding.length === 1 ? lines : ['to change it, all of these:', ...lines.map((line) => `  ${line.slice(14)}`)];
}
