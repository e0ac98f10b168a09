// One simple command: assignments, the name, its arguments. What the name stands for is looked up as a shell does: functions,
// builtins, then the tables; a name that is in none of them is an `execute` that is not known.
import type { Assignment, Command, CommandArgument } from 'unbash';
import { walkAlias } from './aliases.ts';
import { assign } from './assign.ts';
import { addShown } from './builtin.ts';
import { builtins } from './builtins.ts';
import { DIFFERS } from './chunks.ts';
import { walkKnown } from './commands/index.ts';
import { spanOf } from './field.ts';
import { callFunction } from './functions.ts';
import { addExecute, type Invocation, type WalkOptions } from './invocation.ts';
import { addMentions } from './mentions.ts';
import { noteMoves } from './moves.ts';
import { isAbsolute, lexical } from './names.ts';
import { resolve } from './paths.ts';
import { printedBy } from './printed.ts';
import { walkRedirects } from './redirect.ts';
import { add, addUnknown, doubtfully, type Run, shorten, step } from './run.ts';
import { isCastellan, walkCastellan } from './self.ts';
import type { Span } from './span.ts';
import { afterChild, bothWays, type Flow, join, lost, type State, type Stdin, withArray, withVar } from './state.ts';
import { mayPassOn } from './variables.ts';
import { checkApart, type Field, fieldsOf, withPending } from './word.ts';

/** Known only by what kind of thing they do: they take a folder with everything below it, or start what does. */
const COPYING = new Set(['rsync', 'scp', 'sftp', 'sudo', 'doas', 'pkexec']);

/** They never look at their input, so what is piped in is there for the next command. */
const NOT_READING = new Set(
  ': true false echo printf cd pwd test [ export declare local readonly typeset unset set shift alias trap break continue return exit type basename dirname'.split(
    ' ',
  ),
);

const INHERITED: Stdin = { kind: 'inherited' };
const UNKNOWN: Stdin = { kind: 'unknown' };

export function walkCommand(run: Run, node: Command, given: State): Flow {
  const span = spanOf(node);
  if (!step(run, span)) return bothWays(lost(given));
  if (run.traps.length > 0) run.trapState = join(run.trapState, given);
  const outer = { differs: run.differs, reading: run.reading, pending: run.pending };
  run.differs = false;
  run.reading = 'bash';
  run.pending = undefined;
  const flow = walkReadings(run, node, given, span);
  run.differs = outer.differs;
  run.reading = outer.reading;
  run.pending = outer.pending;
  return flow;
}

/** Where bash and zsh would pass on other words, both are walked, and neither is certain. */
function walkReadings(run: Run, node: Command, given: State, span: Span): Flow {
  const words = wordsOf(run, node, given);
  const state = withPending(run, given);
  const { differs } = run;
  run.pending = undefined;
  const name = node.name?.text ?? '';
  // `{a,b}` is a group with the command `a,b` in zsh.
  if (name.startsWith('{'))
    add(run, {
      kind: 'execute',
      target: shorten(name.slice(1)),
      targetKind: 'command',
      certainty: 'unknown',
      span,
      note: DIFFERS,
    });
  if (!differs) return walkOne(run, node, words, state, span);
  run.reading = 'zsh';
  const others = wordsOf(run, node, given);
  run.pending = undefined;
  return doubtfully(run, DIFFERS, () => {
    const bash = walkOne(run, node, words, state, span);
    const zsh = walkOne(run, node, others, state, span);
    return { success: join(bash.success, zsh.success), failure: join(bash.failure, zsh.failure) };
  });
}

interface Words {
  readonly fields: readonly Field[];
  readonly assignments: readonly Assignment[];
}

function wordsOf(run: Run, node: Command, state: State): Words {
  const fields = node.name === undefined ? [] : [...fieldsOf(run, node.name, state)];
  const assignments: Assignment[] = [];
  let before: CommandArgument | undefined = node.name;
  for (const argument of node.args) {
    // Where the looking has ended, one word stands for all that follow: whatever looks at them again and again stays short.
    if (run.steps <= 0) {
      fields.push({ kind: 'unknown', note: 'more than could be looked at', span: spanOf(argument) });
      break;
    }
    checkApart(run, before, argument);
    before = argument;
    if (argument.type === 'Word') fields.push(...fieldsOf(run, argument, state));
    else assignments.push(argument);
  }
  return { fields, assignments };
}

