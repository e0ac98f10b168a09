// A condition as logic: what each part says of which field, with `!` only at the leaves. Whatever is not understood becomes
// an atom of its own, equal only to the same text. `total`: it can never fail to be evaluated; a failure counts as a match,
// so an atom that can fail and its opposite may both hold.
import type { ASTNode } from '@marcbachmann/cel-js';
import { CLOSED_LISTS, valuesOf } from './closed.ts';

export type Formula =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] }
  | { readonly kind: 'constant'; readonly value: boolean }
  | Literal;

export type Literal =
  /** A field is (`out`: is not) one of these. `all`: what it can be; null: any text. */
  | {
      readonly kind: 'field';
      readonly key: string;
      readonly values: readonly string[];
      readonly out: boolean;
      readonly all: readonly string[] | null;
    }
  | { readonly kind: 'atom'; readonly text: string; readonly total: boolean; readonly negated: boolean }
  /** One element at least, or every element, is so. */
  | { readonly kind: 'exists' | 'every'; readonly list: string; readonly body: Formula };

/** Loop variables with the list they run over. */
type Scope = ReadonlyMap<string, string>;

interface Field {
  readonly key: string;
  readonly all: readonly string[] | null;
}

export const formulaOf = (node: ASTNode): Formula => build(node, false, new Map());

/** `effects`, `session.flows`, `call`: the owner of a field. */
function pathOf(node: ASTNode, scope: Scope): string | undefined {
  if (node.op === 'id') return scope.get(node.args) ?? node.args;
  if (node.op !== '.') return undefined;
  const owner = pathOf(node.args[0], scope);
  return owner === undefined ? undefined : `${owner}.${node.args[1]}`;
}

function fieldOf(node: ASTNode, scope: Scope): Field | undefined {
  if (node.op !== '.') return undefined;
  const owner = pathOf(node.args[0], scope);
  if (owner === undefined) return undefined;
  // `effects#1`: the element of the loop that is one deep.
  const all = valuesOf(owner.replace(/#\d+$/, ''), node.args[1]);
  return all === undefined ? undefined : { key: `${owner}.${node.args[1]}`, all };
}

const literalOf = (node: ASTNode): string | undefined =>
  node.op === 'value' && (typeof node.args === 'string' || typeof node.args === 'boolean')
    ? String(node.args)
    : undefined;

function build(node: ASTNode, negated: boolean, scope: Scope): Formula {
  switch (node.op) {
    case '&&':
    case '||':
      return {
        kind: (node.op === '&&') === negated ? 'or' : 'and',
        parts: [build(node.args[0], negated, scope), build(node.args[1], negated, scope)],
      };
    case '!_':
      return build(node.args, !negated, scope);
    case 'value':
      return typeof node.args === 'boolean'
        ? { kind: 'constant', value: node.args !== negated }
        : atom(node, negated, scope);
    case '==':
    case '!=': {
      const [left, right] = node.args;
      const [field, value] = [fieldOf(left, scope) ?? fieldOf(right, scope), literalOf(right) ?? literalOf(left)];
      if (field === undefined || value === undefined) return atom(node, negated, scope);
      return { kind: 'field', ...field, values: [value], out: (node.op === '!=') !== negated };
    }
    case 'in':
      return membership(node.args[0], node.args[1], negated, scope) ?? atom(node, negated, scope);
    case 'rcall':
      return loop(node, negated, scope) ?? atom(node, negated, scope);
    case '.': {
      const field = fieldOf(node, scope);
      if (field?.all?.includes('true') !== true) return atom(node, negated, scope);
      return { kind: 'field', ...field, values: ['true'], out: negated };
    }
    default:
      return atom(node, negated, scope);
  }
}

function membership(left: ASTNode, right: ASTNode, negated: boolean, scope: Scope): Formula | undefined {
  const list = pathOf(right, scope);
  const single = literalOf(left);
  // `"private" in session.seen`: never, where the text is none of what the list can hold.
  if (single !== undefined && list !== undefined && CLOSED_LISTS[list]?.includes(single) === false) {
    return { kind: 'constant', value: negated };
  }
  const field = fieldOf(left, scope);
  if (field === undefined || right.op !== 'list') return undefined;
  const values = right.args.map(literalOf);
  if (!values.every((value) => value !== undefined)) return undefined;
  return { kind: 'field', ...field, values, out: negated };
}

function loop(node: Extract<ASTNode, { op: 'rcall' }>, negated: boolean, scope: Scope): Formula | undefined {
  const [name, over, given] = node.args;
  const [variable, body] = given;
  if ((name !== 'exists' && name !== 'all') || variable?.op !== 'id' || body === undefined) return undefined;
  const list = pathOf(over, scope);
  if (list !== 'effects' && list !== 'session.flows') return undefined;
  const inner = new Map(scope).set(variable.args, `${list}#${scope.size + 1}`);
  return {
    kind: (name === 'exists') === negated ? 'every' : 'exists',
    list,
    body: build(body, negated, inner),
  };
}

function atom(node: ASTNode, negated: boolean, scope: Scope): Literal {
  return { kind: 'atom', text: textOf(node, scope), total: isTotal(node, scope), negated };
}

/** The same for the same condition, whatever its loop variables are called. */
function textOf(value: unknown, scope: Scope): string {
  if (Array.isArray(value)) return `[${value.map((each) => textOf(each, scope)).join()}]`;
  if (typeof value !== 'object' || value === null)
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const { op, args } = value as ASTNode;
  if (op === 'id') return scope.get(args as string) ?? String(args);
  return `(${op} ${textOf(args, scope)})`;
}

const TOTAL_CALLS = new Set(['contains', 'startsWith', 'endsWith', 'like', 'lower']);

/** Tests of texts that are always there, with texts that are spelt out. */
function isTotal(node: ASTNode, scope: Scope): boolean {
  switch (node.op) {
    case 'value':
      return typeof node.args === 'string' || typeof node.args === 'boolean';
    case '.':
      return fieldOf(node, scope) !== undefined;
    case '==':
    case '!=':
    case '+':
      return node.args.every((side) => isTotal(side, scope));
    case 'rcall':
      return TOTAL_CALLS.has(node.args[0]) && [node.args[1], ...node.args[2]].every((each) => isTotal(each, scope));
    default:
      return false;
  }
}
