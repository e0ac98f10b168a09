// Assignments: what becomes certain, and what may run on the way.
import type { Assignment } from 'unbash';
import { add, addUnknown, type Run } from './run.ts';
import { type State, withVar } from './state.ts';
import { isDangerous } from './variables.ts';
import { fieldsOf, spanOf, valueFor } from './word.ts';

/** The state after an assignment. `quiet`: only look at its words (an assignment before a command is judged there). */
export function assign(run: Run, node: Assignment, state: State, options: { readonly quiet?: boolean } = {}): State {
  const span = spanOf(node);
  if (/^CASTELLAN/i.test(node.name))
    add(run, {
      kind: 'change-safety',
      target: node.name,
      targetKind: 'text',
      certainty: 'possible',
      span,
      note: 'moves Castellan’s own folder',
    });
  if (options.quiet !== true && isDangerous(node.name))
    addUnknown(run, node.name, span, `\`${node.name}\` may change what other commands do`);
  if (node.index !== undefined) {
    const index = valueFor(run, node.index, state);
    if (index.kind !== 'text' || !/^\d+$/.test(index.text))
      addUnknown(run, node.name, span, 'an index can run commands');
  }
  if (node.value.type === 'ArrayValue') {
    for (const element of node.value.elements) {
      fieldsOf(run, element, state);
      // `a=([$(x)]=1)`: an element may carry an index of its own.
      if (element.text.startsWith('[')) addUnknown(run, node.name, span, 'an index can run commands');
    }
    return withVar(state, node.name, undefined);
  }
  const value = valueFor(run, node.value, state);
  const certain = value.kind === 'text' && node.append !== true && node.index === undefined;
  return withVar(state, node.name, certain ? value.text : undefined);
}
