// `tools.call` for a script: the call that its agent's client would make, with everything that holds for that, and who it really
// is: which version of which script, in which run.
import type { Decision, HostReply, JsonObject, JsonValue, ToolHostCall } from '@castellan/contract';
import { verdictOf } from './noted.ts';
import { filledValue, secretsIn, textsOf, withPlaces } from './place.ts';
import { NEW_DAY } from './quota.ts';
import { valuesOf, whyNone } from './secrets.ts';
import { wasGiven } from './stand-ins.ts';
import { foreseen, type HostRun, refused, type Turn } from './turn.ts';

/** Of what a tool says, more than a note keeps. */
const NOTED = 4_000;

const secretsOf = (args: JsonObject): readonly string[] => secretsIn(...textsOf(args));

export async function tool(run: HostRun, turn: Turn, call: ToolHostCall): Promise<HostReply> {
  const { module, tool: name } = call;
  const called = `${module}/${name}`;
  const note = run.noted.begin('tool', called);
  const stop = (text: string, reply: HostReply): HostReply => {
    note.end('refused', text);
    return reply;
  };
  if (!run.version.capabilities.tools.includes(called)) {
    const text = `tool \`${called}\` is not declared by this version`;
    return stop(
      text,
      refused('capability_missing', `tools.call: ${text}`, 'name it in `@tools`; a person approves that'),
    );
  }
  const args = objectOf(withPlaces(call.arguments, 'text'));
  if (args === null) return stop('no object', refused('program_failed', 'tools.call: the arguments are no object'));
  const host = run.serverHost(module);
  if (host === undefined) {
    const text = `there is no server of module \`${module}\``;
    return stop(text, refused('call_refused', `tools.call: ${text}`));
  }
  const to = { host, module };
  if (run.mode !== 'live') {
    const { outcome, text } = foreseen(run, module, name, args);
    note.decided(outcome);
    const none = whyNone(run.secrets, secretsOf(args), to);
    const told = none === null ? text : `${text}; ${none}`;
    if (run.mode === 'refused')
      return stop(
        `a test run that refuses; ${told}`,
        refused('call_refused', 'tools.call: this test run refuses every call'),
      );
    const given = run.standIns.next();
    note.end('recorded', `${told}${wasGiven(given)}`);
    return { kind: 'value', value: given === null ? {} : run.exits.keep(given.value) };
  }
  const none = run.quota.call();
  if (none !== null) return stop(none, refused('quota_exceeded', none, NEW_DAY));
  const used = await run.useTool(run.session, module, name, args, {
    script: run.script,
    under: run.under,
    signal: turn.signal,
    waiting: (answer) => turn.waiting(answer),
    decided: (decision: Decision) => note.decided(verdictOf(decision), decision.call),
    async fillIn(decided) {
      const gone = run.gone();
      if (gone !== null) return gone;
      const names = secretsOf(decided);
      if (names.length === 0) return decided;
      const values = await valuesOf(run.secrets, names, to);
      // A value was waited for, and a person may have said no meanwhile.
      const late = run.gone();
      if (late !== null) return late;
      return values.ok ? (filledValue(decided, values.values) as JsonObject) : `${values.message}: ${values.hint}`;
    },
  });
  if (!('result' in used)) {
    const code = used.kind === 'refused' ? 'call_refused' : 'program_failed';
    return stop(used.message, refused(code, `tools.call \`${called}\`: ${used.message}`));
  }
  const { result } = used;
  run.quota.received(Buffer.byteLength(JSON.stringify(result)));
  const value = answered(result);
  if (result.isError === true) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    // Redacted already; what is kept of it is short.
    note.end('live', `it failed: ${text.slice(0, NOTED)}`);
    return refused('program_failed', `tools.call \`${called}\`: it failed: ${text}`);
  }
  note.end('live', `${JSON.stringify(value).length} characters`);
  return { kind: 'value', value };
}

function objectOf(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as JsonValue;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
  } catch {
    return null;
  }
}

/** Structured where the server says so; else its text; else everything it gave. */
function answered({ structuredContent, content }: JsonObject): JsonValue {
  if (structuredContent !== undefined) return structuredContent;
  const blocks = Array.isArray(content) ? (content as readonly JsonObject[]) : [];
  const texts = blocks.flatMap(({ type, text }) => (type === 'text' && typeof text === 'string' ? [text] : []));
  return texts.length === blocks.length ? texts.join('\n') : blocks;
}
