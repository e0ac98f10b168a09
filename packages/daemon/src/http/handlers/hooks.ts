// Hooks of agents: bytes in, the client's own answer out, as JSON or as a hook command of ours asks for it. INVARIANT: whatever
// goes wrong is a refusal with status 200: any other status reads as "no opinion" to a client that was not told to block on it.
import { type HookAnswer, hookDialects, PLAIN_ANSWER, plainAnswer } from '@castellan/agents';
import type { Actor, AgentId } from '@castellan/contract';
import { type HookHost, HookSurface } from '../../surfaces/index.ts';
import { type Context, Refused } from '../answer.ts';
import { jsonOf } from '../body.ts';
import type { Handlers } from '../server.ts';

type HookHandlers = Pick<Handlers, 'claudeHook' | 'codexHook' | 'openCodeHook'>;

function agentOf(actor: Actor): AgentId {
  if (actor.kind === 'agent') return actor.agent;
  throw new Refused('not_permitted', 'only an agent has hooks');
}

async function answered(
  surface: HookSurface,
  { actor, request, headers, gone }: Context<unknown, unknown>,
): Promise<HookAnswer> {
  const agent = agentOf(actor);
  const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
  const json = jsonOf(body);
  if (json.kind === 'fault') return surface.refuse(agent, null, json.message);
  try {
    return await surface.hook(agent, { body: json.value, bytes: body.length, headers }, gone);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    return surface.refuse(agent, json.value, `the gate failed: ${why}`);
  }
}

export function hookHandlers(host: HookHost): HookHandlers {
  const of = (kind: keyof typeof hookDialects): ((context: Context<unknown, unknown>) => Promise<unknown>) => {
    const surface = new HookSurface(host, hookDialects[kind]);
    return async (context) => {
      const answer = await answered(surface, context);
      if (context.headers.accept !== PLAIN_ANSWER) return answer.json;
      context.reply.header('content-type', PLAIN_ANSWER);
      return plainAnswer(answer);
    };
  };
  return { claudeHook: of('claude-code'), codexHook: of('codex'), openCodeHook: of('opencode') };
}
