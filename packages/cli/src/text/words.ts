// The words for things: durations, times, effects, reasons, states. The same in every command and screen.
import type { ApprovalState, Effect, EffectKind, Reason, ReasonSource } from '@castellan/contract';
import type { Tone } from './tone.ts';
import { visible } from './visible.ts';

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** `2026-01-31 14:05:09`, local time. */
export function instant(at: number): string {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
export const timeOfDay = (at: number): string => instant(at).slice(11);

/** Worst first. INVARIANT: `unknown` is never cheaper than the worst that is known. */
const VERBS: Readonly<Record<EffectKind, readonly [verb: string, rank: number, tone: Tone]>> = {
  unknown: ['unknown', 0, 'danger'],
  'change-safety': ['changes safety', 1, 'danger'],
  escalate: ['gains rights', 2, 'danger'],
  delete: ['deletes', 6, 'danger'],
  spend: ['spends', 4, 'danger'],
  send: ['sends', 5, 'caution'],
  execute: ['runs', 3, 'caution'],
  connect: ['connects', 8, 'caution'],
  write: ['changes', 7, 'caution'],
  read: ['reads', 9, 'plain'],
};
export const effectVerb = (kind: EffectKind): string => VERBS[kind][0];
export const effectTone = (kind: EffectKind): Tone => VERBS[kind][2];

/** A program that is known does what the other lines say; one that is not may do anything. */
function rankOf({ kind, certainty }: Effect): number {
  if (certainty === 'unknown') return VERBS.unknown[1];
  return kind === 'execute' ? VERBS.connect[1] : VERBS[kind][1];
}
export const worstFirst = (effects: readonly Effect[]): readonly Effect[] =>
  effects.toSorted((a, b) => rankOf(a) - rankOf(b));

/** `deletes /home/u/site/build (home; possible): why this counts`. */
export function effectText(effect: Effect): string {
  const aside = [
    ...(effect.place === 'none' ? [] : [effect.place]),
    ...(effect.certainty === 'certain' ? [] : [effect.certainty === 'possible' ? 'possible' : 'could not be told']),
  ];
  const note = effect.note === undefined ? '' : `: ${visible(effect.note)}`;
  return `${visible(effect.target)}${aside.length === 0 ? '' : ` (${aside.join('; ')})`}${note}`;
}

const SOURCES: Readonly<Record<ReasonSource, string>> = {
  'critical-rule': 'Critical rule',
  'user-deny': 'your deny',
  'module-deny': 'module deny',
  'strict-rule': 'Strict rule',
  profile: 'profile',
  client: 'client limit',
  turn: 'turn limit',
  error: 'error',
  grant: 'grant',
  'tool-override': 'tool level',
  'safe-call': 'safe call',
  'module-level': 'module level',
  preset: 'preset',
  default: 'default',
  guideline: 'Guideline',
};
export function reasonText(reason: Reason): string {
  const asks = reason.outcome === null ? 'advice' : reason.outcome;
  return `${asks}: ${SOURCES[reason.source]} \`${visible(reason.id)}\`: ${visible(reason.text)}`;
}

/** `person:local` is you. */
export const whoText = (by: string): string => (by === 'person:local' ? 'a person on this machine' : visible(by));

export function stateText(state: ApprovalState): string {
  switch (state.kind) {
    case 'pending':
      return 'waiting';
    case 'queued':
      return `queued behind ${state.behind}`;
    case 'approved':
      return `approved by ${whoText(state.by)} at ${timeOfDay(state.at)}`;
    case 'denied': {
      const why = state.reason === undefined ? '' : `: ${visible(state.reason)}`;
      return `denied by ${whoText(state.by)} at ${timeOfDay(state.at)}${why}`;
    }
    case 'timed-out':
      return `timed out at ${timeOfDay(state.at)}`;
    case 'cancelled':
      return `cancelled at ${timeOfDay(state.at)}: ${visible(state.why)}`;
  }
}

export const isOpen = (state: ApprovalState): boolean => state.kind === 'pending' || state.kind === 'queued';

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
