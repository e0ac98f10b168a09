// From the body of a hook request to an event. Strict where it matters: what cannot be understood is a fault, and the
// daemon answers a fault with a refusal. INVARIANT: never throws, whatever the body is.
import { faulty, MAX_INPUT_BYTES, type Parsed, parsed, type ToolRef } from '@castellan/contract';
import { type HookEvent, type ImpliedUse, OTHER_EVENTS, type Subagent } from '../../hook/event.ts';
import {
  baseFields,
  type Fields,
  mapped,
  subagentField,
  textField,
  type UseFields,
  useFields,
  wrong,
} from '../../hook/fields.ts';
import { isJson, isObject, jsonBytes } from '../../hook/plain-json.ts';
import { mentioned, mentions } from './mentions.ts';
import { parseToolRef } from './tool-ref.ts';

type Headers = { readonly [name: string]: string | undefined };

/** `cli` is what a terminal session sends (`sdk-cli` is `-p`); nothing else has a person who could answer a prompt. */
const isInteractive = (headers: Headers): boolean => headers['x-castellan-entrypoint'] === 'cli';

/** An event, or the first thing that is wrong with it. @param headers their names in lower case. */
export function parseClaudeHook(body: unknown, headers: Headers): Parsed<HookEvent> {
  if (!isObject(body)) return faulty({ path: '', message: 'hook input is not an object' });
  const told = baseFields(body);
  if (!told.ok) return told;
  const { event, ...base } = told.value;
  const interactive = isInteractive(headers);
  switch (event) {
    case 'PreToolUse':
      return onTool(body, (use) => ({ ...base, kind: 'pre-tool-use', ...use, interactive }));
    case 'PermissionRequest':
      return onTool(body, ({ externalId: _, ...use }) => ({
        ...base,
        kind: 'permission-request',
        ...use,
        interactive,
      }));
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return onTool(body, (use) => ({ ...base, ...use, ...outcome(body, event === 'PostToolUse') }));
    case 'UserPromptSubmit':
      return mapped(textField(body, 'prompt', MAX_INPUT_BYTES, true), (value) => ({
        ...base,
        kind: 'prompt',
        text: value,
        uses: mentions(value),
      }));
    case 'UserPromptExpansion':
      return mapped(textField(body, 'command_name', 1000), (name) => ({
        ...base,
        kind: 'expansion',
        name,
        args: typeof body.command_args === 'string' ? body.command_args : '',
        isProjects: body.command_source === 'projectSettings',
      }));
    case 'SessionStart':
      return mapped(textField(body, 'source', 100), (source) => ({
        ...base,
        kind: 'session-start',
        source,
        interactive,
      }));
    case 'ConfigChange':
      return mapped(textField(body, 'source', 100), (source) => ({
        ...base,
        kind: 'config-change',
        source,
        path: typeof body.file_path === 'string' ? body.file_path.toWellFormed() : null,
      }));
    case 'SessionEnd':
      return mapped(textField(body, 'reason', 200), (reason) => ({ ...base, kind: 'session-end', reason }));
    case 'SubagentStart':
    case 'SubagentStop': {
      const subagent = subagentField(body);
      if (!subagent.ok) return subagent;
      if (subagent.value === undefined) return wrong('agent_id', 'is missing');
      const kind = event === 'SubagentStart' ? 'subagent-start' : 'subagent-stop';
      return parsed({ ...base, kind, subagent: subagent.value });
    }
    default:
      if (OTHER_EVENTS.has(event)) return parsed({ ...base, kind: 'other', event: event });
      return wrong('hook_event_name', 'is not an event this version knows', 'update castellan');
  }
}

type Use = ToolRef & UseFields & { readonly subagent?: Subagent; readonly uses?: readonly ImpliedUse[] };

function onTool(body: Fields, make: (use: Use) => HookEvent): Parsed<HookEvent> {
  const ref = parseToolRef(body.tool_name, body.mcp_server);
  if (!ref.ok) return ref;
  const use = useFields(body);
  if (!use.ok) return use;
  return mapped(subagentField(body), (subagent) => {
    const uses = mentioned(ref.value, use.value.arguments);
    return make({
      ...ref.value,
      ...use.value,
      ...(subagent === undefined ? {} : { subagent }),
      ...(uses.length === 0 ? {} : { uses }),
    });
  });
}

/** What came of a tool. It already ran: nothing here may be refused for its size or spelling, or the outcome is lost. */
function outcome(body: Fields, ok: boolean) {
  const given = ok ? (body.tool_response ?? null) : null;
  const response = isJson(given) ? given : null;
  const oversized = response !== null && jsonBytes(response) > MAX_INPUT_BYTES;
  const interrupted = ok ? isObject(given) && given.interrupted === true : body.is_interrupt === true;
  const ms = body.duration_ms;
  return {
    kind: 'post-tool-use' as const,
    ok,
    interrupted,
    response: oversized ? null : response,
    oversized,
    ...(typeof body.error === 'string' ? { error: body.error.toWellFormed() } : {}),
    ...(typeof ms === 'number' && Number.isFinite(ms) && ms >= 0 ? { durationMs: ms } : {}),
  };
}
