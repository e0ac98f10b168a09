// Claude Code's dialect of hooks. By HTTP it is told everything in JSON; by a command a refusal ends it with exit 2, which
// blocks in this client whatever else goes wrong. A `refusal` is set wherever the event can still be held back that way.
import type { Decision, JsonObject, JsonValue } from '@castellan/contract';
import type { HookAnswer, HookDialect } from '../../hook/dialect.ts';
import type { HookEvent } from '../../hook/event.ts';
import { isObject } from '../../hook/plain-json.ts';
import { projectFault } from '../settings/project-runs.ts';
import {
  answerBlock,
  answerContext,
  answerNothing,
  answerPermissionRequest,
  answerPreToolUse,
  answerToolOutput,
  type ContextEvent,
  refuseHook,
} from './answers.ts';
import { expandedUses, expansionOf } from './expansion.ts';
import { parseClaudeHook } from './parse.ts';
import { BUILT_IN_MODULE } from './tool-ref.ts';

export const claudeCodeDialect: HookDialect = {
  kind: 'claude-code',
  module: BUILT_IN_MODULE,
  sent: { input: 'tool_input', output: 'tool_response' },
  parse: parseClaudeHook,
  fault: projectFault,
  async expanded(event) {
    const what = expansionOf(event);
    return what === null ? [] : expandedUses(what, event.cwd);
  },
  given(body) {
    if (!isObject(body) || body.hook_event_name !== 'PostToolUse') return null;
    return { value: (body.tool_response ?? null) as JsonValue };
  },
  tool: (decision: Decision) => {
    const json = answerPreToolUse(decision);
    return decision.kind === 'refused' ? refusal(json) : printed(json);
  },
  // Told in JSON even where it is no: with exit 2 the client's own user may still be asked.
  permission: (decision) => printed(answerPermissionRequest(decision)),
  block: (_, message) => refusal(answerBlock(message)),
  context: (event, text) => {
    const name = contextEvent(event);
    return printed(name === null ? answerNothing() : answerContext(name, text));
  },
  output: (_, output: JsonValue) => printed(answerToolOutput(output)),
  nothing: () => printed(answerNothing()),
  refuse: (body, message) => refusal(refuseHook(body, message)),
};

/** By its reason, where the event has one; a permission's refusal has none and is told in JSON. */
const refusal = (json: JsonObject): HookAnswer => ({ json, refusal: reasonIn(json) });
const printed = (json: JsonObject): HookAnswer => ({ json, refusal: null });

function reasonIn(json: JsonObject): string | null {
  if (typeof json.reason === 'string') return json.reason;
  const told = json.hookSpecificOutput as JsonObject | undefined;
  const reason = told?.permissionDecisionReason;
  return typeof reason === 'string' ? reason : null;
}

/** The event of the client at which text is taken; null: it is not taken there. */
function contextEvent(event: HookEvent): ContextEvent | null {
  switch (event.kind) {
    case 'session-start':
      return 'SessionStart';
    case 'prompt':
      return 'UserPromptSubmit';
    case 'subagent-start':
      return 'SubagentStart';
    case 'post-tool-use':
      return event.ok ? 'PostToolUse' : 'PostToolUseFailure';
    case 'pre-tool-use':
    case 'permission-request':
    case 'config-change':
    case 'expansion':
    case 'session-end':
    case 'subagent-stop':
    case 'other':
      return null;
  }
}
