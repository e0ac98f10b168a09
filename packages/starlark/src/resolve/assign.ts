// What stands left of `=` and behind `for`: names, elements, attributes, and lists of those.
import type { Expression } from '../syntax/ast.ts';
import type { Resolver } from './resolver.ts';

/** @param isAugmented `+=` and its like, which take one target */
export function resolveTarget(r: Resolver, target: Expression, isAugmented: boolean): void {
  switch (target.kind) {
    case 'name':
      r.bind(target);
      return;
    case 'index':
      r.rules.expression(r, target.object);
      r.rules.expression(r, target.index);
      return;
    case 'attribute':
      r.rules.expression(r, target.object);
      return;
    case 'tuple':
    case 'list':
      if (isAugmented) r.fail(target.at, `can't use ${target.kind} expression in augmented assignment`);
      for (const item of target.items) resolveTarget(r, item, isAugmented);
      return;
    case 'paren':
      resolveTarget(r, target.inner, isAugmented);
      return;
    default:
      r.fail(target.at, `can't assign to ${wordFor(target)}`);
  }
}

type NoTarget = Exclude<Expression, { readonly kind: 'name' | 'index' | 'attribute' | 'tuple' | 'list' | 'paren' }>;

/** As the reference calls it in an error. */
function wordFor(node: NoTarget): string {
  switch (node.kind) {
    case 'int':
    case 'float':
    case 'string':
    case 'bytes':
      return 'literal';
    case 'conditional':
      return 'condexpr';
    case 'comprehension':
      return 'comprehension';
    case 'unary':
    case 'binary':
    case 'slice':
    case 'call':
    case 'dict':
    case 'lambda':
      return `${node.kind}expr`;
  }
}
