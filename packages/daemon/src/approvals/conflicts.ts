// When two waiting calls must be answered one after the other: they would change the same thing (G-S08).
import type { Approval, Effect } from '@castellan/contract';

const CHANGES: ReadonlySet<Effect['kind']> = new Set(['write', 'delete', 'send', 'spend', 'escalate', 'change-safety']);

const within = (outer: string, inner: string): boolean =>
  inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);

function clash(a: Effect, b: Effect): boolean {
  if (!CHANGES.has(a.kind) || !CHANGES.has(b.kind) || a.targetKind !== b.targetKind) return false;
  if (a.targetKind === 'path') return within(a.target, b.target) || within(b.target, a.target);
  return a.target === b.target;
}

export const conflict = (a: readonly Effect[], b: readonly Effect[]): boolean =>
  a.some((one) => b.some((other) => clash(one, other)));

/** The oldest open approval that a new one must wait behind. */
export const behind = (effects: readonly Effect[], open: readonly Approval[]): Approval | null =>
  open.find((approval) => conflict(approval.effects, effects)) ?? null;
