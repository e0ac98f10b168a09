// Whether a grant covers a call. INVARIANT: a grant is bound to its agent, ends, and covers only what its text said; in
// doubt it does not cover, and the person is asked.
import type { Call, Effect, EffectFamily, Grant, Instant } from '@castellan/contract';
import { riskyEffects } from '../decide/safe.ts';
import type { ToolInfo } from '../policy.ts';
import { argumentMatches } from './argument.ts';
import { isByName, isNamed } from './by-name.ts';

/**
 * Whether a grant covers a call with these effects, all of them counted as unsafe and the tool as one nobody classified.
 * `decide` uses what the policy knows of the tool; this is the strict answer without it.
 */
export function covers(grant: Grant, call: Call, effects: readonly Effect[], now: Instant): boolean {
  return coversTool(grant, call, effects, null, now);
}

export function coversTool(
  grant: Grant,
  call: Call,
  effects: readonly Effect[],
  info: ToolInfo | null,
  now: Instant,
): boolean {
  if (grant.agent !== call.agent || grant.tool !== call.tool) return false;
  if (grant.module !== call.module && grant.module !== info?.moduleName) return false;
  if (!inForce(grant, now) || !inScope(grant, call)) return false;
  if (grant.cwd !== undefined && grant.cwd !== call.cwd) return false;
  if (grant.script !== undefined && !isOf(grant.script, call)) return false;
  const shells = shellArguments(info);
  if (!grant.arguments.every((pattern) => argumentMatches(pattern, call.arguments, shells(pattern.name)))) return false;
  const exact = isExact(grant, call);
  const unclassified = info === null || info.class === 'unclassified';
  if (unclassified && !exact && effects.some(isUncertain)) return false;
  if (grant.families === undefined) return true;
  const { families } = grant;
  const risky = info === null ? effects : riskyEffects(info, effects);
  return (
    areGrantable(call, effects, info) && risky.every((effect) => families.some((family) => inFamily(effect, family)))
  );
}

export const isUncertain = (effect: Effect): boolean => effect.kind === 'unknown' || effect.certainty !== 'certain';

/**
 * Whether a grant can name what it would let happen: what is certain, and the project's own code, which a person lets run
 * by its name (`npm test`) knowing that what it does is not told.
 */
export function areGrantable(call: Call, effects: readonly Effect[], info: ToolInfo | null): boolean {
  const risky = info === null ? effects : riskyEffects(info, effects);
  return risky.every((effect) => !isUncertain(effect) || isByName(effect)) && isNamed(call, effects, info);
}

const inForce = (grant: Grant, now: Instant): boolean =>
  grant.revokedAt === null && now >= grant.createdAt && now < grant.expiresAt && grant.usesLeft !== 0;

/** By name and digest: the same bytes under another name are another script. */
const isOf = ({ name, digest }: NonNullable<Grant['script']>, { script }: Call): boolean =>
  script !== undefined && script.name === name && script.digest === digest;

function inScope({ scope }: Grant, call: Call): boolean {
  switch (scope.kind) {
    case 'session':
      return scope.session === call.session;
    case 'task':
      return scope.task === call.task;
    case 'project':
      return scope.workspace === call.workspace;
    case 'agent':
      return true;
  }
}

/** Which arguments a shell will read. Of a tool nobody classified: any may be. */
function shellArguments(info: ToolInfo | null): (name: string) => boolean {
  const effects = info?.effects;
  if (effects === undefined || effects === null) return () => true;
  return (name) => effects.some((effect) => effect.as === 'shell' && effect.from === name);
}

/** Every argument is there and spelt out. */
function isExact(grant: Grant, call: Call): boolean {
  const spelt = new Set(grant.arguments.filter(({ match }) => match.kind === 'equals').map(({ name }) => name));
  return Object.keys(call.arguments).every((name) => spelt.has(name));
}

export function inFamily(effect: Effect, family: EffectFamily): boolean {
  if (effect.kind !== family.kind || effect.targetKind !== family.targetKind) return false;
  if (effect.resource !== family.resource) return false;
  if (effect.target === family.target) return true;
  if (family.targetKind !== 'path' || family.kind === 'execute') return false;
  const folder = family.target.endsWith('/') ? family.target : `${family.target}/`;
  return effect.target.startsWith(folder) && !`${effect.target}/`.includes('/../');
}
