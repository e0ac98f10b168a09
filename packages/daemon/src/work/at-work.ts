// Which stretch of work something belongs to that an agent does without a call of its hooks: a model request, a connection. INVARIANT: an
// agent chooses among its own sessions and can open none by naming it, so that a new name is no new budget; and what is made for it here
// has no workspace but an empty folder, for any agent may later name that session as its own.
import { type AgentId, type Session, sessionIdSchema } from '@castellan/contract';
import type { CacheFolders } from '../cache-folders.ts';
import type { Clock } from '../clock.ts';
import { type Records, sessionRecord } from '../records/index.ts';
import type { Work } from './work.ts';

export interface AtWorkRooms {
  readonly work: Work;
  readonly records: Pick<Records, 'record'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly folders: Pick<CacheFolders, 'workspace'>;
}

/**
 * @param said what its client calls it: the name of a session, its id, or of a run; null: it says nothing.
 * @param otherwise the name of the session that is made where the agent has none open.
 */
export async function sessionAtWork(
  { work, records, clock, folders }: AtWorkRooms,
  agent: AgentId,
  said: string | null,
  otherwise: string,
): Promise<Session> {
  const open = work.open().sessions.filter((session) => session.agent === agent);
  const run = said === null ? null : work.ofRun(said);
  const id = sessionIdSchema.safeParse(said);
  const named = open.find((session) => session.externalId === said || session.id === id.data || session.id === run?.id);
  const latest = open.reduce<Session | null>(
    (found, session) => (found === null || session.lastSeenAt > found.lastSeenAt ? session : found),
    null,
  );
  const known = named ?? latest;
  if (known !== null) {
    work.seen(known.id);
    return known;
  }
  const start = { agent, externalId: otherwise, cwd: folders.workspace(agent), interactive: false };
  const { session, fresh } = await work.session(start);
  if (fresh) await records.record(sessionRecord(session, 'started', clock.now(), otherwise));
  return session;
}
