// What agents do: ask about calls and report what came of them. An agent only ever sees its own.
import { type CanaryApi, canaryReply, refusalText } from '@castellan/agents';
import { type Actor, type AgentId, type CallId, callIdSchema, parseToolName } from '@castellan/contract';
import { sessionRecord } from '../../records/index.ts';
import { type Calls, givenIn, type Parts } from '../../surfaces/index.ts';
import { badRequest, type Context, Refused } from '../answer.ts';
import { jsonOf } from '../body.ts';
import type { Handlers } from '../server.ts';

type CallHandlers = Pick<Handlers, 'check' | 'outcome' | 'call' | 'canaryModel' | 'canaryChat' | 'canaryResponses'>;

function agentOf(actor: Actor): AgentId {
  if (actor.kind === 'agent') return actor.agent;
  throw new Refused('not_permitted', 'only an agent can make calls');
}

function callId(params: { readonly [name: string]: string }): CallId {
  const id = callIdSchema.safeParse(params.id);
  if (id.success) return id.data;
  throw new Refused('not_found', 'no such call');
}

/** It plays what the prompt of an agent under test says, and keeps nothing of it. */
const canary =
  (api: CanaryApi): ((context: Context<unknown, unknown>) => string) =>
  ({ request, reply }) => {
    const json = jsonOf(request.body instanceof Uint8Array ? request.body : new Uint8Array());
    const { contentType, text } = canaryReply(api, json.kind === 'json' ? json.value : null);
    reply.header('content-type', contentType);
    return text;
  };

export function callHandlers(parts: Parts, calls: Calls): CallHandlers {
  return {
    async check({ actor, body, gone }) {
      const agent = agentOf(actor);
      const { input: _, ...around } = body;
      void parts.canaries.inHook(agent, parts.redactor.mentions(JSON.stringify(around)));
      const ref = parseToolName(body.tool, parts.agents.get(agent)?.kind ?? 'other');
      if (!ref.ok) throw badRequest(ref.faults);
      if (!body.cwd.startsWith('/')) throw new Refused('bad_request', '`cwd`: not an absolute path');
      const { session, fresh } = await parts.work.session({
        agent,
        externalId: body.session,
        cwd: body.cwd,
        interactive: false,
        ...(body.task !== undefined && { task: parts.redactor.text(body.task) }),
      });
      if (fresh) await parts.records.record(sessionRecord(session, 'started', parts.clock.now(), session.workspace));
      parts.limits.turn(session, body.turn);
      const { cwd, callId: externalId, mode } = body;
      const decision = await calls.check(
        { session, ...ref.value, arguments: body.input, cwd, origin: 'api', externalId, mode },
        gone,
      );
      return decision.kind === 'refused' ? { ...decision, message: refusalText(decision) } : decision;
    },
    async outcome({ actor, params, body }) {
      const given = givenIn(parts, body.result, body.text);
      if (await calls.finish(agentOf(actor), { id: callId(params) }, { ...body, given })) return { recorded: true };
      throw new Refused('not_found', 'no such call of this agent is open', { hint: 'an outcome is reported once' });
    },
    async call({ actor, params }) {
      const found = await parts.records.query({ call: callId(params), limit: 50 });
      const records = found.map(({ record }) => record);
      const attempt = records.find((record) => record.kind === 'attempt');
      const own = actor.kind !== 'agent' || attempt?.agent === actor.agent;
      if (attempt === undefined || !own)
        throw new Refused('not_found', 'no such call', { hint: '`castellan log` lists calls' });
      return { attempt, records };
    },
    canaryModel: canary('messages'),
    canaryChat: canary('chat'),
    canaryResponses: canary('responses'),
  };
}
