// What the builtins of a shell have in common: how one is told from its words, and how known words are read.
import { addExecute, type Invocation } from './invocation.ts';
import { addSecret } from './secrets.ts';
import { bothWays, type Flow } from './state.ts';
import type { Field } from './word.ts';

/** undefined: this use of the builtin is not known. */
export type Builtin = (invocation: Invocation) => Flow | undefined;

export const known = (word: Field | undefined): string | undefined => (word?.kind === 'text' ? word.text : undefined);

export function allKnown(words: readonly Field[]): readonly string[] | undefined {
  const texts = words.map(known);
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

/** Words that are printed: a secret among them is shown. */
export function addShown({ run, args, state }: Invocation): void {
  for (const word of args)
    if (word.kind === 'unknown')
      for (const name of word.secrets ?? []) if (!state.vars.has(name)) addSecret(run, name, word.span);
}

/** Words that only print or do nothing: whatever they are, nothing comes of it. */
export function inert({ run, name, span, state }: Invocation): Flow {
  addExecute(run, name, span);
  return bothWays(state);
}
