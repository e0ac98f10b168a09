// What a condition may cost. INVARIANT: evaluating one accepted condition is linear in the call, or quadratic in a call
// that was measured first and found small; nothing an agent puts into its arguments makes a rule slow.
import type { ASTNode } from '@marcbachmann/cel-js';

/** Macros that run their last argument once per element. */
const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
/** Functions whose cost grows with what they are given; inside a loop that is quadratic. */
const GROWING = new Set(['contains', 'indexOf', 'lastIndexOf', 'split', 'join', 'like', 'lower', 'size', 'substring']);

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

export function boundsOf(root: ASTNode): Bounds {
  let cost: Cost = 'linear';
  const faults: { message: string; hint: string }[] = [];

  function visit(node: ASTNode, loops: number): void {
    let inner = loops;
    if (node.op === 'call' || node.op === 'rcall') {
      const name = node.args[0];
      const instead = FORBIDDEN.get(name);
      if (instead !== undefined) faults.push({ message: `\`${name}\` cannot be used in a condition`, hint: instead });
      if (loops > 0 && GROWING.has(name)) cost = 'quadratic';
      if (node.op === 'rcall' && LOOPS.has(name)) {
        inner = loops + 1;
        if (inner === 2) cost = 'quadratic';
        if (inner === 3) {
          faults.push({ message: 'loops are nested three deep', hint: 'two are the most; split the rule' });
        }
        visit(node.args[1], loops);
        for (const child of childrenOf(node.args[2])) visit(child, inner);
        return;
      }
    }
    if (loops > 0 && ['in', '+', '==', '!='].includes(node.op) && !comparesLiteral(node)) cost = 'quadratic';
    for (const child of childrenOf(node.args)) visit(child, inner);
  }

  visit(root, 0);
  const fault = faults[0];
  return fault === undefined ? { ok: true, cost } : { ok: false, ...fault };
}

/** `e.kind == "read"`, `e.kind in ["read", "write"]`: one side is spelt out, so the cost does not grow with the call. */
function comparesLiteral(node: ASTNode): boolean {
  if (node.op === '+') return false;
  return childrenOf(node.args).some((side) => side.op === 'value' || (side.op === 'list' && node.op === 'in'));
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

/** Whether a quadratic condition may be evaluated on a call of this size. */
export const affordable = ({ items, characters }: Size): boolean =>
  items <= MOST_ITEMS && items * (items + characters) <= MOST_WORK;
