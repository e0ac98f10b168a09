// From the body of a Codex hook to an event. Strict where it matters: what cannot be understood is a fault, and the daemon
// answers a fault with a refusal. INVARIANT: never throws, whatever the body is.
import { faulty, MAX_INPUT_BYTES, type Parsed, parsed, type ToolRef } from '@castellan/contract';
import type { HookEvent, Subagent } from '../../hook/event.ts';
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
import { parseCodexTool } from './tool-ref.ts';

/** Known events that need nothing of us. Any other name is a fault: a new event may carry a call we would not see. */
const OTHER: ReadonlySet<string> = new Set(['Stop', 'PreCompact', 'PostCompact', 'Interrupt']);

/** An event, or the first thing that is wrong with it. */
export function parseCodexHook(body: unknown): Parsed<HookEvent> {
  if (!isObject(body)) return faulty({ path: '', message: 'hook input is not an object' });
  // The session of a sub-agent is the one that started it; the folder of a command is the one it is to run in, which the model may
  // choose.
  const told = baseFields(body);
  if (!told.ok) return told;
  const subagent = subagentField(body);
  if (!subagent.ok) return subagent;
  const { event, ...base } = told.value;
  const of = subagent.value;
  switch (event) {
    case 'PreToolUse':
      return onTool(body, of, (use) => ({ ...base, kind: 'pre-tool-use', ...use, interactive: false }));
    case 'PermissionRequest':
      return onTool(body, of, ({ externalId: _, ...use }) => ({
        ...base,
        kind: 'permission-request',
        ...use,
        interactive: false,
      }));
    case 'PostToolUse':
      return onTool(body, of, (use) => ({ ...base, ...use, ...outcome(body) }));
    case 'UserPromptSubmit':
      // What starts a sub-agent is the model's word, not the user's.
      if (of !== undefined) return parsed({ ...base, kind: 'other', event: event });
      return mapped(textField(body, 'prompt', MAX_INPUT_BYTES, true), (value) => ({
        ...base,
        kind: 'prompt',
        text: value,
        uses: [],
      }));
    case 'SessionStart':
      return mapped(textField(body, 'source', 100), (source) => ({
        ...base,
        kind: 'session-start',
        source,
        interactive: false,
      }));
    case 'SessionEnd':
      return mapped(textField(body, 'reason', 200), (reason) => ({ ...base, kind: 'session-end', reason }));
    case 'SubagentStart':
    case 'SubagentStop':
      if (of === undefined) return wrong('agent_id', 'is missing');
      return parsed({
        ...base,
        kind: event === 'SubagentStart' ? 'subagent-start' : 'subagent-stop',
        subagent: of,
      });
    default:
      if (OTHER.has(event)) return parsed({ ...base, kind: 'other', event: event });
      return wrong('hook_event_name', 'is not an event this version knows', 'update castellan');
  }
}

type Use = ToolRef & UseFields & { readonly subagent?: Subagent };

function onTool(body: Fields, subagent: Subagent | undefined, make: (use: Use) => HookEvent): Parsed<HookEvent> {
  const ref = parseCodexTool(body.tool_name);
  if (!ref.ok) return ref;
  return mapped(useFields(body), (use) =>
    make({ ...ref.value, ...use, ...(subagent === undefined ? {} : { subagent }) }),
  );
}

/** What came of a tool. It already ran: nothing here may be refused for its size or spelling, or the outcome is lost. */
function outcome(body: Fields) {
  const given = body.tool_response ?? null;
  const response = isJson(given) ? given : null;
  const oversized = response !== null && jsonBytes(response) > MAX_INPUT_BYTES;
  return {
    kind: 'post-tool-use' as const,
    // Of a command Codex does not say how it ended; of a server's tool it does.
    ok: !(isObject(given) && given.isError === true),
    interrupted: false,
    response: oversized ? null : response,
    oversized,
  };
}
