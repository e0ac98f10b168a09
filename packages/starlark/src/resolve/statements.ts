// Names and rules of statements, in the order in which the reference comes to them.
import type { Statement } from '../syntax/ast.ts';
import type { Resolver } from './resolver.ts';

export function resolveStatements(r: Resolver, nodes: readonly Statement[]): void {
  for (const node of nodes) resolveStatement(r, node);
}

function resolveStatement(r: Resolver, node: Statement): void {
  const { expression, statements, assign } = r.rules;
  switch (node.kind) {
    case 'expression':
      expression(r, node.value);
      return;
    case 'pass':
      return;
    case 'break':
    case 'continue':
      if (r.loops === 0) r.fail(node.at, `${node.kind} not in a loop`);
      return;
    case 'if':
      refuseAtTop(r, node.at, 'if statement');
      expression(r, node.test);
      r.conditionals++;
      statements(r, node.yes);
      statements(r, node.no);
      r.conditionals--;
      return;
    case 'assign':
      expression(r, node.value);
      assign(r, node.target, node.operator !== '=');
      return;
    case 'def':
      r.bind(node.name);
      r.rules.function(r, node.function);
      return;
    case 'for':
      refuseAtTop(r, node.at, 'for loop');
      expression(r, node.iterable);
      assign(r, node.target, false);
      resolveLoop(r, node.body);
      return;
    case 'while':
      if (!r.options.dialect.while) r.fail(node.at, 'this Starlark dialect does not support while loops');
      refuseAtTop(r, node.at, 'while loop');
      expression(r, node.test);
      resolveLoop(r, node.body);
      return;
    case 'return':
      if (!r.isInFunction) r.fail(node.at, 'return statement not within a function');
      if (node.value !== undefined) expression(r, node.value);
      return;
    case 'load':
      resolveLoad(r, node);
      return;
  }
}

function resolveLoop(r: Resolver, body: readonly Statement[]): void {
  r.loops++;
  r.rules.statements(r, body);
  r.loops--;
}

function refuseAtTop(r: Resolver, at: number, what: string): void {
  if (!r.options.dialect.topLevelControl && !r.isInFunction) r.fail(at, `${what} not within a function`);
}

function resolveLoad(r: Resolver, node: Extract<Statement, { readonly kind: 'load' }>): void {
  if (r.isInFunction) r.fail(node.at, 'load statement within a function');
  else if (r.loops > 0) r.fail(node.at, 'load statement within a loop');
  else if (r.conditionals > 0) r.fail(node.at, 'load statement within a conditional');
  const { globalReassign, loadBindsGlobally } = r.options.dialect;
  for (const { local, original, originalAt } of node.names) {
    if (original === '') {
      r.fail(originalAt, 'load: empty identifier');
      continue;
    }
    if (original.startsWith('_')) {
      r.fail(originalAt, `load: names with leading underscores are not exported: ${original}`);
    }
    if (loadBindsGlobally) r.bind(local);
    else if (r.bindLocal(local) && !globalReassign) r.fail(local.at, `cannot reassign top-level ${local.name}`);
  }
}
