// What happened to a session, as a record. One shape, whoever tells it.
import type { Instant, LedgerRecord, Session } from '@castellan/contract';

type SessionRecord = Extract<LedgerRecord, { readonly kind: 'session' }>;

/** Without a text where there is nothing to say. */
export const sessionRecord = (
  { id, agent, task }: Pick<Session, 'id' | 'agent' | 'task'>,
  change: SessionRecord['change'],
  at: Instant,
  text: string,
): SessionRecord => ({ kind: 'session', at, session: id, agent, task, change, ...(text !== '' && { text }) });
