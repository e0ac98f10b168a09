// A call that asks and does nothing: what a person meets in set-up to see how it is. It takes the whole road, as an agent of
// its own that is gone when the call is over.
import type { Actor, AgentId } from '@castellan/contract';
import type { Calls, Parts } from '../surfaces/index.ts';
import type { AgentChanges } from './changes.ts';

const NAME = 'test call';
const TITLE = 'A test call of your own: nothing is sent';
const LETTER = {
  to: 'you@example.com',
  subject: 'A test call',
  body: 'Approve or deny me: nothing is sent either way.',
};
/** Longest wait of a person, in seconds. */
const PATIENCE_SECONDS = 3600;

/** Whether one waits already: one place among the questions is enough. */
const isAsked = ({ agents, approvals }: Parts): boolean =>
  approvals.list().some(({ agent, state }) => {
    const waits = state.kind === 'pending' || state.kind === 'queued';
    return waits && agents.get(agent)?.kind === 'demo' && agents.get(agent)?.name === NAME;
  });

/** Asks, and gives back the agent it asks as; the answer shows where every answer does. Null: one waits already. */
export async function testCall(parts: Parts, calls: Calls, changes: AgentChanges, by: Actor): Promise<AgentId | null> {
  const { work, records, clock } = parts;
  if (isAsked(parts)) return null;
  const fresh = { kind: 'demo' as const, name: NAME, watched: [], hookTimeoutSeconds: PATIENCE_SECONDS };
  const { agent } = await changes.connect(fresh, by);
  const { session } = await work.session({
    agent: agent.id,
    externalId: 'test-call',
    cwd: '/',
    interactive: false,
    task: TITLE,
  });
  await records.record({
    kind: 'session',
    at: clock.now(),
    session: session.id,
    agent: agent.id,
    task: session.task,
    change: 'started',
    text: TITLE,
  });
  const ask = async (): Promise<void> => {
    const draft = { session, module: 'mail', tool: 'send', arguments: LETTER, cwd: '/', origin: 'api' as const };
    const decision = await calls.check(draft, new AbortController().signal);
    if (decision.kind !== 'refused')
      await calls.finish(
        agent.id,
        { id: decision.call },
        {
          status: 'succeeded',
          text: 'a test call: nothing was sent',
          given: { shown: undefined, names: [] },
        },
      );
    await calls.endSession(session, 'the test call is over');
    await changes.disconnect(agent.id, by);
  };
  // Whoever asked for it waits in the inbox, not here; a ledger that fails raises its own alarm.
  ask().catch(() => undefined);
  return agent.id;
}
