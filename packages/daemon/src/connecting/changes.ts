// Agents made, changed and revoked, each time with its record: by a route, by a person's one click, or by a test call.
import { type Actor, type Agent, type AgentId, actorName } from '@castellan/contract';
import type { AgentChange, NewAgent } from '../identity/index.ts';
import { endGrants, type Parts } from '../surfaces/index.ts';

export interface AgentChanges {
  connect(fresh: NewAgent, by: Actor): Promise<{ readonly agent: Agent; readonly credential: string }>;
  change(id: AgentId, change: AgentChange, by: Actor): Promise<Agent | null>;
  disconnect(id: AgentId, by: Actor): Promise<Agent | null>;
}

/** What is no concern of anybody's once the agent is gone. */
const ALARMS_OF_AN_AGENT = [
  'hooks-missing',
  'hooks-disabled',
  'hooks-bypassed',
  'ran-otherwise',
  'agent-paused',
  'agent-stopped',
  'canary',
  'secret-shown',
  'not-held',
  'unproven',
] as const;

export function agentChanges(parts: Parts): AgentChanges {
  const { agents, records, redactor, clock, approvals, alarms } = parts;
  const note = async (
    { id }: Agent,
    change: 'connected' | 'changed' | 'disconnected',
    by: Actor,
    text: string,
  ): Promise<void> => {
    await records.record({ kind: 'agent', at: clock.now(), agent: id, change, by: actorName(by), text });
  };
  return {
    async connect(fresh, by) {
      const made = await agents.connect(fresh);
      redactor.learn({ name: 'castellan-credential', value: made.credential });
      await note(made.agent, 'connected', by, `${made.agent.kind} ${made.agent.name}`);
      return made;
    },
    async change(id, change, by) {
      const agent = await agents.change(id, change);
      if (agent !== null) await note(agent, 'changed', by, agent.watched.join(' '));
      return agent;
    },
    async disconnect(id, by) {
      const agent = await agents.disconnect(id);
      if (agent === null) return null;
      await approvals.cancelWhere((approval) => approval.agent === id, 'the agent was disconnected');
      await endGrants(parts, { agent: id }, actorName(by));
      for (const kind of ALARMS_OF_AN_AGENT) alarms.end(kind, id);
      await note(agent, 'disconnected', by, agent.name);
      return agent;
    },
  };
}
