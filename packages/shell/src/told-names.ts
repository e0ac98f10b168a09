// Who printed names, and to whom they go: between commands of a pipeline, and out of a substitution.
import type { ParsedScript, Pipeline } from 'unbash';
import type { Names, Printed, Told } from './field.ts';
import type { Invocation } from './invocation.ts';
import type { Run } from './run.ts';
import type { Stdin } from './state.ts';

/** As they stand in a command without quotes. */
export const loosely =
  (told: Told): Told =>
  () => {
    const names = told();
    return names === undefined ? undefined : { ...names, split: true, unquoted: true };
  };

/** Remembers what a command prints, looked up only where somebody asks, for the next one of its pipeline. Functions may print more under the same name. */
export function printsNames({ run, span, state }: Invocation, names: Told): void {
  if (state.functions === undefined || state.functions.size === 0) run.printed = { names, span, depth: run.depth };
}

/**
 * Walks a command of a pipeline, with what it hands on when it printed names and nothing else. It is known again by its place
 * in the text at this depth: what a substitution inside it printed stands elsewhere.
 */
export function handsOn<T>(
  run: Run,
  node: Pipeline['commands'][number],
  body: () => T,
): { readonly flow: T; readonly stdin: Stdin | undefined } {
  run.printed = undefined;
  const flow = body();
  const names = ownNames(run, node, run.printed);
  run.printed = undefined;
  return { flow, stdin: names === undefined ? undefined : { kind: 'unknown', names } };
}

function ownNames(run: Run, node: Pipeline['commands'][number], printed: Printed | undefined): Told | undefined {
  const own =
    node.type === 'Command' &&
    printed?.depth === run.depth &&
    printed.span[0] === node.pos &&
    printed.span[1] === node.end &&
    // Messages among the names would be names as well.
    node.redirects.every((each) => each.type === 'Redirect' && each.target?.text === '/dev/null');
  return own ? printed?.names : undefined;
}

/** Remembers what the last command of a pipeline printed; walked again, the same pipeline may print something else. */
export function notePiped(run: Run, node: Pipeline, last: Stdin | undefined): void {
  const names = last?.kind === 'unknown' ? last.names : undefined;
  if (names === undefined) run.piped?.delete(node);
  else {
    run.piped ??= new Map();
    run.piped.set(node, names);
  }
}

/** Walks a script inside a word, with what it printed where that is names and nothing else. */
export function namesPrinted<T>(
  run: Run,
  script: ParsedScript | undefined,
  body: () => T,
): { readonly done: T; readonly names: Told | undefined } {
  run.printed = undefined;
  const done = body();
  const { printed } = run as Run;
  run.printed = undefined;
  const [statement, ...others] = script?.commands ?? [];
  if (statement === undefined || others.length > 0 || statement.background === true) return { done, names: undefined };
  const { command } = statement;
  if (command.type === 'AndOr') return { done, names: undefined };
  return { done, names: command.type === 'Pipeline' ? run.piped?.get(command) : ownNames(run, command, printed) };
}

export const namesOf = (stdin: Stdin): Names | undefined => (stdin.kind === 'unknown' ? stdin.names?.() : undefined);
