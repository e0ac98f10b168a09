// The tools by which agents meet scripts. INVARIANT: an agent proposes and runs; nothing here approves, and nothing here runs but
// what `toRun` gave a moment ago, or a source that reaches nothing (S7).
import {
  type AgentId,
  actorName,
  type JsonObject,
  runIdSchema,
  type ScriptErrorCode,
  scriptArgumentsSchema,
  scriptEvalRequestSchema,
} from '@castellan/contract';
import type { AskedUnder, OwnTool, OwnUse } from '@castellan/gateway';
import type { RunOwner, Scripts } from '../parts.ts';
import { SCRIPT_MODULE, SCRIPT_TOOLS } from './shown.ts';
import { briefly, failed, fromFault, isOwn, runTold, told, versionTold } from './told.ts';

const error = (code: ScriptErrorCode, message: string, hint?: string): JsonObject =>
  failed({ code, message, ...(hint !== undefined && { hint }), traceback: [] });
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const nameOf = (agent: AgentId): string => actorName({ kind: 'agent', agent });

/** @param under of a call that is open. */
type Under = (call: OwnUse['call']) => AskedUnder;
/** What is run belongs to who asked, and to the mode and the sub-agent they asked in. */
const ownerOf = ({ session, call }: OwnUse, under: Under): RunOwner => {
  return { agent: session.agent, task: session.task, session, under: under(call) };
};

async function propose({ life }: Scripts, { session, arguments: given, signal }: OwnUse): Promise<JsonObject> {
  const { agent, task } = session;
  const { name, source, note } = given;
  const proposed = await life.propose(
    { name: text(name), source: text(source), note: text(note), by: nameOf(agent), agent, task },
    signal,
  );
  if (!proposed.ok) return fromFault(proposed);
  const version = proposed.value;
  // Somebody else's bytes: what became of them is told where everybody sees it.
  if (!isOwn(version, agent) && version.state.kind !== 'approved')
    return error(
      'script_pending',
      'these very bytes were proposed by somebody else',
      'wait until a person has answered',
    );
  const waits = version.state.kind === 'pending';
  return told({
    script: version.script,
    ...versionTold(version),
    next: waits ? 'a person looks at it; ask for `script_status`' : 'this version was proposed before',
  });
}

function list({ life }: Scripts, { session: { agent } }: OwnUse): JsonObject {
  const scripts = life.names().flatMap((name) => {
    const approved = life.approved(name);
    const own = life.of(name).filter((version) => isOwn(version, agent) && version !== approved);
    if (approved === null && own.length === 0) return [];
    return [
      {
        script: name,
        runs: approved !== null,
        ...(approved !== null && { approved: briefly(approved) }),
        ...(own[0] !== undefined && { proposed: briefly(own[0]) }),
      },
    ];
  });
  return told({ scripts });
}

async function run({ life, runs }: Scripts, use: OwnUse, under: Under): Promise<JsonObject> {
  const { session, arguments: given, signal } = use;
  const args = scriptArgumentsSchema.safeParse(given.args);
  if (!args.success) return error('arguments_invalid', '`args` is no list of at most 32 values');
  const name = text(given.name);
  const visible = life.approved(name) !== null || life.of(name).some((version) => isOwn(version, session.agent));
  const found = visible
    ? await life.toRun(name)
    : ({ ok: false, error: { code: 'script_not_found', message: 'no such script', traceback: [] } } as const);
  if (!found.ok) return failed(found.error);
  const { version, source, loads } = found;
  const by = nameOf(session.agent);
  const request = { version, source, loads, args: args.data, by, owner: ownerOf(use, under) };
  if (given.wait !== false) return runTold(await runs.run({ ...request, kind: 'run', hostCalls: 'live' }, signal));
  // It goes on when this call is over: what ends it is its own limit, or whoever cancels it.
  const { run: begun } = await runs.start({ ...request, kind: 'run', hostCalls: 'live' }, new AbortController().signal);
  return runTold(begun);
}

async function status({ life, runs }: Scripts, { session: { agent }, arguments: given }: OwnUse): Promise<JsonObject> {
  const id = runIdSchema.safeParse(given.run);
  if (id.success) {
    const found = await runs.get(id.data);
    return found?.agent === agent ? runTold(found) : error('script_not_found', 'no such run of yours');
  }
  if (given.name === undefined)
    return error('arguments_invalid', '`name` or `run` is missing', 'say the name of a script, or of a run');
  const name = text(given.name);
  const versions = life.of(name).filter((version) => isOwn(version, agent) || version.state.kind === 'approved');
  if (versions.length === 0) return error('script_not_found', 'no such script', 'ask for `script_list`');
  return told({ script: name, runs: life.approved(name) !== null, versions: versions.map(versionTold) });
}

async function evaluate({ runs }: Scripts, use: OwnUse, under: Under): Promise<JsonObject> {
  const { session, arguments: given, signal } = use;
  const asked = scriptEvalRequestSchema.safeParse(given);
  if (!asked.success) {
    const [issue] = asked.error.issues;
    const where = issue?.path[0] === 'args' ? 'arguments_invalid' : 'script_invalid';
    return error(where, `\`${issue?.path.join('.') ?? ''}\`: ${issue?.message ?? 'is not as it should be'}`);
  }
  const { source, args } = asked.data;
  const request = { version: null, source, loads: [], args, by: nameOf(session.agent), owner: ownerOf(use, under) };
  return runTold(await runs.run({ ...request, kind: 'eval', hostCalls: 'none' }, signal));
}

/**
 * @param scripts asked at each use: the room is opened after the endpoint's host.
 * @param under how a call that is open was asked about.
 */
export function scriptTools(scripts: () => Scripts, under: Under): readonly OwnTool[] {
  const own = (
    definition: OwnTool['definition'],
    does: (scripts: Scripts, use: OwnUse, under: Under) => Promise<JsonObject> | JsonObject,
  ): OwnTool => ({
    module: SCRIPT_MODULE,
    definition,
    refused: (message) => error('call_refused', message),
    invalid: (message) => error('arguments_invalid', message, `look at the schema of \`${definition.name}\``),
    async run(use) {
      try {
        return await does(scripts(), use, under);
      } catch (thrown) {
        // The ledger or the machine: nothing was done that the agent could rely on.
        return error(
          'failed',
          thrown instanceof Error ? (thrown.message.split('\n')[0]?.slice(0, 300) ?? '') : 'unknown',
        );
      }
    },
  });
  return [
    own(SCRIPT_TOOLS.eval, evaluate),
    own(SCRIPT_TOOLS.list, list),
    own(SCRIPT_TOOLS.propose, propose),
    own(SCRIPT_TOOLS.run, run),
    own(SCRIPT_TOOLS.status, status),
  ];
}
