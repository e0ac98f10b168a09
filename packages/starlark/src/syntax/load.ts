// `load("module", "name", local="name")`.
import type { Identifier, Statement } from './ast.ts';
import { refuse } from './fault.ts';
import type { Parser } from './parser.ts';
import { parseIdentifier, parseLiteral } from './primary.ts';
import { describe } from './words.ts';

interface Loaded {
  readonly local: Identifier;
  readonly original: string;
  readonly originalAt: number;
}

export function parseLoad(p: Parser): Statement {
  const at = p.next();
  const parenAt = p.take('(');
  if (!p.is('string literal')) p.fail('first operand of load statement must be a string literal');
  const module = parseLiteral(p, 'string');
  const names: Loaded[] = [];
  while (!p.is(')') && !p.is('end of file')) {
    p.take(',');
    if (p.is(')')) break;
    names.push(parseLoaded(p));
  }
  p.take(')');
  // The reference reports this one where the parenthesis opens.
  if (names.length === 0) refuse('load statement must import at least 1 symbol', parenAt);
  return { kind: 'load', at, module, names };
}

function parseLoaded(p: Parser): Loaded {
  if (p.is('string literal')) {
    const { original, originalAt } = parseOriginal(p);
    return { local: { kind: 'name', at: originalAt, name: original, binding: undefined }, original, originalAt };
  }
  if (!p.is('identifier')) p.fail(`load operand must be "name" or localname="name" (got ${describe(p.kind)})`);
  const local = parseIdentifier(p);
  const { name } = local;
  if (!p.is('=')) p.fail(`load operand must be "${name}" or ${name}="originalname" (want '=' after ${name})`);
  p.next();
  if (!p.is('string literal')) p.fail(`original name of loaded symbol must be quoted: ${name}="originalname"`);
  return { local, ...parseOriginal(p) };
}

/** The name in a string literal, and where it is, behind the quote. */
function parseOriginal(p: Parser): { readonly original: string; readonly originalAt: number } {
  const original = p.text();
  return { original, originalAt: p.next() + 1 };
}
