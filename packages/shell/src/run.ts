// One analysis under way: where effects are collected, and the few ways to add one. INVARIANT: an effect is added with
// the certainty it has here; nothing later makes one more certain.
import type { Certainty, Effect, EffectKind, Facts, Place, Resource, TargetKind } from '@castellan/contract';
import type { CommandNode, ParsedScript, Pipeline } from 'unbash';
import { type Changes, changesOf, leadsElsewhere, noteChange } from './changes.ts';
import type { Printed, Told } from './field.ts';
import type { Span } from './span.ts';
import type { Flow, State } from './state.ts';

export interface Run {
  readonly facts: Facts;
  readonly workspace: string;
  readonly effects: Effect[];
  /** Length of the command: no span leads out of it. */
  readonly length: number;
  /** How many conditions stand around the command: above zero, an effect says so. */
  conditions: number;
  /** Why what is found here may also be something else: effects are at most `possible` then. */
  doubt: string | undefined;
  /** Set inside text that has no place of its own in the command (decoded backticks, `eval`): the span of the whole word. */
  outerSpan: Span | undefined;
  /** Commands ran side by side: what one of them changes may have changed before another one looks. */
  concurrent: boolean;
  /** The command speaks of `CDPATH`: a plain folder name behind `cd` may then lead anywhere. */
  readonly cdpath: boolean;
  /** A list may have this name: `declare x=$y` would evaluate what is in `y` then. */
  readonly mayBeList: (name: string) => boolean;
  /** How many times text was parsed inside text. */
  depth: number;
  /** How much looking is left. */
  steps: number;
  /** Which shell the words are read as: where the two differ, `differs` is set and both are looked at. */
  reading: 'bash' | 'zsh';
  differs: boolean;
  /** What this command changed so far: links made, files written. */
  readonly changes: Changes;
  /** What the last command that printed names printed. */
  printed: Printed | undefined;
  /** What the last command of a pipeline printed, for those that printed names. */
  piped: Map<Pipeline, Told> | undefined;
  /** A command inside a word may have read what was piped in: nobody knows what is left of it. */
  drained: boolean;
  /** Variables that a word set while it was expanded (`$((i++))`). */
  pending: Map<string, string | null | undefined> | undefined;
  /** Names that keep their value whatever is assigned. */
  readonly frozen: Set<string>;
  /** Options were set that change what patterns match. */
  patterns: 'plain' | 'changed';
  readonly aliases: Map<string, string>;
  readonly traps: Trap[];
  /** Everything the shell was since the first trap was set: one may run at any time. */
  trapState: State | undefined;
  /** States at `break` and `continue`, one entry a loop that is being walked; at `return`, one a function. */
  readonly loops: (State | undefined)[];
  readonly calls: Call[];
  /** Walks a nested script; a field and not an import, because words hold scripts and scripts hold words. */
  readonly script: (run: Run, script: ParsedScript, state: State) => Flow;
  /** Walks the body of a function. */
  readonly node: (run: Run, node: CommandNode, state: State) => Flow;
  /** Parses and walks text that a shell would evaluate (`eval`, `sh -c`). */
  readonly text: (run: Run, text: string, state: State, span: Span) => Flow;
}

export interface Trap {
  readonly text: string;
  readonly span: Span;
  /** Only when the shell ends: what it sets then matters to nobody. */
  readonly late: boolean;
}

/** A function that is being walked. */
export interface Call {
  readonly name: string;
  readonly locals: Set<string>;
  returned: State | undefined;
}

/** Commands and words that are looked at before the rest is left untold. */
export const MAX_STEPS = 2500;

