// A quick answer. Most conditions test a few texts of the call or of its effects with `&&`, `||` and `!`; those parts are
// compiled to closures and everything else to "cannot tell". INVARIANT: an answer is given only where CEL gives the same
// one; the moment a part cannot tell (another construct, an argument that is missing or no text), CEL evaluates it all.
import type { ASTNode } from '@marcbachmann/cel-js';
import { like } from './environment.ts';
import { inHosts } from './hosts.ts';
import {
  argumentName,
  type Element,
  listOf,
  literalOf,
  literalsOf,
  ownArgument,
  type QuickInput,
  rangeOf,
  type Scope,
  type Truth,
  textOf,
  truthOf,
} from './quick-values.ts';

/** undefined: cannot tell. */
export type Quick = (input: QuickInput) => boolean | undefined;

const TESTS: ReadonlyMap<string, (text: string, literal: string) => boolean> = new Map([
  ['contains', (text: string, literal: string) => text.includes(literal)],
  ['startsWith', (text: string, literal: string) => text.startsWith(literal)],
  ['endsWith', (text: string, literal: string) => text.endsWith(literal)],
  ['like', like],
]);

/** Longest list that is searched again for every effect: more is CEL's, which counts the work first. */
const MOST_LISTED = 64;

const cannotTell: Truth = () => undefined;

/** null: no part of it can be told quickly. */
export function quickOf(condition: ASTNode): Quick | null {
  const quick = compile(condition, null);
  return quick === cannotTell ? null : (input) => quick(input, undefined);
}

function compile(node: ASTNode, scope: Scope | null): Truth {
  switch (node.op) {
    case '&&':
    case '||': {
      const [left, right] = [compile(node.args[0], scope), compile(node.args[1], scope)];
      if (left === cannotTell) return cannotTell;
      const settles = node.op === '||';
      return (input, element) => {
        const first = left(input, element);
        return first === undefined || first === settles ? first : right(input, element);
      };
    }
    case '!_': {
      const inner = compile(node.args, scope);
      if (inner === cannotTell) return cannotTell;
      return (input, element) => {
        const answer = inner(input, element);
        return answer === undefined ? undefined : !answer;
      };
    }
    case '==':
    case '!=':
      return compareText(node.args[0], node.args[1], node.op === '==', scope);
    case '>':
      return countOf(node.args[0], node.args[1]);
    case 'in':
      return isIn(node.args[0], node.args[1], scope);
    case 'rcall':
      return method(node.args[0], node.args[1], node.args[2], scope);
    case 'call': {
      const name = node.args[0] === 'has' && node.args[1][0] ? argumentName(node.args[1][0]) : null;
      return name === null ? cannotTell : (input) => ownArgument(input, name) !== undefined;
    }
    case '.':
      return truthOf(node, scope) ?? cannotTell;
    default:
      return cannotTell;
  }
}

function method(name: string, receiver: ASTNode, given: readonly ASTNode[], scope: Scope | null): Truth {
  if (name === 'exists' || name === 'all') return loop(name === 'exists', receiver, given, scope);
  if (name === 'inHosts') {
    const text = textOf(receiver, scope);
    const list = listOf(given[0]);
    if (text === null || list === null) return cannotTell;
    return (input, element) => {
      const value = text(input, element);
      return value === undefined ? undefined : inHosts(value, list(input));
    };
  }
  const test = TESTS.get(name);
  const literal = given.length === 1 ? literalOf(given[0]) : null;
  return test === undefined || literal === null ? cannotTell : testText(test, receiver, literal, scope);
}

function testText(
  test: (text: string, literal: string) => boolean,
  receiver: ASTNode,
  literal: string,
  scope: Scope | null,
): Truth {
  const argument = argumentName(receiver);
  // The commonest test by far as one closure: with thousands of rules it is memory, not work, that takes the time.
  if (argument !== null) {
    return ({ arguments: args }) => {
      const value = Object.hasOwn(args, argument) ? args[argument] : undefined;
      return typeof value === 'string' ? test(value, literal) : undefined;
    };
  }
  const text = textOf(receiver, scope);
  if (text === null) return cannotTell;
  return (input, element) => {
    const value = text(input, element);
    return value === undefined ? undefined : test(value, literal);
  };
}

