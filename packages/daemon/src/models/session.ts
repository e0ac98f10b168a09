// Which stretch of work a model request belongs to, so that its tokens are counted there, and whether that may go on. An
// agent chooses among its own sessions and can open none by naming it, so that a new name is no new budget.
import type { AgentId, Session } from '@castellan/contract';
import type { Budgeted } from '@castellan/gateway';
import type { Parts } from '../surfaces/index.ts';

/** Where an agent that makes no calls has its budgets. */
const MODEL_SESSION = 'model requests';

type Rooms = Pick<Parts, 'canaries' | 'work' | 'limits' | 'records' | 'clock'>;

const held = (why: string, hint: string): Budgeted => ({ kind: 'held', why, hint });

async function sessionFor({ work, records, clock }: Rooms, agent: AgentId, said: string | null): Promise<Session> {
  const open = work.open().sessions.filter((session) => session.agent === agent);
  const named = open.find(({ externalId }) => externalId === said);
  const latest = open.reduce<Session | null>(
    (found, session) => (found === null || session.lastSeenAt > found.lastSeenAt ? session : found),
    null,
  );
  const known = named ?? latest;
  if (known !== null) return known;
  const { session, fresh } = await work.session({ agent, externalId: MODEL_SESSION, cwd: '/', interactive: false });
  if (fresh)
    await records.record({
      kind: 'session',
      at: clock.now(),
      session: session.id,
      agent,
      task: session.task,
      change: 'started',
      text: MODEL_SESSION,
    });
  return session;
}

/** Whether the agent may ask a model now. */
export async function budgetOf(rooms: Rooms, agent: AgentId, said: string | null): Promise<Budgeted> {
  const { canaries, limits, records } = rooms;
  // It is not told what it touched.
  if (canaries.frozen(agent) !== null)
    return held('this agent is frozen: a person has to look at what it did', 'stop here and tell the user');
  if (records.failed !== null) return held('nothing can be recorded now, so nothing is sent', 'free some disk space');
  const session = await sessionFor(rooms, agent, said);
  const why = limits.stopped(session);
  if (why !== null)
    return held(
      `${why}: this session was stopped`,
      'stop here and tell the user; their next prompt or `castellan resume` lets it go on',
    );
  return { kind: 'may', session: session.id, task: session.task };
}
