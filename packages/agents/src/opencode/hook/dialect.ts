// How our plug-in in OpenCode is answered: in JSON, with the members of Claude Code's hooks. There is no native question a
// plug-in could raise, so `ask` is no yes.
import type { Decision, JsonObject, JsonValue } from '@castellan/contract';
import {
  answerBlock,
  answerNothing,
  answerPreToolUse,
  refuseHook,
  refusePreToolUse,
} from '../../claude-code/hook/answers.ts';
import type { HookAnswer, HookDialect } from '../../hook/dialect.ts';
import { isJson, isObject } from '../../hook/plain-json.ts';
import { parseOpenCodeHook } from './parse.ts';
import { BUILT_IN_MODULE } from './tool-ref.ts';

const NOBODY = 'castellan: this call needs a person, and OpenCode cannot ask one';

/** The plug-in reads `json` alone; a refusal stands in it, too. */
const told = (json: JsonObject): HookAnswer => ({ json, refusal: null });

const tool = (decision: Decision): HookAnswer =>
  told(decision.kind === 'ask' ? refusePreToolUse(NOBODY) : answerPreToolUse(decision));

export const openCodeDialect: HookDialect = {
  kind: 'opencode',
  module: BUILT_IN_MODULE,
  sent: { input: 'tool_input', output: 'tool_response' },
  parse: (body) => parseOpenCodeHook(body),
  given(body) {
    if (!isObject(body) || !/^PostToolUse(Failure)?$/.test(String(body.hook_event_name))) return null;
    return { value: (body.tool_response ?? null) as JsonValue };
  },
  tool,
  permission: tool,
  block: (_, message) => told(answerBlock(message)),
  context: (event, text) =>
    told({ hookSpecificOutput: { hookEventName: contextName(event.kind), additionalContext: text } }),
  output: (_, output) =>
    told({ hookSpecificOutput: { hookEventName: 'PostToolUse', updatedToolOutput: shown(output) } }),
  nothing: () => told(answerNothing()),
  refuse: (body, message) => told(refuseHook(body, message)),
};

const contextName = (kind: string): string => (kind === 'subagent-start' ? 'SubagentStart' : 'SessionStart');

/** In the shape it came in; what was held back whole stands in every place the model could read. */
function shown(output: JsonValue): JsonObject {
  if (isObject(output)) return output as JsonObject;
  const [first] = Array.isArray(output) ? output : [];
  const text =
    isObject(first) && typeof first.text === 'string' && isJson(first.text) ? first.text : 'castellan: held back';
  return { title: '', output: text, error: text, metadata: {}, content: [{ type: 'text', text }] };
}