/** `effects.exists(e, …)`, `session.flows.all(f, …)`, or a list of texts tried one by one: `["a", "b"].exists(x, …(x))`. */
function loop(some: boolean, receiver: ASTNode, given: readonly ASTNode[], scope: Scope | null): Truth {
  const [variable, body] = given;
  if (given.length !== 2 || variable?.op !== 'id' || body === undefined) return cannotTell;
  const literals = literalsOf(receiver);
  if (literals !== null) return anyOf(some, literals, variable.args, body, scope);
  const over = rangeOf(receiver);
  // One loop in another is quadratic: CEL's, which counts the work first.
  if (over === null || scope !== null) return cannotTell;
  const inner = compile(body, { name: variable.args, over });
  if (inner === cannotTell) return cannotTell;
  return (input) => {
    const elements: readonly Element[] = over === 'effects' ? input.facts.effects : input.facts.session.flows;
    for (const element of elements) {
      const answer = inner(input, element);
      if (answer === undefined) return undefined;
      if (answer === some) return some;
    }
    return !some;
  };
}

/** `effects.filter(e, …).size() > 10`. */
function countOf(left: ASTNode, right: ASTNode): Truth {
  if (right.op !== 'value' || typeof right.args !== 'bigint' || left.op !== 'rcall') return cannotTell;
  const least = Number(right.args);
  const [name, filtered, none] = left.args;
  if (name !== 'size' || none.length > 0 || filtered.op !== 'rcall' || filtered.args[0] !== 'filter') return cannotTell;
  const [, range, [variable, body]] = filtered.args;
  const over = rangeOf(range);
  if (over !== 'effects' || variable?.op !== 'id' || body === undefined) return cannotTell;
  const inner = compile(body, { name: variable.args, over });
  if (inner === cannotTell) return cannotTell;
  return (input) => {
    let count = 0;
    for (const effect of input.facts.effects) {
      const answer = inner(input, effect);
      if (answer === undefined) return undefined;
      if (answer) count += 1;
    }
    return count > least;
  };
}

/** Only a body that is one test with the listed text as what is looked for: `call.args.x.contains(v)`. */
function anyOf(
  some: boolean,
  literals: readonly string[],
  variable: string,
  body: ASTNode,
  scope: Scope | null,
): Truth {
  if (body.op !== 'rcall') return cannotTell;
  const [name, receiver, given] = body.args;
  const test = TESTS.get(name);
  const [only] = given;
  const text = textOf(receiver, scope);
  if (test === undefined || text === null || given.length !== 1 || only?.op !== 'id' || only.args !== variable)
    return cannotTell;
  return (input, element) => {
    const value = text(input, element);
    if (value === undefined) return undefined;
    return some ? literals.some((each) => test(value, each)) : literals.every((each) => test(value, each));
  };
}

function compareText(left: ASTNode, right: ASTNode, equal: boolean, scope: Scope | null): Truth {
  const text = textOf(left, scope);
  const literal = literalOf(right);
  if (text === null) return cannotTell;
  if (literal !== null) {
    return (input, element) => {
      const value = text(input, element);
      return value === undefined ? undefined : (value === literal) === equal;
    };
  }
  const other = textOf(right, scope);
  if (other === null) return cannotTell;
  return (input, element) => {
    const [value, wanted] = [text(input, element), other(input, element)];
    return value === undefined || wanted === undefined ? undefined : (value === wanted) === equal;
  };
}

function isIn(left: ASTNode, right: ASTNode, scope: Scope | null): Truth {
  const literal = literalOf(left);
  const text = literal === null ? textOf(left, scope) : () => literal;
  const literals = literalsOf(right);
  if (text === null) return cannotTell;
  if (literals !== null) {
    const known = new Set(literals);
    return (input, element) => {
      const value = text(input, element);
      return value === undefined ? undefined : known.has(value);
    };
  }
  const list = listOf(right);
  if (list === null) return cannotTell;
  return (input, element) => {
    const value = text(input, element);
    const listed = list(input);
    if (value === undefined || (scope !== null && listed.length > MOST_LISTED)) return undefined;
    return listed.includes(value);
  };
}
