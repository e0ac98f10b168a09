// A quick answer. Most conditions test a few texts of the call with `&&`, `||` and `!`; those parts are compiled to closures
// and everything else to "cannot tell". INVARIANT: an answer is given only where CEL gives the same one; the moment a part
// cannot tell (another construct, an argument that is missing or no text), CEL evaluates the whole condition.
import type { JsonObject } from '@castellan/contract';
import type { ASTNode } from '@marcbachmann/cel-js';
import { like } from './environment.ts';
import type { CelCall } from './values.ts';

export interface QuickInput {
  readonly call: CelCall;
  readonly arguments: JsonObject;
}
/** undefined: cannot tell. */
export type Quick = (input: QuickInput) => boolean | undefined;
type Text = (input: QuickInput) => string | undefined;

const TESTS: ReadonlyMap<string, (text: string, literal: string) => boolean> = new Map([
  ['contains', (text: string, literal: string) => text.includes(literal)],
  ['startsWith', (text: string, literal: string) => text.startsWith(literal)],
  ['endsWith', (text: string, literal: string) => text.endsWith(literal)],
  ['like', like],
]);

const FIELDS = ['agent', 'task', 'session', 'module', 'tool', 'name', 'cwd', 'workspace', 'origin'] as const;

const cannotTell: Quick = () => undefined;

/** null: no part of it can be told quickly. */
export function quickOf(condition: ASTNode): Quick | null {
  const quick = compile(condition);
  return quick === cannotTell ? null : quick;
}

function compile(node: ASTNode): Quick {
  switch (node.op) {
    case '&&':
    case '||': {
      const [left, right] = [compile(node.args[0]), compile(node.args[1])];
      if (left === cannotTell) return cannotTell;
      const settles = node.op === '||';
      return (input) => {
        const first = left(input);
        return first === undefined || first === settles ? first : right(input);
      };
    }
    case '!_': {
      const inner = compile(node.args);
      if (inner === cannotTell) return cannotTell;
      return (input) => {
        const answer = inner(input);
        return answer === undefined ? undefined : !answer;
      };
    }
    case '==':
    case '!=':
      return compareText(node.args[0], node.args[1], node.op === '==');
    case 'rcall':
      return testText(node.args[0], node.args[1], node.args[2]);
    case 'call': {
      const name = node.args[0] === 'has' && node.args[1][0] ? argumentName(node.args[1][0]) : null;
      return name === null ? cannotTell : (input) => ownArgument(input, name) !== undefined;
    }
    default:
      return cannotTell;
  }
}

function testText(name: string, receiver: ASTNode, given: readonly ASTNode[]): Quick {
  const test = TESTS.get(name);
  const text = textOf(receiver);
  const literal = given.length === 1 ? literalOf(given[0]) : null;
  if (test === undefined || text === null || literal === null) return cannotTell;
  const argument = argumentName(receiver);
  // The commonest test by far as one closure: with thousands of rules it is memory, not work, that takes the time.
  if (argument !== null) {
    return ({ arguments: args }) => {
      const value = Object.hasOwn(args, argument) ? args[argument] : undefined;
      return typeof value === 'string' ? test(value, literal) : undefined;
    };
  }
  return (input) => {
    const value = text(input);
    return value === undefined ? undefined : test(value, literal);
  };
}

function compareText(left: ASTNode, right: ASTNode, equal: boolean): Quick {
  const text = textOf(left);
  const literal = literalOf(right);
  if (text === null || literal === null) return cannotTell;
  return (input) => {
    const value = text(input);
    return value === undefined ? undefined : (value === literal) === equal;
  };
}

const literalOf = (node: ASTNode | undefined): string | null =>
  node?.op === 'value' && typeof node.args === 'string' ? node.args : null;

/** `call.args.NAME`, or a field of `call` that is a text. */
function textOf(node: ASTNode): Text | null {
  const name = argumentName(node);
  if (name !== null) {
    return (input) => {
      const value = ownArgument(input, name);
      return typeof value === 'string' ? value : undefined;
    };
  }
  if (node.op !== '.' || !isCall(node.args[0])) return null;
  const field = FIELDS.find((each) => each === node.args[1]);
  return field === undefined ? null : (input) => input.call[field];
}

function argumentName(node: ASTNode): string | null {
  if (node.op !== '.' || node.args[0].op !== '.') return null;
  const [call, args] = node.args[0].args;
  return isCall(call) && args === 'args' ? node.args[1] : null;
}

const isCall = (node: ASTNode): boolean => node.op === 'id' && node.args === 'call';

const ownArgument = (input: QuickInput, name: string) =>
  Object.hasOwn(input.arguments, name) ? input.arguments[name] : undefined;
