// From the body of a hook request to an event. Strict where it matters: what cannot be understood is a fault, and the
// daemon answers a fault with a refusal. INVARIANT: never throws, whatever the body is.
import { faulty, type JsonObject, MAX_INPUT_BYTES, type Parsed, type Profile, parsed } from '@castellan/contract';
import { type ClaudeHookEvent, OTHER_EVENTS, type Subagent } from './event.ts';
import { isJson, isObject, jsonBytes, jsonFault } from './plain-json.ts';
import { parseToolRef } from './tool-ref.ts';

type Headers = { readonly [name: string]: string | undefined };
type Fields = { readonly [key: string]: unknown };

/** `cli` is what a terminal session sends (`sdk-cli` is `-p`); nothing else has a person who could answer a prompt. */
const isInteractive = (headers: Headers): boolean => headers['x-castellan-entrypoint'] === 'cli';

/** An event, or the first thing that is wrong with it. @param headers their names in lower case. */
export function parseClaudeHook(body: unknown, headers: Headers): Parsed<ClaudeHookEvent> {
  if (!isObject(body)) return faulty({ path: '', message: 'hook input is not an object' });
  const event = text(body, 'hook_event_name', 100);
  const session = text(body, 'session_id', 200);
  const cwd = text(body, 'cwd', 4096);
  if (!event.ok) return event;
  if (!session.ok) return session;
  if (!cwd.ok) return cwd;
  if (!cwd.value.startsWith('/') || cwd.value.includes('\0')) return wrong('cwd', 'is not an absolute path');
  const base = { session: session.value, cwd: cwd.value };
  const interactive = isInteractive(headers);
  switch (event.value) {
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
      return onTool(body, (use) => ({ ...base, ...use, ...outcome(body, event.value === 'PostToolUse') }));
    case 'UserPromptSubmit':
      return map(text(body, 'prompt', MAX_INPUT_BYTES, true), (value) => ({ ...base, kind: 'prompt', text: value }));
    case 'SessionStart':
      return map(text(body, 'source', 100), (source) => ({ ...base, kind: 'session-start', source, interactive }));
    case 'SessionEnd':
      return map(text(body, 'reason', 200), (reason) => ({ ...base, kind: 'session-end', reason }));
    case 'SubagentStart':
    case 'SubagentStop':
      return map(subagentOf(body), (subagent) =>
        subagent === undefined
          ? null
          : { ...base, kind: event.value === 'SubagentStart' ? 'subagent-start' : 'subagent-stop', subagent },
      );
    default:
      if (OTHER_EVENTS.has(event.value)) return parsed({ ...base, kind: 'other', event: event.value });
      return wrong('hook_event_name', 'is not an event this version knows', 'update castellan');
  }
}

interface Use {
  readonly module: string;
  readonly tool: string;
  readonly arguments: JsonObject;
  readonly subagent?: Subagent;
  readonly externalId?: string;
  readonly mode?: Profile;
}

/** The client's modes that forbid something. Its others (`acceptEdits`, `bypassPermissions`) loosen, which is not theirs to do. */
const MODES: ReadonlyMap<unknown, Profile> = new Map([['plan', 'plan']]);

function onTool(body: Fields, make: (use: Use) => ClaudeHookEvent): Parsed<ClaudeHookEvent> {
  const ref = parseToolRef(body.tool_name, body.mcp_server);
  if (!ref.ok) return ref;
  const input = body.tool_input;
  if (!isObject(input)) return wrong('tool_input', 'is not an object');
  const fault = jsonFault(input);
  if (fault !== null || !isJson(input)) return wrong('tool_input', fault ?? 'is not JSON');
  if (jsonBytes(input) > MAX_INPUT_BYTES) return wrong('tool_input', `is longer than ${MAX_INPUT_BYTES} bytes`);
  const subagent = subagentOf(body);
  if (!subagent.ok) return subagent;
  const id = body.tool_use_id === undefined ? parsed(undefined) : text(body, 'tool_use_id', 200);
  if (!id.ok) return id;
  const mode = MODES.get(body.permission_mode);
  return parsed(
    make({
      ...ref.value,
      arguments: input as JsonObject,
      ...(subagent.value === undefined ? {} : { subagent: subagent.value }),
      ...(id.value === undefined ? {} : { externalId: id.value }),
      ...(mode === undefined ? {} : { mode }),
    }),
  );
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

/** `agent_type` alone is how a session says which agent it was started as; only `agent_id` makes it a sub-agent. */
function subagentOf(body: Fields): Parsed<Subagent | undefined> {
  if (body.agent_id === undefined) return parsed(undefined);
  const id = text(body, 'agent_id', 200);
  if (!id.ok) return id;
  // The client's own helpers, compaction for one, have no type.
  if (body.agent_type === undefined || body.agent_type === '') return parsed({ id: id.value, type: 'unknown' });
  return map(text(body, 'agent_type', 200), (type) => ({ id: id.value, type }));
}

function text(body: Fields, key: string, max: number, mayBeEmpty = false): Parsed<string> {
  const value = body[key];
  if (typeof value !== 'string') return wrong(key, value === undefined ? 'is missing' : 'is not text');
  if (value === '' && !mayBeEmpty) return wrong(key, 'is empty');
  if (value.length > max) return wrong(key, `is longer than ${max} characters`);
  if (!value.isWellFormed()) return wrong(key, 'has a lone surrogate');
  return parsed(value);
}

const wrong = (path: string, what: string, hint?: string): Parsed<never> =>
  faulty({ path, message: `\`${path}\` ${what}`, ...(hint === undefined ? {} : { hint }) });

function map<A, B>(from: Parsed<A>, to: (value: A) => B | null): Parsed<B> {
  if (!from.ok) return from;
  const value = to(from.value);
  return value === null ? wrong('agent_id', 'is missing') : parsed(value);
}
