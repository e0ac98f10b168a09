// Prompts and completion. Getting a prompt is a call of the road, and so is what a server completes.
import { canonicalJson, type JsonObject, type JsonValue, MCP_TOOLS, type Session } from '@castellan/contract';
import type { Entry } from './catalogue.ts';
import { conduct } from './conduct.ts';
import { fault, invalidParams, TOO_MUCH } from './faults.ts';
import { fits } from './kept.ts';
import { RESULT_CHARS } from './limits.ts';
import { isObject } from './object.ts';
import { page, usedOr } from './resources.ts';
import type { Line, Run } from './run.ts';
import type { Seat } from './seat.ts';
import { checkCompletion, checkPrompt } from './shape.ts';
import type { Use } from './use.ts';

export async function listPrompts(seat: Seat, params: JsonObject): Promise<JsonObject> {
  return page(seat, 'prompt', 'prompts', params);
}

export async function getPrompt(seat: Seat, line: Line, params: JsonObject): Promise<JsonObject> {
  const { name, arguments: args = {} } = params;
  if (typeof name !== 'string') throw invalidParams('`name` is not a text');
  if (!isObject(args)) throw invalidParams('`arguments` is not an object');
  const entry = seat.catalogue.prompts.get(name);
  if (entry === undefined || !offers(seat, await seat.session(), entry, MCP_TOOLS.getPrompt)) {
    seat.refused('prompts/get', 'there is no such prompt');
    throw invalidParams(`unknown prompt \`${name.slice(0, 200)}\``);
  }
  const faults = argumentFaults(entry, args);
  if (faults !== null) throw invalidParams(faults);
  const canonical = line.era === 'modern' ? canonicalJson({ name, arguments: args }) : '';
  const { module, definition } = entry;
  return conduct(seat, line, module.name, canonical, (run) =>
    short(seat, run, {
      tool: MCP_TOOLS.getPrompt,
      arguments: { name: definition.name, arguments: args },
      hookCall: undefined,
      pinned: definition,
      method: 'prompts/get',
      params: (decided) => decided,
      check: checkPrompt,
    }),
  );
}

export async function complete(seat: Seat, line: Line, params: JsonObject): Promise<JsonObject> {
  const { ref, argument, context } = params;
  if (!isObject(ref) || !isObject(argument)) throw invalidParams('`ref` or `argument` is not an object');
  const entry = referred(seat, ref);
  if (entry === undefined || !offers(seat, await seat.session(), entry, MCP_TOOLS.complete)) {
    seat.refused('completion/complete', 'there is nothing of this name');
    throw invalidParams('`ref` names no prompt and no resource template');
  }
  const { module, definition } = entry;
  const { kind, name } = definition;
  if (module.lock.capabilities.completions === undefined) return { completion: { values: [] } };
  const own: JsonObject = kind === 'prompt' ? { type: 'ref/prompt', name } : { type: 'ref/resource', uri: name };
  const asked: JsonObject = { ref: own, argument, ...(isObject(context) ? { context } : {}) };
  // The spec has no way to be asked back during completion, in any revision.
  return conduct(seat, { ...line, era: 'legacy' }, module.name, '', (run) =>
    short(seat, run, {
      tool: MCP_TOOLS.complete,
      arguments: asked,
      hookCall: undefined,
      pinned: definition,
      method: 'completion/complete',
      params: (decided) => decided,
      check: checkCompletion,
    }),
  );
}

/** Neither can be read on later, so what is too long is refused. */
async function short(seat: Seat, run: Run, what: Use): Promise<JsonObject> {
  const result = await usedOr(seat, run, what);
  if (!fits(result, RESULT_CHARS)) throw fault(TOO_MUCH, `the answer is longer than ${RESULT_CHARS} characters`);
  return result;
}

const offers = (seat: Seat, session: Session, { module }: Entry, tool: string): boolean =>
  seat.host.gate.offers(session, module.name, tool);

function referred(seat: Seat, ref: JsonObject): Entry | undefined {
  const { catalogue } = seat;
  if (ref.type === 'ref/prompt') return catalogue.prompts.get(String(ref.name));
  return catalogue.entries.template.find(({ shownAs }) => shownAs === ref.uri);
}

/** A prompt's arguments are texts by name: those it has, and all it must have. */
function argumentFaults({ definition }: Entry, args: JsonObject): string | null {
  const known = new Map<JsonValue | undefined, JsonObject>();
  const declared = definition.definition.arguments;
  for (const one of Array.isArray(declared) ? (declared as readonly JsonValue[]) : []) {
    if (isObject(one)) known.set(one.name, one);
  }
  for (const [name, value] of Object.entries(args)) {
    if (!known.has(name)) return `the prompt has no argument \`${name.slice(0, 200)}\``;
    if (typeof value !== 'string') return `the argument \`${name}\` is not a text`;
  }
  for (const [name, one] of known) {
    if (one.required === true && !Object.hasOwn(args, String(name)))
      return `the argument \`${String(name)}\` is missing`;
  }
  return null;
}
