// Whether a call is safe: what a `by-effects` tool may do without anyone being asked (P1, P4).
import type { Effect, ToolClass } from '@castellan/contract';
import type { ToolInfo } from '../policy.ts';

/** Whether one effect is certain and listed as safe for its tool. INVARIANT: what has a resource is safe only where that is listed. */
export const isSafeEffect = (effect: Effect, info: ToolInfo): boolean =>
  effect.certainty === 'certain' &&
  effect.kind !== 'unknown' &&
  info.safe.some(
    (safe) =>
      safe.kind === effect.kind &&
      (safe.places === undefined || safe.places.includes(effect.place)) &&
      (safe.targets === undefined || safe.targets.includes(effect.target)) &&
      (effect.resource === undefined || safe.resources?.includes(effect.resource) === true) &&
      (!safe.undoable || effect.undoable === true),
  );

/** Code that is the project's own or stands in the call: a known kind of thing, though what it does is not known. */
const OWN_CODE: ReadonlySet<Effect['resource']> = new Set(['project-code', 'inline-code'] as const);

/** What it is, or whether, could not be told at all. Code that others wrote is: nobody here has seen it. */
export const isUntold = ({ kind, certainty, resource }: Effect): boolean =>
  kind === 'unknown' || (certainty === 'unknown' && !(kind === 'execute' && OWN_CODE.has(resource)));

/**
 * The class of one call. A `by-effects` call is safe only when every effect is. No effect at all is not safe while the
 * tool declares some: the analysis should have found what was declared, so an empty list means that it did not look.
 */
export function classOf(info: ToolInfo, effects: readonly Effect[]): ToolClass {
  switch (info.class) {
    case 'safe':
    case 'critical':
    case 'unclassified':
      return info.class;
    case 'by-effects': {
      const looked = effects.length > 0 || info.effects?.length === 0;
      return looked && effects.every((effect) => isSafeEffect(effect, info)) ? 'safe' : 'critical';
    }
  }
}

/** The effects a person is asked about: all but the safe ones of a `by-effects` tool. */
export const riskyEffects = (info: ToolInfo, effects: readonly Effect[]): readonly Effect[] =>
  info.class === 'by-effects' ? effects.filter((effect) => !isSafeEffect(effect, info)) : effects;