function walkOne(run: Run, node: Command, { fields, assignments }: Words, given: State, span: Span): Flow {
  const state: State = run.drained && given.stdin?.kind === 'text' ? { ...given, stdin: UNKNOWN } : given;
  const assigned = node.prefix.filter((part): part is Assignment => part.type === 'Assignment');
  const streams = walkRedirects(run, node.redirects, state);
  if (node.name === undefined) {
    // `$(<file)` is the file's text: a redirection alone may print.
    const silent = node.redirects.length === 0 ? { stdout: '' } : {};
    const flow: Flow = { ...bothWays(assignAll(run, assigned, state, span)), ...silent };
    return streams.stdin === undefined || node.redirects.length === 0 ? flow : consumed(flow, state, streams.stdin, '');
  }
  const reader = /^(?:read|mapfile|readarray)$/.test(node.name.value);
  for (const each of assigned) {
    assign(run, each, state, { quiet: true });
    if (!mayPassOn(each.name) && !(reader && each.name === 'IFS'))
      addUnknown(run, each.text, spanOf(each), `\`${each.name}\` may change what the command does`);
  }
  const inner: State = streams.stdin === undefined ? state : { ...state, stdin: streams.stdin };
  // What stands in front holds while a builtin or a function runs; there, and behind it, its value is not known.
  const held = assigned.reduce(
    (next, each) => withArray(withVar(next, each.name, undefined), each.name, undefined),
    inner,
  );
  const flow = walkWords(run, fields, assignments, held, span, { functions: true, alias: node });
  const own = assigned.length === 0 ? flow : forgetting(flow, assigned, state);
  return consumed(
    streams.printed ? own : { success: own.success, failure: own.failure },
    state,
    streams.stdin,
    node.name.value,
  );
}

const mapFlow = (flow: Flow, change: (state: State) => State): Flow => ({
  ...flow,
  success: flow.success === undefined ? undefined : change(flow.success),
  failure: flow.failure === undefined ? undefined : change(flow.failure),
});

function forgetting(flow: Flow, assigned: readonly Assignment[], before: State): Flow {
  const names = new Set(assigned.map(({ name }) => name));
  const forget = <T>(map: ReadonlyMap<string, T>): ReadonlyMap<string, T> =>
    new Map([...map].filter(([name]) => !names.has(name)));
  return mapFlow(flow, (state) => ({
    ...state,
    vars: forget(state.vars),
    arrays: state.arrays === undefined ? undefined : forget(state.arrays),
    ifsChanged: names.has('IFS') ? before.ifsChanged : state.ifsChanged,
  }));
}

/** What the next command reads: its own input comes back; what was piped in may be used up. */
function consumed(flow: Flow, before: State, redirected: Stdin | undefined, name: string): Flow {
  if (redirected !== undefined)
    return name === 'exec'
      ? mapFlow(flow, (state) => ({ ...state, stdin: UNKNOWN }))
      : mapFlow(flow, (state) => ({ ...state, stdin: before.stdin }));
  if (before.stdin?.kind !== 'text' || NOT_READING.has(name)) return flow;
  return mapFlow(flow, (state) => ({ ...state, stdin: UNKNOWN }));
}

function assignAll(run: Run, assigned: readonly Assignment[], state: State, span: Span): State {
  let next = state;
  for (const each of assigned) {
    next = withPending(run, assign(run, each, next));
    run.pending = undefined;
  }
  if (assigned.length > 0) addExecute(run, ':', span);
  return next;
}

interface Looking {
  /** Functions come first: not behind `command`, and not where another program looks for the name. */
  readonly functions: boolean;
  /** The command as it stands, where an alias may stand for it. */
  readonly alias?: Command;
}

