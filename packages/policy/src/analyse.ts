// What a call would do, by what its tool declares. A tool nobody classified declares nothing, and its calls are unknown.
import type { Call, DeclaredEffect, Effect, Facts } from '@castellan/contract';
import type { Policy } from './policy.ts';
import { toolOf } from './tools.ts';

export type AnalyseEffects = (
  call: Call,
  declared: readonly DeclaredEffect[] | null,
  facts: Facts,
) => readonly Effect[];

/** Until the analysis lands beside this file, every call is unknown: nothing is safe by its effects. */
const unknownOnly: AnalyseEffects = (call) => [
  { kind: 'unknown', target: call.tool, targetKind: 'text', place: 'none', certainty: 'unknown' },
];

export function analyse(call: Call, policy: Policy, facts: Facts): readonly Effect[] {
  return unknownOnly(call, toolOf(policy, call.module, call.tool).effects, facts);
}