export function createRun(given: Pick<Run, 'facts' | 'workspace' | 'script' | 'node' | 'text'>, command: string): Run {
  return {
    ...given,
    effects: [],
    length: command.length,
    conditions: 0,
    doubt: undefined,
    outerSpan: undefined,
    concurrent: false,
    cdpath: /cdpath/i.test(command) || /c["'\\]*d["'\\]*p["'\\]*a["'\\]*t["'\\]*h/i.test(command),
    mayBeList: listsIn(command),
    depth: 0,
    steps: MAX_STEPS,
    reading: 'bash',
    differs: false,
    changes: changesOf(),
    printed: undefined,
    piped: undefined,
    drained: false,
    pending: undefined,
    frozen: new Set(),
    patterns: 'plain',
    aliases: new Map(),
    traps: [],
    trapState: undefined,
    loops: [],
    calls: [],
  };
}

/** By the text alone: wherever in it a list of this name could be made. Looked through once, for all names. */
function listsIn(command: string): (name: string) => boolean {
  let names: ReadonlySet<string> | 'any' | undefined;
  return (name) => {
    names ??= listNames(command);
    return names === 'any' || names.has(name);
  };
}

function listNames(command: string): ReadonlySet<string> | 'any' {
  if (/\beval\b|\bsource\b|(?:^|[\s;&|({])\.\s|\\/.test(command)) return 'any';
  const names = new Set<string>();
  for (const [, name = ''] of command.matchAll(/\b(\w+)(?:\+?=\(|\[)/g)) names.add(name);
  for (const [, words = ''] of command.matchAll(/(?:-\w*[aA]\w*|mapfile|readarray)['"]?\s([^;|&\n]*)/g))
    for (const [name] of words.matchAll(/\w+/g)) names.add(name);
  return names;
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
  // Each is looked at again by others. The last step is left for whoever says that there are none left.
  if (run.steps > 1) run.steps = Math.max(1, run.steps - 1);
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
  if (found.certainty === 'unknown') return;
  if (found.targetKind === 'path' && (found.kind === 'write' || found.kind === 'delete'))
    noteChange(run.changes, found.target, found.recursive === true);
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

/** One look less. False: the looking ends here, and that is said. */
export function step(run: Run, span: Span, cost = 1): boolean {
  if (run.steps <= 0) return false;
  run.steps -= cost;
  if (run.steps > 0) return true;
  run.steps = 0;
  addUnknown(run, '', span, 'more than could be looked at');
  addNotWhole(run, span);
  return false;
}

function effectOf(run: Run, found: Found, note: string | undefined): Effect {
  let certainty: Certainty = found.kind === 'unknown' ? 'unknown' : (found.certainty ?? 'certain');
  let why = note;
  // A bare `execute` of an understood command touches nothing by itself: whether it runs makes no difference.
  if (certainty === 'certain' && !(found.kind === 'execute' && found.targetKind === 'command')) {
    if (run.doubt !== undefined) {
      certainty = 'possible';
      why ??= run.doubt;
    } else if (found.targetKind === 'path' && leadsElsewhere(run.changes, found.target)) {
      certainty = 'possible';
      why ??= 'what the path leads to may change earlier in this command';
    }
    if (run.conditions > 0) why ??= 'only if what stands before it succeeds';
  }
  // A parser that recovers from an error may place the end behind the text.
  const [from, to] = run.outerSpan ?? found.span;
  const start = Math.min(Math.max(from, 0), run.length);
  const end = Math.max(Math.min(Math.max(to, 0), run.length), start);
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
    ...(why === undefined ? {} : { note: why }),
  };
}

/** Something that could not be told. It is never cheaper than the worst it could be. */
export function addUnknown(run: Run, target: string, span: Span, note: string): void {
  add(run, { kind: 'unknown', target: shorten(target), targetKind: 'text', certainty: 'unknown', span, note });
}

/** Runs `body` as something that may or may not happen: what it does stays certain where it happens. */
export function conditionally<T>(run: Run, body: () => T): T {
  run.conditions += 1;
  try {
    return body();
  } finally {
    run.conditions -= 1;
  }
}

/** Runs `body` as one of several things that may be meant. */
export function doubtfully<T>(run: Run, why: string, body: () => T): T {
  const outer = run.doubt;
  run.doubt = outer ?? why;
  try {
    return body();
  } finally {
    run.doubt = outer;
  }
}

export const shorten = (text: string): string => (text.length > 200 ? `${text.slice(0, 199)}…` : text);
