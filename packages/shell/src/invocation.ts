// A command with its name and arguments told apart, as the handlers get it.
import type { Assignment } from 'unbash';
import { add, type Run, type Span } from './run.ts';
import type { Flow, State } from './state.ts';
import type { Field } from './word.ts';

/** inherited: nothing is piped or redirected into it. unknown: something is, nobody knows what. */
export type Stdin =
  | { readonly kind: 'inherited' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'text'; readonly text: string };

export interface Invocation {
  readonly run: Run;
  readonly name: string;
  readonly args: readonly Field[];
  readonly state: State;
  readonly span: Span;
  /** Arguments that stand as assignments (`export A=1`), in order. */
  readonly assignments: readonly Assignment[];
  /** What it reads from its standard input, where that is known: a here-document, what `echo` pipes into it. */
  readonly stdin: Stdin;
  /** Walks other words in this command's place: what `command` and `builtin` stand in front of. */
  readonly walk: (words: readonly Field[]) => Flow;
}

/** Understood: everything else it does stands beside this effect. */
export function addExecute(run: Run, name: string, span: Span): void {
  add(run, { kind: 'execute', target: name, targetKind: 'command', certainty: 'certain', span });
}
