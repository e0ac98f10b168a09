// Model requests go to the broker as they came; a model key is in the answer that makes it and nowhere else.
import { type Actor, type AgentId, actorName } from '@castellan/contract';
import type { Broker } from '@castellan/gateway';
import { bearerOf, isAgentId, makeModelKey } from '../../identity/index.ts';
import type { Parts } from '../../surfaces/index.ts';
import { type Context, Refused } from '../answer.ts';
import { modelTarget } from '../model-target.ts';
import type { Handlers } from '../server.ts';

type ModelHandlers = Pick<Handlers, 'model' | 'modelGet' | 'modelKey'>;

function agentOf(actor: Actor): AgentId {
  if (actor.kind === 'model') return actor.agent;
  throw new Refused('not_permitted', 'only a model key is good here');
}

export function modelHandlers(parts: Parts, broker: Broker): ModelHandlers {
  const serve =
    (method: 'GET' | 'POST') =>
    async ({ actor, headers, request, reply }: Context<unknown, unknown>): Promise<void> => {
      const agent = agentOf(actor);
      const placeholder = bearerOf(headers.authorization) ?? headers['x-api-key'] ?? '';
      // Kept hashed, so after a start it is known again from the first time it is used.
      parts.redactor.learn({ name: 'castellan-model-key', value: placeholder });
      reply.hijack();
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      const target = modelTarget(request.raw.url ?? '');
      await broker.serve({ agent, method, ...target, headers, body, placeholder, out: reply.raw });
    };
  return {
    model: serve('POST'),
    modelGet: serve('GET'),
    async modelKey({ params, actor }) {
      const id = params.id ?? '';
      const key = isAgentId(id) ? await makeModelKey(parts, id, actorName(actor)) : null;
      if (key === null || !isAgentId(id))
        throw new Refused('not_found', `no agent \`${id.slice(0, 60)}\` is connected`, {
          hint: '`castellan agents` lists them',
        });
      return { agent: id, key };
    },
  };
}
