// Whose each process is: of which running client, and why it is there. Pure. INVARIANT: a process belongs to what started it for
// ever; that its parent ends or it leaves its group does not make it anybody else's.
import type { AgentId, CallId } from '@castellan/contract';

/** Why a process runs. */
export type Why =
  /** The client itself. */
  | { readonly kind: 'client' }
  /** It ran when we began to look. */
  | { readonly kind: 'before' }
  /** The client started it for its own ends; `all`: and what it starts. */
  | { readonly kind: 'chore'; readonly all: boolean }
  | { readonly kind: 'call'; readonly call: CallId }
  /** Nobody knows. */
  | { readonly kind: 'escape'; readonly finding: string };

export interface Kept {
  readonly pid: number;
  readonly startedAt: number;
  readonly agent: AgentId;
  /** Of the client that it lies below; its own where it is one. */
  readonly root: number;
  readonly why: Why;
  /** As it may be shown. */
  readonly shown: string;
}

/** What a process is by whoever started it; null: it has to be judged for itself. */
export function inherited(parent: Why): Why | null {
  switch (parent.kind) {
    case 'client':
      return null;
    case 'chore':
      return parent.all ? parent : null;
    case 'before':
    case 'call':
    case 'escape':
      return parent;
  }
}
