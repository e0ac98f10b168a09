// The few ways the tables say what a target is, beyond where it lies. INVARIANT: nothing becomes
// more certain here.
import type { Effect, Resource } from '@castellan/contract';
import type { Field } from '../field.ts';
import { addPath, type PathKind, type PathOptions } from '../paths.ts';
import { add, type Found, type Run, shorten } from '../run.ts';
import type { Span } from '../span.ts';
import type { State } from '../state.ts';

/** The effects `body` adds, taken out again: for whoever has to look at them before they stand. */
export function collect(run: Run, body: () => void): readonly Effect[] {
  const before = run.effects.length;
  body();
  return run.effects.splice(before);
}

/** A path, with what of it is read or changed. */
export function addPathAs(
  run: Run,
  kind: PathKind,
  field: Field,
  state: State,
  resource: Resource | undefined,
  options: PathOptions = {},
): void {
  addPath(run, kind, field, state, resource === undefined ? options : { ...options, resource });
}

/** Names of anything at all: no more than `find /` shows. */
export function addAnyNames(run: Run, state: State, word: Field): void {
  const note = 'names in a folder that is not known';
  addPathAs(run, 'read', { kind: 'text', text: '/', span: word.span }, state, 'names', { recursive: true, note });
}

/** A known kind of thing with a resource. */
export function addAs(run: Run, found: Found, resource: Resource): void {
  add(run, { ...found, resource });
}

type Code = Extract<Resource, 'project-code' | 'package-code' | 'downloaded-code' | 'inline-code'>;

/** Code that is not in the command, or not understood: what it does could not be told. */
export function addCode(run: Run, target: string, span: Span, resource: Code, note: string): void {
  const found: Found = {
    kind: 'execute',
    target: shorten(target),
    targetKind: 'command',
    certainty: 'unknown',
    span,
    note,
  };
  addAs(run, found, resource);
}

/** Words as a person reads them. */
export const spoken = (words: readonly Field[]): string =>
  words.map((word) => (word.kind === 'unknown' ? '…' : word.text)).join(' ');
