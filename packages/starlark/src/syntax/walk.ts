// Goes through a tree, for the analysis of a program that is not run. No recursion: it may be asked about any tree, of any depth.
import type { Clause, Expression, FileNode, FunctionNode, Statement } from './ast.ts';

/** What is visited: every statement and every expression, and so every identifier, those that a `def` or `load` binds too. */
export type SyntaxNode = Statement | Expression;

/**
 * Calls `visit` for every node, a node before what is in it, in the order of the source; `depth` counts from 1, and each clause of a
 * comprehension is a level. `false` leaves out what is in the node.
 */
export function walk(
  root: Pick<FileNode, 'statements'> | SyntaxNode,
  visit: (node: SyntaxNode, depth: number) => boolean | undefined,
): void {
  const nodes: SyntaxNode[] = 'statements' in root ? root.statements.toReversed() : [root];
  const depths: number[] = nodes.map(() => 1);
  for (;;) {
    const node = nodes.pop();
    const depth = depths.pop();
    if (node === undefined || depth === undefined) return;
    if (visit(node, depth) === false) continue;
    const inner = innerOf(node);
    const innerDepth = depth + (node.kind === 'comprehension' ? node.clauses.length : 1);
    for (let i = inner.length - 1; i >= 0; i--) {
      const one = inner[i];
      if (one === undefined) continue;
      nodes.push(one);
      depths.push(innerDepth);
    }
  }
}

type Inner = readonly (SyntaxNode | undefined)[];

const NOTHING: Inner = [];

/** Everything directly within a node, in the order of the source. */
function innerOf(node: SyntaxNode): Inner {
  switch (node.kind) {
    case 'name':
    case 'int':
    case 'float':
    case 'string':
    case 'bytes':
    case 'break':
    case 'continue':
    case 'pass':
      return NOTHING;
    case 'unary':
      return [node.operand];
    case 'binary':
      return [node.left, node.right];
    case 'conditional':
      return [node.yes, node.test, node.no];
    case 'attribute':
      return [node.object];
    case 'index':
      return [node.object, node.index];
    case 'slice':
      return [node.object, node.low, node.high, node.step];
    case 'call':
      return [node.callee, ...node.arguments.map(({ value }) => value)];
    case 'list':
    case 'tuple':
      return node.items;
    case 'dict':
      return node.entries.flatMap(({ key, value }) => [key, value]);
    case 'paren':
      return [node.inner];
    case 'comprehension':
      return [node.key, node.value, ...node.clauses.flatMap(innerOfClause)];
    case 'lambda':
      return innerOfFunction(node.function);
    case 'expression':
    case 'return':
      return [node.value];
    case 'assign':
      return [node.target, node.value];
    case 'if':
      return [node.test, ...node.yes, ...node.no];
    case 'for':
      return [node.target, node.iterable, ...node.body];
    case 'while':
      return [node.test, ...node.body];
    case 'def':
      return [node.name, ...innerOfFunction(node.function)];
    case 'load':
      return [node.module, ...node.names.map(({ local }) => local)];
  }
}

function innerOfClause(clause: Clause): Inner {
  return clause.kind === 'if' ? [clause.test] : [clause.target, clause.iterable];
}

function innerOfFunction({ parameters, body }: FunctionNode): Inner {
  return [...parameters.flatMap(({ name, standard }) => [name, standard]), ...body];
}
