// One simple command: assignments, the name, its arguments. What the name stands for is looked up in the tables; a name
// that is in none of them is an `execute` that is not known.

import type { Assignment, Command } from 'unbash';
import { assign } from './assign.ts';
import { builtins } from './builtins.ts';
import { walkKnown } from './commands/index.ts';
import { addExecute, type Invocation } from './invocation.ts';
import { addMentions } from './mentions.ts';
import { isAbsolute } from './names.ts';
import { resolve } from './paths.ts';
import { walkRedirects } from './redirect.ts';
import { add, addUnknown, type Run, type Span, shorten } from './run.ts';
import { isCastellan, walkCastellan } from './self.ts';
import { bothWays, type Flow, type State } from './state.ts';
import { mayPassOn } from './variables.ts';
import { type Field, fieldsOf, spanOf } from './word.ts';

/** Known only by what kind of thing they do: they take a folder with everything below it, or start what does. */
const COPYING = new Set(['rsync', 'scp', 'sftp', 'sudo', 'doas', 'pkexec']);

export function walkCommand(run: Run, node: Command, state: State): Flow {
  const span = spanOf(node);
  const assigned = node.prefix.filter((part): part is Assignment => part.type === 'Assignment');
  walkRedirects(run, node.redirects, state);
  if (node.name === undefined) return bothWays(assignAll(run, assigned, state, span));
  const reader = node.name.value === 'read' || node.name.value === 'mapfile';
  for (const each of assigned) {
    assign(run, each, state, { quiet: true });
    if (!mayPassOn(each.name) && !(reader && each.name === 'IFS'))
      addUnknown(run, each.text, spanOf(each), `\`${each.name}\` may change what the command does`);
  }
  const words = [...fieldsOf(run, node.name, state)];
  const assignments: Assignment[] = [];
  for (const argument of node.args) {
    if (argument.type === 'Word') words.push(...fieldsOf(run, argument, state));
    else assignments.push(argument);
  }
  return walkWords(run, words, assignments, state, span);
}

function assignAll(run: Run, assigned: readonly Assignment[], state: State, span: Span): State {
  let next = state;
  for (const each of assigned) next = assign(run, each, next);
  if (assigned.length > 0) addExecute(run, ':', span);
  return next;
}

function walkWords(
  run: Run,
  words: readonly Field[],
  assignments: readonly Assignment[],
  state: State,
  span: Span,
): Flow {
  const [head, ...args] = words;
  if (head === undefined) {
    addUnknown(run, '', span, 'a command without a name');
    return bothWays(forget(state));
  }
  if (head.kind !== 'text') {
    addUnknown(
      run,
      '',
      span,
      head.kind === 'glob' ? 'a pattern as a command' : `a command that is not known: ${head.note}`,
    );
    addMentions(run, words, state, { untold: true, whole: true });
    return bothWays(forget(state));
  }
  const name = commandName(run, head.text, state);
  const invocation: Invocation = {
    run,
    name: name ?? head.text,
    args,
    state,
    span,
    assignments,
    stdin: { kind: 'unknown' },
    walk: (others) => walkWords(run, others, assignments, state, span),
  };
  if (isCastellan(head.text, args)) {
    walkCastellan(invocation);
    return bothWays(state);
  }
  const before = run.effects.length;
  const builtin = name === undefined ? undefined : builtins.get(name);
  const flow = builtin?.(invocation) ?? (name === undefined ? undefined : walkKnown(invocation));
  if (flow === undefined) {
    add(run, {
      kind: 'execute',
      target: shorten(head.text),
      targetKind: 'command',
      certainty: 'unknown',
      span,
      note: 'not a command whose effects are known',
    });
    addMentions(run, words, state, { untold: true, whole: true });
    return bothWays(forget(state));
  }
  if (assignments.length > 0 && builtin === undefined)
    addUnknown(run, '', span, 'arguments that some shells take for assignments');
  const own = run.effects.slice(before);
  if (!own.some((effect) => effect.kind === 'change-safety'))
    addMentions(run, words, state, {
      untold: own.some((effect) => effect.certainty !== 'certain'),
      whole: COPYING.has(invocation.name),
    });
  return flow;
}

/** After a command that is not known, only the variables and the folder of this shell are still what they were. */
const forget = (state: State): State => ({ ...state, pathsMoved: true });

/** The table name of a command: bare, or in one of the system's own folders. Anything else could be any program. */
function commandName(run: Run, text: string, state: State): string | undefined {
  if (!text.includes('/')) return text;
  if (!isAbsolute(text)) return undefined;
  const fact = resolve(run, text, state)[0];
  const match = /^\/+(?:usr\/+)?s?bin\/+([^/]+)$/.exec(text);
  if (match?.[1] === undefined || fact?.place !== 'system') return undefined;
  // A builtin of the shell is not the program of that name.
  return builtins.has(match[1]) ? undefined : match[1];
}
