// Whether a call is safe: what a `by-effects` tool may do without anyone being asked (P1, P4).
import type { DeclaredEffect, Effect, EffectKind, ToolClass } from '@castellan/contract';
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

/** What it is, or whether, could not be told at all. */
export const isUntold = ({ kind, certainty }: Effect): boolean => kind === 'unknown' || certainty === 'unknown';

const LOOKING: ReadonlySet<EffectKind> = new Set<EffectKind>(['read', 'connect', 'unknown']);

const saysNothing = ({ kind, from, target }: DeclaredEffect): boolean =>
  kind === 'unknown' && from === undefined && (target === undefined || target === '');

/**
 * The class of one call. A `by-effects` call is safe only when every effect is. No effect at all is not safe while the
 * tool declares some: the analysis should have found what was declared, so an empty list means that it did not look.
 */
export function classOf(info: ToolInfo, effects: readonly Effect[]): ToolClass {
  switch (info.class) {
    // A manifest's word is checked: a call that is seen to change or send is not safe, whatever its tool is called (P10).
    case 'safe':
      return effects.every(({ kind }) => LOOKING.has(kind)) ? 'safe' : 'critical';
    // A manifest that only says nobody knows has not classified it: the default asks, and a person may change that (P7).
    case 'critical':
      return info.effects?.some(saysNothing) === true ? 'unclassified' : 'critical';
    case 'unclassified':
      return 'unclassified';
    case 'by-effects': {
      const looked = effects.length > 0 || info.effects?.length === 0;
      return looked && effects.every((effect) => isSafeEffect(effect, info)) ? 'safe' : 'critical';
    }
  }
}

/** The effects a person is asked about: all but the safe ones of a `by-effects` tool. */
export const riskyEffects = (info: ToolInfo, effects: readonly Effect[]): readonly Effect[] =>
  info.class === 'by-effects' ? effects.filter((effect) => !isSafeEffect(effect, info)) : effects;
