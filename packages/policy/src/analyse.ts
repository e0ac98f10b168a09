// What a call would do, by what its tool declares. A tool nobody classified declares nothing, and its calls are unknown.
import type { Call, Effect, Facts, PathFact } from '@castellan/contract';
import { analyseEffects } from './effects/analyse-effects.ts';
import type { Policy } from './policy.ts';
import { toolOf } from './tools.ts';

export function analyse(call: Call, policy: Policy, facts: Facts): readonly Effect[] {
  return analyseEffects(call, toolOf(policy, call.module, call.tool).effects, inOneMoment(facts));
}

/** Within one analysis a path leads to one place: looked up once, and never two answers about the same words. */
function inOneMoment(facts: Facts): Facts {
  const known = new Map<string, PathFact>();
  return {
    home: facts.home,
    stateFolder: facts.stateFolder,
    expandGlob: (pattern, context) => facts.expandGlob(pattern, context),
    isUndoable: (path) => facts.isUndoable(path),
    resolvePath(path, context) {
      const key = `${context.cwd}\0${context.workspace}\0${path}`;
      const fact = known.get(key) ?? facts.resolvePath(path, context);
      known.set(key, fact);
      return fact;
    },
  };
}
