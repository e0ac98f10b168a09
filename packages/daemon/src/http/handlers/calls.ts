// What agents do: ask about calls and report what came of them. An agent only ever sees its own.
import { canaryReply, refusalText } from '@castellan/agents';
import {
  type Actor,
  type AgentId,
  type CallId,
  callIdSchema,
  MAX_INPUT_BYTES,
  parseToolName,
} from '@castellan/contract';
import { sessionRecord } from '../../records/index.ts';
import { type Calls, type ClaudeCodeSurface, givenIn, type Parts } from '../../surfaces/index.ts';
import { badRequest, Refused } from '../answer.ts';
import { jsonOf } from '../body.ts';
import type { Handlers } from '../server.ts';

type CallHandlers = Pick<Handlers, 'check' | 'outcome' | 'call' | 'claudeHook' | 'canaryModel'>;

function agentOf(actor: Actor): AgentId {
  if (actor.kind === 'agent') return actor.agent;
  throw new Refused('not_permitted', 'only an agent can make calls');
}

function callId(params: { readonly [name: string]: string }): CallId {
  const id = callIdSchema.safeParse(params.id);
  if (id.success) return id.data;
  throw new Refused('not_found', 'no such call');
}

export function callHandlers(parts: Parts, calls: Calls, claude: ClaudeCodeSurface): CallHandlers {
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
    async claudeHook({ actor, request, headers, gone }) {
      const agent = agentOf(actor);
      const bytes = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      const json = jsonOf(bytes);
      if (json.kind === 'fault') return claude.refuse(agent, null, json.message);
      const event =
        typeof json.value === 'object' && json.value !== null && 'hook_event_name' in json.value
          ? json.value.hook_event_name
          : undefined;
      const reports = event === 'PostToolUse' || event === 'PostToolUseFailure';
      if (bytes.length > MAX_INPUT_BYTES && !reports)
        return claude.refuse(agent, json.value, `the input is larger than ${MAX_INPUT_BYTES} bytes`);
      try {
        return await claude.hook(agent, json.value, headers, gone);
      } catch (error) {
        // A status other than 200 is read as "no opinion" by a client that was not told to block on it.
        return claude.refuse(
          agent,
          json.value,
          `the gate failed: ${error instanceof Error ? error.message : 'unknown'}`,
        );
      }
    },
    canaryModel({ request, reply }) {
      const json = jsonOf(request.body instanceof Uint8Array ? request.body : new Uint8Array());
      const { contentType, text } = canaryReply(json.kind === 'json' ? json.value : null);
      reply.header('content-type', contentType);
      return text;
    },
  };
}
