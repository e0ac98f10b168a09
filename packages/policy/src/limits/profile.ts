// What the mode of a profile or of a client adds to a decision (P9). INVARIANT: only floors, so no mode, autonomy level or
// client can make any call milder than it was; a client that says `dangerous` says nothing.
import type { Call, Config, Effect, Profile, Reason, ToolClass } from '@castellan/contract';
import { autonomyLevel } from './autonomy.ts';
import { MODES } from './modes.ts';

export interface ModeInForce {
  readonly mode: Profile;
  readonly source: 'profile' | 'client';
}

/** Every mode that holds for a call: the strictest of them wins, because each adds its own floor. */
export function modesInForce(profile: Config['profile'], client: readonly Profile[] = []): readonly ModeInForce[] {
  const modes: ModeInForce[] = [{ mode: profile.mode, source: 'profile' }];
  if (profile.autonomy !== undefined) modes.push({ mode: autonomyLevel(profile.autonomy).mode, source: 'profile' });
  for (const mode of client) modes.push({ mode, source: 'client' });
  return modes.filter(({ mode }, index) => modes.findIndex((other) => other.mode === mode) === index);
}

export function profileFloors(
  modes: readonly ModeInForce[],
  call: Pick<Call, 'module' | 'tool'>,
  effects: readonly Effect[],
  toolClass: ToolClass,
): readonly Reason[] {
  return modes.flatMap(({ mode, source }): readonly Reason[] => {
    const { forbids } = MODES[mode];
    if (forbids === null) return [];
    const why = breach(forbids, call, effects, toolClass);
    if (why === null) return [];
    const { outcome, text, remedy } = forbids;
    return [{ source, part: 'floor', id: mode, outcome, text: `mode ${mode}: ${text} (${why})`, remedy }];
  });
}

/** The reason for which `decide` refuses what would ask, where a mode says that nobody can be asked; else undefined. */
export function headlessReason(modes: readonly ModeInForce[]): Reason | undefined {
  const found = modes.find(({ mode }) => MODES[mode].headless);
  if (found === undefined) return undefined;
  return {
    source: found.source,
    part: 'floor',
    id: found.mode,
    outcome: 'deny',
    text: `mode ${found.mode}: nobody can be asked, so what needs a person is refused`,
    remedy: 'allow it beforehand in the policy, or run it where a person can answer',
  };
}

type Forbids = NonNullable<(typeof MODES)[Profile]['forbids']>;

/** What of the call the mode forbids, for a person; null where it forbids nothing. */
function breach(
  { kinds, programs }: Forbids,
  { module, tool }: Pick<Call, 'module' | 'tool'>,
  effects: readonly Effect[],
  toolClass: ToolClass,
): string | null {
  if (toolClass === 'unclassified') return `nobody has said what \`${module}/${tool}\` does`;
  // A critical tool that names no effect may do anything.
  if (effects.length === 0) return toolClass === 'safe' ? null : `\`${tool}\` can do harm and names no effect`;
  for (const effect of effects) {
    if (kinds.has(effect.kind)) return `${effect.kind} ${effect.target.slice(0, 120)}`;
    if (effect.kind !== 'execute') continue;
    const known = effect.certainty === 'certain' && effect.resource === undefined;
    if (!(known && (programs === 'known' || toolClass === 'safe'))) return `run ${effect.target.slice(0, 120)}`;
  }
  return null;
}
