// The rows of the inbox: what waits, oldest first, then what was answered while the page was open.
import type { Approval } from '@castellan/contract';
import type { LiveModel } from '../../connection/live-model.ts';

export type Row =
  | { readonly kind: 'waiting'; readonly approval: Approval }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'answered'; readonly approval: Approval };

const SHOWN_ANSWERED = 20;

export function rowsOf({ waiting, settled }: Pick<LiveModel, 'waiting' | 'settled'>): readonly Row[] {
  const open = [...waiting.values()].map((approval): Row => ({ kind: 'waiting', approval }));
  const over = settled.slice(0, SHOWN_ANSWERED).map((approval): Row => ({ kind: 'answered', approval }));
  return over.length === 0 ? open : [...open, { kind: 'heading', text: 'Answered just now' }, ...over];
}

export const idOf = (row: Row): string | null => (row.kind === 'heading' ? null : row.approval.id);

/** The next row that can be opened, `step` rows on; after the last comes the first, which waits longest. */
export function neighbour(rows: readonly Row[], id: string | null, step: 1 | -1): string | null {
  const ids = rows.flatMap((row) => idOf(row) ?? []);
  const at = id === null ? -1 : ids.indexOf(id);
  if (at === -1) return ids[0] ?? null;
  return ids[(at + step + ids.length) % ids.length] ?? id;
}

/** What to go on to after an answer: the oldest that waits and is not this one. */
export function nextWaiting({ waiting }: Pick<LiveModel, 'waiting'>, id: string): Approval | null {
  for (const approval of waiting.values()) if (approval.id !== id && approval.state.kind === 'pending') return approval;
  return null;
}
