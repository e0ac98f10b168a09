// Agents: connect, change, disconnect. The credential is in the answer to `connect` and nowhere else.
import { type Agent, type AgentId, actorName } from '@castellan/contract';
import { isAgentId } from '../../identity/index.ts';
import { endGrants, type Parts } from '../../surfaces/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

type AgentHandlers = Pick<Handlers, 'agents' | 'connect' | 'changeAgent' | 'disconnect' | 'freeze' | 'thaw'>;

export function agentHandlers(parts: Parts): AgentHandlers {
  const { agents, records, redactor, clock } = parts;
  const idOf = (params: { readonly [name: string]: string }): AgentId => {
    const id = params.id ?? '';
    if (isAgentId(id) && agents.get(id)?.revokedAt === null) return id;
    throw new Refused('not_found', `no agent \`${redactor.text(id).slice(0, 60)}\` is connected`, {
      hint: '`castellan agents` lists them',
    });
  };
  const found = (agent: Agent | null): Agent => {
    if (agent === null) throw new Refused('not_found', 'no such agent');
    return agent;
  };
  return {
    agents: () => ({ agents: agents.list().filter((agent) => agent.revokedAt === null) }),
    async connect({ body, actor }) {
      const { agent, credential } = await agents.connect(body);
      redactor.learn({ name: 'castellan-credential', value: credential });
      await records.record({
        kind: 'agent',
        at: clock.now(),
        agent: agent.id,
        change: 'connected',
        by: actorName(actor),
        text: `${agent.kind} ${agent.name}`,
      });
      return { agent, credential };
    },
    async changeAgent({ params, body, actor }) {
      const agent = found(await agents.change(idOf(params), body));
      await records.record({
        kind: 'agent',
        at: clock.now(),
        agent: agent.id,
        change: 'changed',
        by: actorName(actor),
        text: agent.watched.join(' '),
      });
      return agent;
    },
    async freeze({ params, actor }) {
      return found(await parts.canaries.freeze(idOf(params), actorName(actor)));
    },
    async thaw({ params, actor }) {
      return found(await parts.canaries.thaw(idOf(params), actorName(actor)));
    },
    async disconnect({ params, actor }) {
      const id = idOf(params);
      const agent = found(await agents.disconnect(id));
      await parts.approvals.cancelWhere((approval) => approval.agent === id, 'the agent was disconnected');
      await endGrants(parts, { agent: id }, actorName(actor));
      for (const kind of [
        'hooks-missing',
        'hooks-disabled',
        'hooks-bypassed',
        'ran-otherwise',
        'agent-paused',
        'agent-stopped',
        'canary',
        'secret-shown',
      ] as const)
        parts.alarms.end(kind, id);
      await records.record({
        kind: 'agent',
        at: clock.now(),
        agent: id,
        change: 'disconnected',
        by: actorName(actor),
        text: agent.name,
      });
      return agent;
    },
  };
}
