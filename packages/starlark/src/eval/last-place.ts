// Where the reference says that a slice failed: not at its bracket but at the operand that it noted last. Most of them note where they are;
// what cannot fail does not.
import type { Expression, Slice } from '../syntax/ast.ts';

export function placeOfSlice({ object, low, high, step, bracketAt }: Slice): number {
  for (const part of [step, high, low, object]) {
    const place = part === undefined ? undefined : lastPlace(part);
    if (place !== undefined) return place;
  }
  return bracketAt;
}

/** Of a list only the last element is looked at: a source may have long ones, and slices of slices of them. */
function lastPlace(node: Expression): number | undefined {
  switch (node.kind) {
    case 'name':
      return node.binding?.kind === 'universal' ? undefined : node.at;
    case 'int':
    case 'float':
    case 'string':
    case 'bytes':
      return undefined;
    case 'paren':
      return lastPlace(node.inner);
    case 'unary':
    case 'lambda':
      return node.at;
    case 'binary':
      return node.operator === 'and' || node.operator === 'or' ? lastPlace(node.left) : node.operatorAt;
    case 'conditional':
      return lastPlace(node.no);
    case 'attribute':
      return node.dotAt;
    case 'index':
    case 'slice':
      return node.bracketAt;
    case 'call':
      return node.parenAt;
    case 'list':
    case 'tuple': {
      const last = node.items.at(-1);
      return last === undefined ? undefined : lastPlace(last);
    }
    case 'dict':
      return node.entries.at(-1)?.colonAt;
    case 'comprehension':
      return lastPlace(node.value);
  }
}
