// Codex's dialect of hooks. Its hooks cannot fail closed: it runs whatever an answer does not block in exactly one way. So a
// refusal is always exit 2 with text on stderr and nothing on stdout; every word of JSON here was tried on the real client,
// which takes an answer with a member it does not know for no answer at all.
import type { Decision, JsonObject, JsonValue } from '@castellan/contract';
import { refusalText } from '../../claude-code/hook/answers.ts';
import type { HookAnswer, HookDialect } from '../../hook/dialect.ts';
import type { HookEvent } from '../../hook/event.ts';
import { isObject } from '../../hook/plain-json.ts';
import { parseCodexHook } from './parse.ts';
import { CODEX_MODULE } from './tool-ref.ts';

const NO_PROMPT = 'castellan: this needs a yes of your user, and Codex has no way to ask for it';

export const codexDialect: HookDialect = {
  kind: 'codex',
  module: CODEX_MODULE,
  sent: { input: 'tool_input', output: 'tool_response' },
  callsChooseFolder: true,
  spelt: (name) => name.replaceAll('-', '_'),
  parse: parseCodexHook,
  given(body) {
    if (!isObject(body) || body.hook_event_name !== 'PostToolUse') return null;
    return { value: (body.tool_response ?? null) as JsonValue };
  },
  tool(decision) {
    switch (decision.kind) {
      case 'run':
        return printed(
          specific('PreToolUse', { permissionDecision: 'allow', updatedInput: decision.arguments, ...hints(decision) }),
        );
      // Codex takes `ask` for a yes.
      case 'ask':
        return blocked(NO_PROMPT);
      case 'refused':
        return blocked([refusalText(decision), hints(decision).additionalContext].filter((text) => text).join('\n'));
    }
  },
  // No answer is no yes: Codex then asks its own user, or refuses where there is none. With `updatedInput` it fails.
  permission: (decision) =>
    decision.kind === 'refused'
      ? printed(specific('PermissionRequest', { decision: { behavior: 'deny', message: refusalText(decision) } }))
      : printed({}),
  block: (_, message) => blocked(message),
  context(event, text) {
    const name = contextEvent(event);
    return printed(name === null ? {} : specific(name, { additionalContext: text }));
  },
  // A hook that blocks after the tool ran takes the place of what it gave, in code mode too.
  output: (_, output) => blocked(typeof output === 'string' ? output : JSON.stringify(output)),
  nothing: () => printed({}),
  refuse(body, message) {
    const event = isObject(body) ? body.hook_event_name : undefined;
    if (event === 'PermissionRequest')
      return printed(specific('PermissionRequest', { decision: { behavior: 'deny', message: orRefused(message) } }));
    return typeof event === 'string' && TOO_LATE.has(event) ? printed({}) : blocked(message);
  },
};

/** Nothing can be held back any more: exit 2 would make the client go on where it was to stop. */
const TOO_LATE: ReadonlySet<string> = new Set(['SessionStart', 'SessionEnd', 'SubagentStart', 'SubagentStop', 'Stop']);

const printed = (json: JsonObject): HookAnswer => ({ json, refusal: null });

const orRefused = (message: string): string => (message.trim() === '' ? 'castellan refused' : message);

/** Exit 2 without a text is a yes: there always is one. */
function blocked(message: string): HookAnswer {
  const reason = orRefused(message);
  return { json: { decision: 'block', reason }, refusal: reason };
}

const specific = (hookEventName: string, fields: JsonObject): JsonObject => ({
  hookSpecificOutput: { hookEventName, ...fields },
});

/** Guidelines that matched: advice beside the outcome, never part of it. */
function hints(decision: Decision): { readonly additionalContext?: string } {
  const advice = decision.reasons.filter((reason) => reason.part === 'advice');
  const lines = advice.map((reason) => `Castellan advises: ${reason.text}`);
  return lines.length === 0 ? {} : { additionalContext: lines.join('\n') };
}

/** The event of the client at which text is taken; null: it is not taken there. */
function contextEvent(event: HookEvent): string | null {
  switch (event.kind) {
    case 'session-start':
      return 'SessionStart';
    case 'subagent-start':
      return 'SubagentStart';
    case 'prompt':
      return 'UserPromptSubmit';
    case 'post-tool-use':
      return 'PostToolUse';
    case 'pre-tool-use':
    case 'permission-request':
    case 'config-change':
    case 'session-end':
    case 'subagent-stop':
    case 'expansion':
    case 'other':
      return null;
  }
}
