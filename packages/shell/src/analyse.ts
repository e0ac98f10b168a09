// What a shell command would do, as effects. INVARIANT: never throws, never answers with nothing, and whatever could not be
// told is an effect of its own.
import type { Effect, Facts } from '@castellan/contract';
import { type ParsedScript, parse } from 'unbash';
import { extent } from './changes.ts';
import { downloadsThatRun } from './commands/systems/download-run.ts';
import { mayEndElsewhere } from './here-documents.ts';
import { inOneMoment } from './one-moment.ts';
import { refusal } from './refuse.ts';
import { add, addUnknown, conditionally, createRun, type Run, step } from './run.ts';
import { mentionsCastellan } from './self.ts';
import type { Span } from './span.ts';
import { after, bothWays, type Flow, join, keepsAll, lost, type State } from './state.ts';
import { walkNode, walkScript } from './walk.ts';

export interface CommandContext {
  readonly cwd: string;
  readonly workspace: string;
  readonly facts: Facts;
}

/** How often text is parsed inside text (`eval`, `sh -c`) before the rest is left untold. */
const MAX_DEPTH = 8;

/** Spellings that the parser and the shells are known to read in different ways; bash-agreement.test.ts found them. */
const MISREAD: readonly { readonly text: RegExp; readonly behind?: string; readonly note: string }[] = [
  // The shell joins lines before it reads words: `$HOME\\⏎a` is `$HOMEa`.
  { text: /\S\\\n\S/, note: 'a word that goes on in the next line' },
  { text: /\\$/, note: 'a backslash with nothing behind it' },
  // An old calculation, which runs to the next `]` whatever stands in between.
  { text: /\$\[/, note: 'a calculation in an old spelling' },
  // A pattern for numbers in zsh, two redirections elsewhere.
  { text: /<\d*-\d*>/, note: 'a pattern that other shells take for redirections' },
  // Two parentheses are a calculation or two subshells; shells decide that in different places.
  { text: /<<|\bcase\b/, behind: '((', note: 'two parentheses around a command' },
];

/**
 * What a shell command would do if it ran in `cwd`: at least one effect, each with the `span` (UTF-16 units) it was read from.
 * What could not be told is an effect of its own. Synchronous; it never throws, and runs nothing: `facts` alone looks at the
 * disk. Text of more than MAX_COMMAND_BYTES bytes or MAX_NESTING levels is not read and `unknown`. Read as bash and as zsh
 * would (bash-agreement.test.ts compares it with a real bash).
 */
export function analyseCommand(command: string, context: CommandContext): readonly Effect[] {
  const { workspace } = context;
  const facts = inOneMoment(context.facts);
  const run = createRun({ facts, workspace, script: walkScript, node: walkNode, text: walkText }, command);
  const span: Span = [0, command.length];
  // Each command gets a shell of its own, which is given no parameters.
  const state: State = {
    cwds: [context.cwd],
    vars: new Map(),
    pathsMoved: false,
    params: [undefined],
    own: new Set(),
  };
  const why = refusal(command);
  if (why === undefined) {
    let end = after(walkSource(run, command, state, span));
    walkTraps(run, end ?? state);
    // Side by side there is no order: what one command changed, another one may have looked at.
    if (run.concurrent && (extent(run.changes) > 0 || end?.pathsMoved !== false)) {
      run.traps.length = 0;
      end = after(walkSource(run, command, { ...state, pathsMoved: end?.pathsMoved ?? true }, span));
      walkTraps(run, end ?? state);
    }
  } else addUnknown(run, '', span, `refused before reading: ${why}`);
  addHiddenMention(run, command, span);
  if (run.effects.length === 0)
    add(run, { kind: 'execute', target: ':', targetKind: 'command', span, note: 'nothing to run' });
  return unique([...run.effects, ...downloadsThatRun(run.effects)]);
}

function walkSource(run: Run, text: string, state: State, span: Span): Flow {
  const conditions = run.conditions;
  try {
    const script: ParsedScript = parse(text);
    for (const { text: pattern, behind, note } of MISREAD) {
      const from = behind === undefined ? 0 : text.indexOf(behind);
      if (from >= 0 && pattern.test(text.slice(from))) addUnknown(run, '', span, note);
    }
    if (mayEndElsewhere(text, script))
      addUnknown(run, '', span, 'a here-document whose end shells read in different ways');
    const flow = run.script(run, script, state);
    // A parser that reads less than there is would hide the rest.
    if (script.commands.length === 0 && !/^(?:\s|#[^\n]*(?:\n|$))*$/.test(text))
      addUnknown(run, '', span, 'nothing could be read');
    return flow;
  } catch (error) {
    // A fault in the parser or here is no reason to let a command through.
    const note = `a fault in castellan: ${error instanceof Error ? error.name : 'error'}`;
    add(run, { kind: 'unknown', target: '', targetKind: 'text', resource: 'fault', span, note });
    return bothWays(lost(state));
  } finally {
    run.conditions = conditions;
  }
}

/** A trap runs at some time, in one of the states the shell was in since; one that changes the shell changes what comes after. */
function walkTraps(run: Run, end: State): void {
  // A trap may set another one, so the list may grow while it is walked.
  for (const { text, span, late } of run.traps) {
    if (!step(run, span, 5)) return;
    const state = join(run.trapState, end) ?? end;
    const flow = conditionally(run, () => run.text(run, text, state, span));
    const left = join(after(flow), state);
    const ended = after(flow) ?? state;
    // Neither loses what was known nor sets what was not.
    if (!late && left !== undefined && !(keepsAll(left, state) && keepsAll(left, ended)))
      addUnknown(run, text, span, 'a command that runs at any time and changes the shell');
  }
}

/** Text a shell evaluates inside the command: analysed like one, and shown at the word it came from. */
function walkText(run: Run, text: string, state: State, span: Span): Flow {
  const why = run.depth >= MAX_DEPTH ? 'nested too deeply' : refusal(text);
  if (why !== undefined) {
    addUnknown(run, text, span, `text that is evaluated: ${why}`);
    return bothWays(lost(state));
  }
  if (!step(run, span, 1 + text.length / 64)) return bothWays(lost(state));
  const outer = run.outerSpan;
  run.outerSpan = outer ?? span;
  run.depth += 1;
  const flow = walkSource(run, text, state, span);
  run.depth -= 1;
  run.outerSpan = outer;
  return flow;
}

/** An attacker hides in text that cannot be evaluated: there, speaking of Castellan is enough (C04). */
function addHiddenMention(run: Run, command: string, span: Span): void {
  // What stops a process or a service by name is told, and may be what stops the keeper.
  const untold = run.effects.some(
    ({ certainty, resource }) => certainty !== 'certain' || resource === 'process' || resource === 'service',
  );
  if (!untold || run.effects.some((effect) => effect.kind === 'change-safety')) return;
  if (!mentionsCastellan(command, run.facts.stateFolder)) return;
  add(run, {
    kind: 'change-safety',
    target: 'castellan',
    targetKind: 'text',
    certainty: 'possible',
    span,
    note: 'speaks of Castellan in a command that could not be told',
  });
}

/** Most commands have a handful: comparing them costs less than making texts of them. */
const FEW = 12;

function unique(effects: readonly Effect[]): readonly Effect[] {
  if (effects.length <= FEW)
    return effects.filter((effect, index) => !effects.some((other, at) => at < index && isSame(other, effect)));
  const seen = new Set<string>();
  return effects.filter((effect) => {
    const { kind, target, place, certainty, span = [], recursive = '', resource = '', undoable = '' } = effect;
    const about = `${kind} ${place} ${certainty} ${span[0]} ${span[1]} ${recursive} ${resource} ${undoable}`;
    const key = `${about} ${target}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const isSame = (a: Effect, b: Effect): boolean =>
  a.target === b.target &&
  a.kind === b.kind &&
  a.place === b.place &&
  a.certainty === b.certainty &&
  a.span?.[0] === b.span?.[0] &&
  a.span?.[1] === b.span?.[1] &&
  a.recursive === b.recursive &&
  a.resource === b.resource &&
  a.undoable === b.undoable;
