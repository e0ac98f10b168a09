// What a call's tool says of it: which argument is a shell command, and which rules were looked at.
import type { Call, Effect, Verdict } from '@castellan/contract';
import { explain, type Policy, toolOf } from '@castellan/policy';

/** The command of a call whose tool runs one. */
export function shellCommand(call: Call, policy: Policy): string | undefined {
  const declared = toolOf(policy, call.module, call.tool).effects?.find((effect) => effect.as === 'shell');
  const value = declared?.from === undefined ? undefined : call.arguments[declared.from];
  return typeof value === 'string' ? value : undefined;
}

/** The part of `explain` that the drawing does not show: all rules looked at, and what would change the outcome. */
export function rulesLooked(
  call: Call,
  effects: readonly Effect[],
  verdict: Verdict,
  policy: Policy,
): readonly string[] {
  const lines = explain(call, effects, verdict, policy);
  const from = lines.findIndex((text) => text.startsWith('rules looked at'));
  return [...lines.filter((text) => text.startsWith('tool: ')), ...lines.slice(Math.max(0, from))];
}
