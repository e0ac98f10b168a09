// What a server asks of the client's user or model: a call like any other, decided before the client hears of it. INVARIANT: a
// person who is shown a form sees which module asks and where a link leads; no answer that holds a known secret goes back.
import { canonicalJson, type JsonObject, type JsonValue, MCP_TOOLS, type McpTool } from '@castellan/contract';
import { decided } from './decided.ts';
import { fault, INVALID_PARAMS, METHOD_NOT_FOUND, REFUSED, TOO_MUCH } from './faults.ts';
import type { Run } from './run.ts';
import type { Seat } from './seat.ts';
import { answerFault } from './shape.ts';

const ASKS: ReadonlyMap<string, { readonly tool: McpTool; readonly capability: string }> = new Map([
  ['elicitation/create', { tool: MCP_TOOLS.elicitation, capability: 'elicitation' }],
  ['sampling/createMessage', { tool: MCP_TOOLS.sampling, capability: 'sampling' }],
  ['roots/list', { tool: MCP_TOOLS.roots, capability: 'roots' }],
]);

/**
 * Asks the client what a server wants to know, if the gate lets it.
 * @throws ProtocolError what the server is answered when it may not, or the client cannot.
 */
export async function askClient(
  seat: Seat,
  run: Run,
  method: string,
  params: JsonObject,
  signal: AbortSignal,
  own: string | null = null,
): Promise<JsonObject> {
  const known = ASKS.get(method);
  if (known === undefined) throw fault(METHOD_NOT_FOUND, `\`${method}\` is not passed on`);
  // The server was told that we can all of it: what this client lacks it hears here, in words and with the code of its case.
  const lacks = clientLacks(run.line.capabilities, known.capability, params);
  if (lacks === known.capability) throw fault(METHOD_NOT_FOUND, `the client cannot be asked \`${method}\``);
  if (lacks !== null) throw fault(INVALID_PARAMS, `the client cannot be asked \`${method}\` with ${lacks}`);
  if (!run.mayAsk()) throw fault(TOO_MUCH, 'the server asks the client too much during one call');
  const asked = argumentsOf(method, params);
  if (typeof asked === 'string') throw fault(INVALID_PARAMS, asked);
  const ends = AbortSignal.any([signal, run.signal]);
  const attempt = { session: await seat.session(), module: run.module, tool: known.tool, arguments: asked };
  const decision = await decided(seat, run, attempt, ends);
  if (decision.kind !== 'run') return refusal(method, decision.message);
  const began = seat.host.clock.now();
  const finish = (status: 'succeeded' | 'failed' | 'interrupted', text?: string, result?: JsonObject) =>
    seat.host.gate.finish(seat.agent, decision.call, {
      status,
      durationMs: seat.host.clock.now() - began,
      ...(text === undefined ? {} : { text }),
      ...(result === undefined ? {} : { result }),
    });
  let answer: JsonObject;
  try {
    const shown = seat.host.gate.hide(shownTo(seat, run.module, method, decision.arguments));
    answer = await run.ask(method, shown, ends, own !== null && seat.host.gate.hide(own) === own ? own : null);
  } catch (error) {
    await finish(
      ends.aborted ? 'interrupted' : 'failed',
      ends.aborted ? 'the call is over' : 'the client did not answer',
    );
    throw error;
  }
  const wrong = answerFault(method, answer) ?? secretFault(seat, answer);
  if (wrong !== null) {
    await finish('failed', wrong);
    throw fault(REFUSED, `the answer of the client is not passed on: ${wrong}`);
  }
  await finish('succeeded', undefined, answer);
  return answer;
}

function secretFault(seat: Seat, answer: JsonObject): string | null {
  const hidden = seat.host.gate.hide(answer);
  return hidden === answer || canonicalJson(hidden) === canonicalJson(answer) ? null : 'it holds a known secret';
}

/** A server hears `decline` as it would of a person; the others have no such word. */
function refusal(method: string, message: string): JsonObject {
  if (method === 'elicitation/create') return { action: 'decline' };
  throw fault(REFUSED, message);
}

/** The members that decide anything, typed; a text: what is wrong with them. */
function argumentsOf(method: string, params: JsonObject): JsonObject | string {
  const { _meta, task: _task, ...rest } = params;
  if (method === 'roots/list') return {};
  if (method === 'sampling/createMessage') {
    if (!Array.isArray(rest.messages)) return '`messages` is not a list';
    return typeof rest.maxTokens === 'number' ? rest : '`maxTokens` is not a number';
  }
  if (typeof rest.message !== 'string') return '`message` is not a text';
  if (rest.mode === 'url') return hostOf(rest.url) === null ? '`url` is no address of the web' : rest;
  if (rest.mode !== undefined && rest.mode !== 'form') return '`mode` is neither `form` nor `url`';
  return typeof rest.requestedSchema === 'object' && rest.requestedSchema !== null
    ? rest
    : '`requestedSchema` is not an object';
}

function shownTo(seat: Seat, module: string, method: string, params: JsonObject): JsonObject {
  if (method !== 'elicitation/create') return params;
  const title = seat.host.modules.get(module)?.title ?? module;
  const who = title === module ? `[${module}]` : `[${title} (${module})]`;
  const where = params.mode === 'url' ? ` asks you to open ${hostOf(params.url) ?? 'an address'}:` : '';
  return { ...params, message: `${who}${where} ${String(params.message)}` };
}

/** Host and port of an address that a browser may open; anything else is none. */
function hostOf(url: JsonValue | undefined): string | null {
  if (typeof url !== 'string') return null;
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:')) return null;
  return parsed.username === '' && parsed.password === '' && parsed.host !== '' ? parsed.host : null;
}

/** What of this the client did not say that it can; null: it can. */
function clientLacks(capabilities: JsonObject, name: string, params: JsonObject): string | null {
  const declared = capabilities[name];
  if (typeof declared !== 'object' || declared === null) return name;
  const modes = declared as JsonObject;
  if (name === 'elicitation') {
    if (params.mode === 'url') return modes.url === undefined ? 'mode `url`' : null;
    return modes.form === undefined && modes.url !== undefined ? 'mode `form`' : null;
  }
  const wantsTools = name === 'sampling' && (params.tools !== undefined || params.toolChoice !== undefined);
  return wantsTools && modes.tools === undefined ? '`tools`' : null;
}
