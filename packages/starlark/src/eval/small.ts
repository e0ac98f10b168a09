// Ints that stand in the source as they are.
import type { Expression } from '../syntax/ast.ts';

/** A small int that stands there; `undefined` for anything else. */
export function smallConstant(node: Expression): number | undefined {
  return node.kind === 'int' && typeof node.value === 'number' ? node.value : undefined;
}
