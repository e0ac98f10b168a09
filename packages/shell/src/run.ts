// One analysis under way: where effects are collected, and the few ways to add one. INVARIANT: an effect is added with
// the certainty it has here; nothing later makes one more certain.
import type { Certainty, Effect, EffectKind, Facts, Place, Resource, TargetKind } from '@castellan/contract';
import type { ParsedScript } from 'unbash';
import type { Flow, State } from './state.ts';

export type Span = readonly [number, number];

export interface Run {
  readonly facts: Facts;
  readonly workspace: string;
  readonly effects: Effect[];
  /** Length of the command: no span leads out of it. */
  readonly length: number;
  /** How many conditions stand around the command: above zero, an effect is at most `possible`. */
  conditions: number;
  /** Set inside text that has no place of its own in the command (decoded backticks, `eval`): the span of the whole word. */
  outerSpan: Span | undefined;
  /** Commands ran side by side: what one of them moves may have moved before another one looks. */
  concurrent: boolean;
  /** The command speaks of `CDPATH`: a plain folder name behind `cd` may then lead anywhere. */
  readonly cdpath: boolean;
  /** How many times text was parsed inside text. */
  depth: number;
  /** Walks a nested script; a field and not an import, because words hold scripts and scripts hold words. */
  readonly script: (run: Run, script: ParsedScript, state: State) => Flow;
  /** Parses and walks text that a shell would evaluate (`eval`, `sh -c`). */
  readonly text: (run: Run, text: string, state: State, span: Span) => Flow;
}

export interface Found {
  readonly kind: EffectKind;
  readonly target: string;
  readonly targetKind: TargetKind;
  readonly place?: Place;
  readonly certainty?: Certainty;
  readonly span: Span;
  readonly resource?: Resource;
  readonly undoable?: boolean;
  readonly recursive?: boolean;
  readonly note?: string;
}

export const MAX_EFFECTS = 2000;

export function add(run: Run, found: Found): void {
  // More than this is no command a person would read; the last entry says so and stands for the rest.
  if (run.effects.length > MAX_EFFECTS) return;
  if (run.effects.length === MAX_EFFECTS) {
    const { span } = found;
    run.effects.push(
      effectOf(run, { kind: 'unknown', target: '', targetKind: 'text', span }, 'too many effects'),
      effectOf(run, notWhole(run, span), NOT_WHOLE),
    );
    return;
  }
  run.effects.push(effectOf(run, found, found.note));
}

const NOT_WHOLE = 'more than could be looked at whole: it may lead into Castellan’s own folder';

/** Where a limit stops the looking, an attacker puts what should not be seen: that counts as reaching the state folder (C04). */
const notWhole = (run: Run, span: Span): Found => ({
  kind: 'change-safety',
  target: run.facts.stateFolder,
  targetKind: 'path',
  place: 'castellan',
  certainty: 'possible',
  span,
  note: NOT_WHOLE,
});

export const addNotWhole = (run: Run, span: Span): void => add(run, notWhole(run, span));

function effectOf(run: Run, found: Found, note: string | undefined): Effect {
  const wanted = found.kind === 'unknown' ? 'unknown' : (found.certainty ?? 'certain');
  // A bare `execute` of an understood command touches nothing by itself: whether it runs makes no difference.
  const harmless = found.kind === 'execute' && found.targetKind === 'command';
  const certainty: Certainty = wanted === 'certain' && run.conditions > 0 && !harmless ? 'possible' : wanted;
  // A parser that recovers from an error may place the end behind the text.
  const [from, to] = (run.outerSpan ?? found.span).map((at) => Math.min(Math.max(at, 0), run.length));
  const [start = 0, end = start] = [from, Math.max(from ?? 0, to ?? 0)];
  return {
    kind: found.kind,
    target: found.target,
    targetKind: found.targetKind,
    place: found.place ?? 'none',
    certainty,
    ...(found.resource === undefined ? {} : { resource: found.resource }),
    ...(found.undoable === undefined ? {} : { undoable: found.undoable }),
    ...(found.recursive === true ? { recursive: true } : {}),
    span: [start, end],
    ...(note === undefined ? {} : { note }),
  };
}

/** Something that could not be told. It is never cheaper than the worst it could be. */
export function addUnknown(run: Run, target: string, span: Span, note: string): void {
  add(run, { kind: 'unknown', target: shorten(target), targetKind: 'text', certainty: 'unknown', span, note });
}

/** Runs `body` as something that may or may not happen. */
export function conditionally<T>(run: Run, body: () => T): T {
  run.conditions += 1;
  try {
    return body();
  } finally {
    run.conditions -= 1;
  }
}

export const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text);
