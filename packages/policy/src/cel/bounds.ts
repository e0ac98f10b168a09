// What a condition may cost. INVARIANT: evaluating one accepted condition is linear in the call, or quadratic in a call
// that was measured first and found small; nothing an agent puts into its arguments makes a rule slow.
import type { ASTNode } from '@marcbachmann/cel-js';

/** Macros that run their last argument once per element. */
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** Functions whose cost grows with what they are given; inside a loop that is quadratic. */
const GROWING = new Set([
  'contains',
  'indexOf',
  'inHosts',
  'join',
  'lastIndexOf',
  'like',
  'lower',
  'size',
  'split',
  'substring',
]);

/** Functions no condition may use, with what to write instead. */
const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ['matches', 'its regular expressions can take exponential time; use `like("git push*")`, `startsWith` or `contains`'],
  ['bind', 'it can double a value again and again; write the expression out'],
  ['json', 'compare fields of `call.args` instead'],
  ['timestamp', 'conditions have no clock'],
  ['getDayOfYear', 'conditions have no clock'],
]);

export type Cost = 'linear' | 'quadratic';
export type Bounds =
  | { readonly ok: true; readonly cost: Cost }
  | { readonly ok: false; readonly message: string; readonly hint: string };

/** The nodes below one; arguments are nodes, names, literals, or lists of them. */
function childrenOf(args: unknown): readonly ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  if (typeof args !== 'object' || args === null || !('op' in args)) return [];
  return [args as ASTNode];
}

/** Longest list spelt out in a rule that a loop may run over for free. */
const MOST_SPELT_OUT = 64;

/** The loops an expression stands in: the variables of those over the call, and of those over a list spelt out. */
interface Around {
  readonly elements: readonly string[];
  readonly constants: readonly string[];
}

export function boundsOf(root: ASTNode): Bounds {
  let cost: Cost = 'linear';
  const faults: { message: string; hint: string }[] = [];

  function visit(node: ASTNode, around: Around): void {
    const loops = around.elements.length;
    if (node.op === 'call' || node.op === 'rcall') {
      const name = node.args[0];
      const instead = FORBIDDEN.get(name);
      if (instead !== undefined) faults.push({ message: `\`${name}\` cannot be used in a condition`, hint: instead });
      if (loops > 0 && GROWING.has(name) && !growsWithElement(node, around)) cost = 'quadratic';
      if (node.op === 'rcall' && LOOPS.has(name)) {
        const inner = within(node, around);
        if (inner.elements.length > loops && loops === 1) cost = 'quadratic';
        if (inner.elements.length > loops && loops === 2) {
          faults.push({ message: 'loops are nested three deep', hint: 'two are the most; split the rule' });
        }
        visit(node.args[1], around);
        for (const child of childrenOf(node.args[2])) visit(child, inner);
        return;
      }
    }
    if (loops > 0 && ['in', '+', '==', '!='].includes(node.op) && !comparesCheaply(node, around)) cost = 'quadratic';
    for (const child of childrenOf(node.args)) visit(child, around);
  }

  visit(root, { elements: [], constants: [] });
  const fault = faults[0];
  return fault === undefined ? { ok: true, cost } : { ok: false, ...fault };
}

function within(loop: Extract<ASTNode, { op: 'rcall' }>, { elements, constants }: Around): Around {
  const [, range, [variable]] = loop.args;
  const name = variable?.op === 'id' ? variable.args : '';
  return range.op === 'list' && range.args.length <= MOST_SPELT_OUT && range.args.every(isLiteral)
    ? { elements, constants: [...constants, name] }
    : { elements: [...elements, name], constants };
}

const isLiteral = (node: ASTNode): boolean => node.op === 'value';

/** A field of the innermost loop's own variable: over all rounds together it is walked once. */
function isOfElement(node: ASTNode, { elements }: Around): boolean {
  if (elements.length !== 1) return false;
  if (node.op === 'rcall' && node.args[0] === 'lower') return isOfElement(node.args[1], { elements, constants: [] });
  return node.op === '.' && node.args[0].op === 'id' && node.args[0].args === elements[0];
}

/** Spelt out in the rule, or the user's own configuration: the call does not make it longer. */
function isConstant(node: ASTNode, around: Around): boolean {
  if (node.op === 'id') return around.constants.includes(node.args);
  if (node.op === '.') return node.args[0].op === 'id' && node.args[0].args === 'config';
  return isLiteral(node) || (node.op === 'list' && node.args.every(isLiteral));
}

/** `e.target.contains("x")`: each element is searched once, for something that does not grow. */
function growsWithElement(node: ASTNode, around: Around): boolean {
  if (node.op !== 'rcall' || LOOPS.has(node.args[0])) return false;
  return isOfElement(node.args[1], around) && node.args[2].every((each) => isConstant(each, around));
}

/**
 * `e.kind == "read"`, `e.kind in ["read", "write"]`: one side is spelt out; `e.target == call.workspace`: comparing two
 * texts costs no more than the shorter one.
 */
function comparesCheaply(node: ASTNode, around: Around): boolean {
  const sides = childrenOf(node.args);
  if (node.op === '+') return false;
  if (node.op === 'in') return sides[1]?.op === 'list' && sides[1].args.every(isLiteral);
  return sides.some((side) => side.op === 'value' || isOfElement(side, around));
}

/** The largest call a quadratic condition is evaluated on: elements (effects and argument values) and characters. */
const MOST_ITEMS = 1_000;
const MOST_WORK = 50_000_000;

/** How big a call is, as a condition would walk it. */
export interface Size {
  readonly items: number;
  readonly characters: number;
}

export function sizeOf(value: unknown): Size {
  if (typeof value === 'string') return { items: 1, characters: value.length };
  if (typeof value !== 'object' || value === null) return { items: 1, characters: 8 };
  let items = 1;
  let characters = 0;
  for (const [key, child] of Object.entries(value)) {
    const size = sizeOf(child);
    items += size.items;
    characters += size.characters + key.length;
  }
  return { items, characters };
}

/** A call with what is known of it. An effect or a flow is one element, however many fields it has. */
export function sizeOfCall(args: unknown, effects: readonly unknown[], flows: readonly unknown[]): Size {
  const { items, characters } = sizeOf(args);
  const elements = [...effects, ...flows];
  return {
    items: items + elements.length,
    characters: elements.reduce<number>((sum, each) => sum + sizeOf(each).characters, characters),
  };
}

/** Whether a quadratic condition may be evaluated on a call of this size. */
export const affordable = ({ items, characters }: Size): boolean =>
  items <= MOST_ITEMS && items * (items + characters) <= MOST_WORK;
