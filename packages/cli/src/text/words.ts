// The words for things: durations, times, reasons, states. The same in every command and screen; effects have a file of
// their own.
import type { Agent, ApprovalState, Reason, ReasonSource } from '@castellan/contract';
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

const SOURCES: Readonly<Record<ReasonSource, string>> = {
  panic: 'panic',
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
export const sourceText = ({ source, id }: Reason): string => `${SOURCES[source]} \`${visible(id)}\``;
export function reasonText(reason: Reason): string {
  const asks = reason.outcome === null ? 'advice' : reason.outcome;
  return `${asks}: ${sourceText(reason)}: ${visible(reason.text)}`;
}

/** `person:mia` is mia; `program:local` is a program of the user that nobody signed in for. */
export const whoText = (by: string): string =>
  by === 'program:local'
    ? 'a program on this machine'
    : visible(by.replace(/^person:/, '').replace(/^schedule:/, 'schedule '));

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

/** An agent that is connected; the test call of set-up asks as one of its own, which holds nothing and is gone with it. */
export const isHeld = ({ revokedAt, kind }: Pick<Agent, 'revokedAt' | 'kind'>): boolean =>
  revokedAt === null && kind !== 'demo';
