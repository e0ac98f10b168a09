// How deep a tree is. The parser bounds its own recursion, but `a+a+a…` and `f()()()…` make a tree that is deep on the left without
// any; whoever goes through a tree by calling himself (the resolver, the compiler, the running program) needs a bound on those too.
import type { FileNode } from './ast.ts';
import { refuse } from './fault.ts';
import { MAX_NESTING, tooDeep } from './parser.ts';
import { type SyntaxNode, walk } from './walk.ts';

/** @throws SyntaxFault at the first node that stands too deep */
export function refuseDeepTree(root: Pick<FileNode, 'statements'> | SyntaxNode, source: string): void {
  // A level takes at least one character.
  if (source.length <= MAX_NESTING) return;
  walk(root, ({ at }, depth) => {
    if (depth > MAX_NESTING) refuse(tooDeep(), at);
    return true;
  });
}
