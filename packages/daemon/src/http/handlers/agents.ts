// Agents: connect, change, disconnect. The credential is in the answer to `connect` and nowhere else.
import { type Agent, type AgentId, actorName } from '@castellan/contract';
import { type AgentChanges, type AgentsHere, testCall } from '../../connecting/index.ts';
import { isAgentId } from '../../identity/index.ts';
import type { Calls, Parts } from '../../surfaces/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

type AgentHandlers = Pick<
  Handlers,
  'agents' | 'connect' | 'changeAgent' | 'disconnect' | 'freeze' | 'thaw' | 'foundAgents' | 'connectFound' | 'testCall'
>;

export interface AgentHost {
  readonly parts: Parts;
  readonly calls: Calls;
  readonly changes: AgentChanges;
  readonly here: AgentsHere;
}

export function agentHandlers({ parts, calls, changes, here }: AgentHost): AgentHandlers {
  const { agents, redactor } = parts;
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
    connect: ({ body, actor }) => changes.connect(body, actor),
    changeAgent: async ({ params, body, actor }) => found(await changes.change(idOf(params), body, actor)),
    async freeze({ params, actor }) {
      return found(await parts.canaries.freeze(idOf(params), actorName(actor)));
    },
    async thaw({ params, actor }) {
      return found(await parts.canaries.thaw(idOf(params), actorName(actor)));
    },
    disconnect: async ({ params, actor }) => found(await changes.disconnect(idOf(params), actor)),
    foundAgents: async () => ({ found: [...(await here.found())] }),
    async connectFound({ body, actor }) {
      const done = await here.connect(body.connector, actor);
      if (done.ok) return done.value;
      const [hint] = done.fault.hints;
      throw new Refused('conflict', done.fault.message, hint === undefined ? {} : { hint });
    },
    async testCall({ actor }) {
      if (actor.kind !== 'person') throw new Refused('not_permitted', 'a test call is for a person to answer');
      const agent = await testCall(parts, calls, changes, actor);
      if (agent === null)
        throw new Refused('conflict', 'a test call waits already', { hint: 'answer it in the inbox' });
      return { agent };
    },
  };
}
