// Which stretch of work a model request belongs to, so that its tokens are counted there, and whether that may go on.
import type { AgentId } from '@castellan/contract';
import type { Budgeted } from '@castellan/gateway';
import type { Parts } from '../surfaces/index.ts';
import { sessionAtWork } from '../work/index.ts';

/** Where an agent that makes no calls has its budgets. */
const MODEL_SESSION = 'model requests';

type Rooms = Pick<Parts, 'canaries' | 'work' | 'limits' | 'records' | 'clock' | 'folders'>;

const held = (why: string, hint: string): Budgeted => ({ kind: 'held', why, hint });

/** Whether the agent may ask a model now. */
export async function budgetOf(rooms: Rooms, agent: AgentId, said: string | null): Promise<Budgeted> {
  const { canaries, limits, records } = rooms;
  // It is not told what it touched.
  if (canaries.frozen(agent) !== null)
    return held('this agent is frozen: a person has to look at what it did', 'stop here and tell the user');
  if (records.failed !== null) return held('nothing can be recorded now, so nothing is sent', 'free some disk space');
  const session = await sessionAtWork(rooms, agent, said, MODEL_SESSION);
  const why = limits.stopped(session);
  if (why !== null)
    return held(
      `${why}: this session was stopped`,
      'stop here and tell the user; their next prompt or `castellan resume` lets it go on',
    );
  return { kind: 'may', session: session.id, task: session.task };
}
