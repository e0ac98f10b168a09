// Denies that can still be taken back: each is sent after five seconds, at once when the page is left, and before the
// question runs out. INVARIANT: a deny that was pressed is sent or taken back, never forgotten.
import type { Approval } from '@castellan/contract';

export const UNDO_MS = 5000;
/** Silence is a deny too, but a reason must arrive before it. */
const BEFORE_END_MS = 1000;

export interface PendingDeny {
  readonly approval: Approval;
  readonly reason: string | null;
  readonly sendAt: number;
}

export interface DenyQueue {
  readonly all: () => ReadonlyMap<string, PendingDeny>;
  readonly subscribe: (listener: () => void) => () => void;
  readonly deny: (approval: Approval, reason: string | null) => void;
  readonly undo: (id: string) => void;
  /** Sends all of them now. */
  readonly flush: () => void;
}

export interface DenyWorld {
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly send: (deny: PendingDeny) => void;
}

export function denyQueue({ now, after, send }: DenyWorld): DenyQueue {
  let pending: ReadonlyMap<string, PendingDeny> = new Map();
  const timers = new Map<string, () => void>();
  const listeners = new Set<() => void>();
  const change = (next: ReadonlyMap<string, PendingDeny>): void => {
    pending = next;
    for (const listener of listeners) listener();
  };
  const take = (id: string): PendingDeny | undefined => {
    const deny = pending.get(id);
    timers.get(id)?.();
    timers.delete(id);
    if (deny !== undefined) change(new Map([...pending].filter(([other]) => other !== id)));
    return deny;
  };
  const sendNow = (id: string): void => {
    const deny = take(id);
    if (deny !== undefined) send(deny);
  };
  return {
    all: () => pending,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    deny: (approval, reason) => {
      const wait = Math.max(0, Math.min(UNDO_MS, approval.expiresAt - now() - BEFORE_END_MS));
      timers.get(approval.id)?.();
      timers.set(
        approval.id,
        after(wait, () => sendNow(approval.id)),
      );
      change(new Map([...pending, [approval.id, { approval, reason, sendAt: now() + wait }]]));
    },
    undo: (id) => {
      take(id);
    },
    flush: () => {
      for (const id of [...pending.keys()]) sendNow(id);
    },
  };
}
