// The same call again (G-S06): one that is refused and comes back, and one that runs over and over with nothing between.
// INVARIANT: what is kept is bounded; of a call only the key is kept, which is a digest.
import { type Call, canonicalJson, type JsonValue, type Limits } from '@castellan/contract';

export interface Repeats {
  /** Refused calls of this turn by key, the latest last, with what to do instead. */
  readonly refused: ReadonlyMap<string, { readonly times: number; readonly instead: string }>;
  /** The call that ran last, and how often in a row. */
  readonly last: { readonly key: string; readonly times: number } | null;
}

export const NO_REPEATS: Repeats = { refused: new Map(), last: null };
/** An agent that varies its calls without end must not grow the daemon; a loop comes back long before this. */
const MAX_KEYS = 500;

/** Arguments that change nothing about what a call does: an agent that rewords them makes the same call again. */
const WORDS_ONLY: Readonly<Record<string, ReadonlySet<string>>> = {
  'claude-code/Bash': new Set(['description', 'timeout', 'run_in_background']),
};

/** A call's arguments as they are told apart: white space is not, because no agent means anything by retrying with more of it. */
export function repeatKey({ module, tool, arguments: given }: Pick<Call, 'module' | 'tool' | 'arguments'>): string {
  const dropped = WORDS_ONLY[`${module}/${tool}`];
  const kept =
    dropped === undefined ? given : Object.fromEntries(Object.entries(given).filter(([name]) => !dropped.has(name)));
  return `${module}/${tool} ${canonicalJson(collapsed(kept))}`;
}

/** White space that is more than one space between words. */
const SPACED = /\s\s|^\s|\s$|[^\S ]/;

function collapsed(value: JsonValue): JsonValue {
  if (typeof value === 'string') return SPACED.test(value) ? value.replace(/\s+/g, ' ').trim() : value;
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(collapsed);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, collapsed(item)]));
}

export type Repetition =
  | { readonly kind: 'new' }
  /** It was refused before: `times` counts this one. */
  | { readonly kind: 'remind' | 'pause' | 'stop'; readonly times: number; readonly instead: string }
  | { readonly kind: 'loop'; readonly what: 'advise' | 'pause'; readonly times: number };

/**
 * What a call that is about to be decided repeats, and what that comes to; this call is counted in `times`. Pure: nothing is
 * remembered here, that is for `afterRefusal` and `afterRun`.
 */
export function repetition(
  { refused, last }: Repeats,
  key: string,
  { retries, repeats }: Pick<Limits, 'retries' | 'repeats'>,
): Repetition {
  const before = refused.get(key);
  if (before !== undefined) {
    const times = before.times + 1;
    const at = { times, instead: before.instead };
    if (retries.stop !== null && times >= retries.stop) return { kind: 'stop', ...at };
    if (retries.pause !== null && times >= retries.pause) return { kind: 'pause', ...at };
    if (times >= retries.remind) return { kind: 'remind', ...at };
  }
  const times = last?.key === key ? last.times + 1 : 1;
  if (repeats.pause !== null && times >= repeats.pause) return { kind: 'loop', what: 'pause', times };
  if (repeats.advise !== null && times >= repeats.advise) return { kind: 'loop', what: 'advise', times };
  return { kind: 'new' };
}

/**
 * What is remembered once a call of this key was refused; `instead` is what it is told when it comes again. The oldest of more
 * than 500 keys are forgotten.
 */
export function afterRefusal({ refused, last }: Repeats, key: string, instead: string): Repeats {
  const next = new Map(refused);
  const before = next.get(key);
  next.delete(key);
  next.set(key, { times: (before?.times ?? 0) + 1, instead });
  for (const oldest of next.keys()) {
    if (next.size <= MAX_KEYS) break;
    next.delete(oldest);
  }
  return { refused: next, last };
}

/** What is remembered once a call of this key ran: how often in a row. Refusals stay as they are. */
export const afterRun = ({ refused, last }: Repeats, key: string): Repeats => ({
  refused,
  last: { key, times: last?.key === key ? last.times + 1 : 1 },
});
