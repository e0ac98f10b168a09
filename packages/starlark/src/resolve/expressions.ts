// Names within expressions, in the order in which the reference comes to them.
import type { Clause, Comprehension, Expression } from '../syntax/ast.ts';
import { resolveArguments } from './arguments.ts';
import type { Resolver } from './resolver.ts';

export function resolveExpression(r: Resolver, node: Expression): void {
  switch (node.kind) {
    case 'name':
      r.use(node);
      return;
    case 'int':
    case 'float':
    case 'string':
    case 'bytes':
      return;
    case 'unary':
      resolveExpression(r, node.operand);
      return;
    case 'binary':
      resolveExpression(r, node.left);
      resolveExpression(r, node.right);
      return;
    case 'conditional':
      resolveExpression(r, node.test);
      resolveExpression(r, node.yes);
      resolveExpression(r, node.no);
      return;
    case 'attribute':
      resolveExpression(r, node.object);
      return;
    case 'index':
      resolveExpression(r, node.object);
      resolveExpression(r, node.index);
      return;
    case 'slice':
      resolveExpression(r, node.object);
      if (node.low !== undefined) resolveExpression(r, node.low);
      if (node.high !== undefined) resolveExpression(r, node.high);
      if (node.step !== undefined) resolveExpression(r, node.step);
      return;
    case 'call':
      resolveExpression(r, node.callee);
      resolveArguments(r, node);
      return;
    case 'list':
    case 'tuple':
      for (const item of node.items) resolveExpression(r, item);
      return;
    case 'dict':
      for (const { key, value } of node.entries) {
        resolveExpression(r, key);
        resolveExpression(r, value);
      }
      return;
    case 'paren':
      resolveExpression(r, node.inner);
      return;
    case 'comprehension':
      resolveComprehension(r, node);
      return;
    case 'lambda':
      r.rules.function(r, node.function);
      return;
  }
}

/** What the first clause goes through is of the block outside: `[x for x in x]`. */
function resolveComprehension(r: Resolver, { key, value, clauses }: Comprehension): void {
  const [first, ...others] = clauses;
  if (first?.kind === 'for') resolveExpression(r, first.iterable);
  r.within(undefined, () => {
    if (first?.kind === 'for') r.rules.assign(r, first.target, false);
    for (const clause of others) resolveClause(r, clause);
    if (key !== undefined) resolveExpression(r, key);
    resolveExpression(r, value);
  });
}

function resolveClause(r: Resolver, clause: Clause): void {
  if (clause.kind === 'if') {
    resolveExpression(r, clause.test);
    return;
  }
  r.rules.assign(r, clause.target, false);
  resolveExpression(r, clause.iterable);
}
