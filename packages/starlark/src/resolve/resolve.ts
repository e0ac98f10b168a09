// The resolver's door: completes a tree that `parse.ts` made, or says what of it has no meaning.
import type { StarlarkError } from '../errors.ts';
import type { ExpressionNode, FileNode, FunctionScope } from '../syntax/ast.ts';
import { resolveTarget } from './assign.ts';
import { resolveExpression as expression } from './expressions.ts';
import { resolveFunction } from './functions.ts';
import { type ResolveOptions, Resolver, type Rules, TooMuchWork } from './resolver.ts';
import { resolveStatements } from './statements.ts';

export type { ResolveOptions };

export type Resolved = { readonly ok: true } | { readonly ok: false; readonly errors: readonly StarlarkError[] };

const RULES: Rules = {
  expression,
  statements: resolveStatements,
  function: resolveFunction,
  assign: resolveTarget,
};

/** Writes the bindings, scopes and globals of a file into its tree. To be called once for a tree. */
export function resolveFile(file: FileNode, options: ResolveOptions): Resolved {
  const resolver = new Resolver(file.name, file.source, options, RULES);
  const scope = run(resolver, () => resolveStatements(resolver, file.statements));
  file.scope = scope;
  file.globals = resolver.globals.map(({ name }) => name);
  return resultOf(resolver);
}

/** As `resolveFile`, for one expression. */
export function resolveExpression(node: ExpressionNode, options: ResolveOptions): Resolved {
  const resolver = new Resolver(node.name, node.source, options, RULES);
  node.scope = run(resolver, () => expression(resolver, node.value));
  return resultOf(resolver);
}

function run(resolver: Resolver, walk: () => void): FunctionScope | undefined {
  try {
    walk();
    return resolver.finish();
  } catch (fault) {
    resolver.errors.length = 0;
    resolver.fail(0, whyEnded(fault));
    return undefined;
  }
}

function resultOf({ errors }: Resolver): Resolved {
  return errors.length === 0 ? { ok: true } : { ok: false, errors };
}

function whyEnded(thrown: unknown): string {
  if (thrown instanceof TooMuchWork) {
    return 'names are used through too many functions and comprehensions within one another';
  }
  // A host that calls from deep within its own stack leaves less of it than a tree may need.
  if (thrown instanceof RangeError) return 'nesting is too deep for the stack that is left';
  throw thrown;
}
