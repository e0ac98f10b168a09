// What happened to a session, as a record. One shape, whoever tells it.
import type { Instant, LedgerRecord, Session } from '@castellan/contract';

type SessionRecord = Extract<LedgerRecord, { readonly kind: 'session' }>;

/** Without a text where there is nothing to say. */
export const sessionRecord = (
  { id, agent, task, parent, nobodyToAsk }: Pick<Session, 'id' | 'agent' | 'task' | 'parent' | 'nobodyToAsk'>,
  change: SessionRecord['change'],
  at: Instant,
  text: string,
): SessionRecord => {
  const said =
    change === 'started' && nobodyToAsk === true
      ? `${text}; nobody can be asked, so what needs a person is refused`
      : text;
  return {
    kind: 'session',
    at,
    session: id,
    agent,
    task,
    change,
    ...(parent !== undefined && { parent }),
    ...(said !== '' && { text: said }),
  };
};