function walkWords(
  run: Run,
  words: readonly Field[],
  assignments: readonly Assignment[],
  state: State,
  span: Span,
  looking: Looking,
): Flow {
  const [head, ...args] = words;
  if (head === undefined) {
    // Every word came to nothing: nothing is run.
    addExecute(run, ':', span);
    return bothWays(state);
  }
  if (head.kind !== 'text') {
    const note = head.kind === 'glob' ? 'a pattern as a command' : `a command that is not known: ${head.note}`;
    addUnknown(run, '', span, note);
    addMentions(run, words, state, { untold: true, whole: true });
    return bothWays(lost(state));
  }
  if (looking.alias !== undefined && run.aliases.has(head.text)) {
    const aliased = walkAlias(run, head.text, args, state, span);
    const plain = doubtfully(run, 'an alias may stand for it', () =>
      walkWords(run, words, assignments, state, span, { functions: looking.functions }),
    );
    return { success: join(aliased.success, plain.success), failure: join(aliased.failure, plain.failure) };
  }
  const defined = looking.functions ? state.functions?.get(head.text) : undefined;
  if (defined === undefined) return walkNamed(run, head.text, words, assignments, state, span);
  const called = callFunction(run, defined, head.text, args, state, span);
  if (!defined.perhaps) return called;
  const plain = walkNamed(run, head.text, words, assignments, state, span);
  return { success: join(called.success, plain.success), failure: join(called.failure, plain.failure) };
}

function walkNamed(
  run: Run,
  text: string,
  words: readonly Field[],
  assignments: readonly Assignment[],
  state: State,
  span: Span,
): Flow {
  const args = words.slice(1);
  const name = commandName(run, text, state);
  const walk = (others: readonly Field[], options: WalkOptions = {}): Flow => {
    // Each level looks at every word behind it again.
    if (!step(run, span, 1 + others.length / 4)) return bothWays(lost(state));
    const inner = options.stdin === undefined ? state : { ...state, stdin: options.stdin };
    const flow = walkWords(run, others, assignments, inner, span, { functions: false });
    return options.inShell === true ? flow : afterChild(state, flow);
  };
  const stdin = state.stdin ?? INHERITED;
  const invocation: Invocation = { run, name: name ?? text, args, state, span, assignments, stdin, walk };
  if (isCastellan(text, args)) {
    walkCastellan(invocation);
    return bothWays(state);
  }
  const before = run.effects.length;
  const builtin = name === undefined ? undefined : builtins.get(name);
  const flow = builtin?.(invocation) ?? (name === undefined ? undefined : walkKnown(invocation));
  if (flow === undefined) {
    add(run, {
      kind: 'execute',
      target: shorten(text),
      targetKind: 'command',
      certainty: 'unknown',
      span,
      note: 'not a command whose effects are known',
    });
    addMentions(run, words, state, { untold: true, whole: true });
    const handler =
      state.functions?.get('command_not_found_handle') ?? state.functions?.get('command_not_found_handler');
    if (handler !== undefined) callFunction(run, handler, 'command_not_found_handle', words, state, span);
    // Only the variables and the folder of this shell are still what they were.
    return bothWays({ ...state, pathsMoved: true });
  }
  if (assignments.length > 0 && builtin === undefined)
    addUnknown(run, '', span, 'arguments that some shells take for assignments');
  // A secret of the environment that is handed to what sends leaves with it.
  if (builtin === undefined && run.effects.slice(before).some(({ kind }) => kind === 'send' || kind === 'connect'))
    addShown(invocation);
  const own = run.effects.slice(before);
  // The name of a command that is known leads nowhere.
  const said = text.includes('/') ? words : args;
  if (said.length > 0 && !own.some((effect) => effect.kind === 'change-safety'))
    addMentions(run, said, state, {
      untold: own.some((effect) => effect.certainty !== 'certain'),
      whole: COPYING.has(invocation.name),
    });
  const settled = builtin === undefined ? noteMoves(invocation, own, flow) : flow;
  if (settled.stdout !== undefined || (builtin !== undefined && !PRINTING.has(invocation.name))) return settled;
  const stdout = assignments.length > 0 && builtin === undefined ? undefined : printedBy(invocation);
  return stdout === undefined ? settled : { ...settled, stdout };
}

/** Builtins whose output `printedBy` knows. */
const PRINTING = new Set(
  ': true false echo printf pwd cd export local readonly declare typeset unset read shift trap alias test ['.split(' '),
);

/** The table name of a command: bare, or in one of the system's own folders. Anything else could be any program. */
function commandName(run: Run, text: string, state: State): string | undefined {
  if (!text.includes('/')) return text;
  if (!isAbsolute(text)) return undefined;
  const match = /^\/(?:usr\/)?s?bin\/([^/]+)$/.exec(lexical('/', text));
  if (match?.[1] === undefined || resolve(run, text, state)[0]?.place !== 'system') return undefined;
  // A builtin of the shell is not the program of that name.
  return builtins.has(match[1]) ? undefined : match[1];
}
