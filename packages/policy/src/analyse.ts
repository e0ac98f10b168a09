// What a call would do, by what its tool declares. A tool nobody classified declares nothing, and its calls are unknown.
import type { Call, Effect, Facts } from '@castellan/contract';
import { inOneMoment } from '@castellan/shell';
import { analyseEffects } from './effects/analyse-effects.ts';
import type { Policy } from './policy.ts';
import { toolOf } from './tools.ts';

/** Within one analysis a path leads to one place. */
export function analyse(call: Call, policy: Policy, facts: Facts): readonly Effect[] {
  return analyseEffects(call, toolOf(policy, call.module, call.tool).effects, inOneMoment(facts));
}
