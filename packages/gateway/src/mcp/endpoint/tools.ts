// Tools: what the agent may ever use, and the use of one. INVARIANT: arguments are what the pinned schema wants before anyone
// decides about them, and what was decided is what is sent.
import { canonicalJson, type Definition, type JsonObject, type JsonValue, type Session } from '@castellan/contract';
import { argumentsChecker, type CheckArguments, RESULT_TOOL } from '../definitions/index.ts';
import type { HookCall, ScriptUse } from '../host.ts';
import type { Entry } from './catalogue.ts';
import { conduct } from './conduct.ts';
import { fault, invalidParams, METHOD_NOT_FOUND } from './faults.ts';
import { RESULT_TOOL_SHOWN } from './kept.ts';
import { isObject } from './object.ts';
import { outputFault } from './output.ts';
import { callOwn, ownTools } from './own.ts';
import { pageOf } from './page.ts';
import { toolResult } from './present.ts';
import { type Line, Run } from './run.ts';
import type { Seat } from './seat.ts';
import { checkToolResult } from './shape.ts';
import { shownPage } from './shown-pages.ts';
import { type Used, use } from './use.ts';

/** Entries of one kind that a session may ever use. */
export function offeredTo(seat: Seat, session: Session, entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ module, tool }) => seat.host.gate.offers(session, module.name, tool));
}

export async function listTools(seat: Seat, params: JsonObject): Promise<JsonObject> {
  const session = await seat.session();
  const offered = offeredTo(seat, session, seat.catalogue.entries.tool);
  const own = ownTools(seat, session).map((tool) => tool.definition.definition);
  const shown = [...offered.map((entry) => entry.shown), ...own, RESULT_TOOL_SHOWN];
  const page = pageOf(shown, (tool) => String(tool.name), params.cursor);
  if (page === null) throw invalidParams('the cursor is none of this list');
  return shownPage(seat.host.gate, seat.catalogue, 'tools', page.items, page.next);
}

export async function callTool(seat: Seat, line: Line, params: JsonObject): Promise<JsonObject> {
  const { name, arguments: args = {}, _meta: meta } = params;
  if (typeof name !== 'string') throw invalidParams('`name` is not a text');
  if (!isObject(args)) throw invalidParams('`arguments` is not an object');
  if (name === RESULT_TOOL) return rest(seat, args);
  const entry = seat.catalogue.tools.get(name);
  const session = await seat.session();
  const own = ownTools(seat, session).find((tool) => tool.definition.name === name);
  if (own !== undefined) {
    const wrong = wrongArguments(seat, name, own.definition, args);
    return wrong === null ? callOwn(seat, line, own, args, hookCallOf(meta)) : own.invalid(wrong);
  }
  if (entry === undefined || !seat.host.gate.offers(session, entry.module.name, entry.tool)) {
    seat.refused('tools/call', 'there is no such tool');
    throw invalidParams(`unknown tool \`${name.slice(0, 200)}\``);
  }
  const { module, definition } = entry;
  const wrong = wrongArguments(seat, name, definition, args);
  if (wrong !== null) return saying(wrong);
  const hookCall = hookCallOf(meta);
  const canonical = line.era === 'modern' ? canonicalJson({ name, arguments: args }) : '';
  return conduct(seat, line, module.name, canonical, async (run) =>
    answerOf(seat, line, entry, await useTool(seat, run, definition, args, hookCall)),
  );
}

/** What of them its schema does not take, in words; null: they are as it wants them. */
function wrongArguments(seat: Seat, name: string, definition: Definition, args: JsonObject): string | null {
  const faults = checkerOf(definition)(args);
  if (faults.length === 0) return null;
  seat.refused(`tools/call ${name}`, 'the arguments are not as its schema wants them');
  return faults.map(({ path, message }) => `\`${path}\`: ${message}`).join('\n');
}

/** A tool by its server's own name, for a script: what an agent's client would be given, whole. */
export async function runTool(seat: Seat, program: ScriptUse, name: string, args: JsonObject): Promise<Used> {
  const entry = seat.catalogue.tools.get(name);
  const session = await seat.session();
  if (entry === undefined || !seat.host.gate.offers(session, entry.module.name, entry.tool)) {
    seat.refused('tools/call', 'there is no such tool');
    return { kind: 'refused', message: 'there is no such tool' };
  }
  const { module, definition } = entry;
  const [wrong] = checkerOf(definition)(args);
  if (wrong !== undefined) return { kind: 'refused', message: `\`${wrong.path}\`: ${wrong.message}` };
  const run = seat.begin(new Run(module.name, '', lineOf(program), seat.now));
  try {
    return await useTool(seat, run, definition, args, undefined);
  } finally {
    seat.end(run);
  }
}

/** Nobody is there who could be asked or told anything on the way. */
const lineOf = (program: ScriptUse): Line => ({
  era: 'legacy',
  revision: '2025-11-25',
  capabilities: {},
  signal: program.signal,
  progressToken: undefined,
  logLevel: undefined,
  state: undefined,
  responses: undefined,
  program,
  notify: () => undefined,
  ask: (method) => Promise.reject(fault(METHOD_NOT_FOUND, `a script cannot be asked \`${method}\``)),
});

const useTool = (
  seat: Seat,
  run: Run,
  definition: Definition,
  args: JsonObject,
  hookCall: HookCall | undefined,
): Promise<Used> =>
  use(seat, run, {
    tool: definition.name,
    arguments: args,
    hookCall,
    pinned: definition,
    method: 'tools/call',
    params: (decided) => ({ name: definition.name, arguments: decided }),
    check: (result) => checkToolResult(result) ?? outputFault(definition, result),
  });

function answerOf(seat: Seat, line: Line, { module, definition }: Entry, used: Used): JsonObject {
  switch (used.kind) {
    case 'result':
      return toolResult(seat, line, module.name, definition, used.result);
    case 'refused':
    case 'failed':
      return saying(used.message);
    case 'error':
      throw fault(used.code, used.message, used.data);
  }
}

/** A refusal is a result, so that the model reads why. */
const saying = (text: string): JsonObject => ({ content: [{ type: 'text', text }], isError: true });

function rest(seat: Seat, args: JsonObject): JsonObject {
  const content = seat.kept.read(args.id, args.from);
  if (content === null) return saying('nothing is kept under this id any more; call the tool again');
  return seat.host.gate.hide({ content });
}

const checkers = new WeakMap<Definition, CheckArguments>();

function checkerOf(definition: Definition): CheckArguments {
  let checker = checkers.get(definition);
  if (checker === undefined) {
    checker = argumentsChecker(definition);
    checkers.set(definition, checker);
  }
  return checker;
}

/** The id that Claude Code and Codex give their hooks too, so that one call is asked about once. */
function hookCallOf(meta: JsonValue | undefined): HookCall | undefined {
  if (!isObject(meta)) return undefined;
  const claude = meta['claudecode/toolUseId'];
  const id = claude ?? meta.callId;
  if (typeof id !== 'string' || id.length > 200) return undefined;
  return { client: claude === undefined ? 'codex' : 'claude-code', id };
}
