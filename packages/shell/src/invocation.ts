// A command with its name and arguments told apart, as the handlers get it.
import type { Assignment } from 'unbash';
import type { Field } from './field.ts';
import { add, type Run } from './run.ts';
import type { Span } from './span.ts';
import type { Flow, State, Stdin } from './state.ts';

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
  /**
   * Walks other words as a program this command starts (`env`, `timeout`, `xargs`): functions and aliases of the shell are not
   * seen there, and what is left of the shell afterwards is what it was. `stdin`: what that program reads; absent: as this one.
   * `inShell`: in this very shell (`command`, `builtin`, `exec`).
   */
  readonly walk: (words: readonly Field[], options?: WalkOptions) => Flow;
}

export interface WalkOptions {
  readonly inShell?: boolean;
  readonly stdin?: Stdin;
}

/** Understood: everything else it does stands beside this effect. */
export function addExecute(run: Run, name: string, span: Span): void {
  add(run, { kind: 'execute', target: name, targetKind: 'command', certainty: 'certain', span });
}
