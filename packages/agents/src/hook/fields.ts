// What hooks of all clients have in common: fields read strictly, and the parts of a tool's use. INVARIANT: what cannot be understood is
// a fault that names its field; nothing here throws.
import { faulty, type JsonObject, MAX_INPUT_BYTES, type Parsed, type Profile, parsed } from '@castellan/contract';
import type { Subagent } from './event.ts';
import { isJson, isObject, jsonBytes, jsonFault } from './plain-json.ts';

export type Fields = { readonly [key: string]: unknown };

export const wrong = (path: string, what: string, hint?: string): Parsed<never> =>
  faulty({ path, message: `\`${path}\` ${what}`, ...(hint === undefined ? {} : { hint }) });

export const mapped = <A, B>(from: Parsed<A>, to: (value: A) => B): Parsed<B> =>
  from.ok ? parsed(to(from.value)) : from;

export function textField(body: Fields, key: string, max: number, mayBeEmpty = false): Parsed<string> {
  const value = body[key];
  if (typeof value !== 'string') return wrong(key, value === undefined ? 'is missing' : 'is not text');
  if (value === '' && !mayBeEmpty) return wrong(key, 'is empty');
  if (value.length > max) return wrong(key, `is longer than ${max} characters`);
  if (!value.isWellFormed()) return wrong(key, 'has a lone surrogate');
  return parsed(value);
}

/** Of every event: its name, the client's own id of the session, the folder it speaks of. */
export interface Base {
  readonly event: string;
  readonly session: string;
  /** Absolute. */
  readonly cwd: string;
}

export function baseFields(body: Fields): Parsed<Base> {
  const event = textField(body, 'hook_event_name', 100);
  const session = textField(body, 'session_id', 200);
  const cwd = textField(body, 'cwd', 4096);
  if (!event.ok) return event;
  if (!session.ok) return session;
  if (!cwd.ok) return cwd;
  if (!cwd.value.startsWith('/') || cwd.value.includes('\0')) return wrong('cwd', 'is not an absolute path');
  return parsed({ event: event.value, session: session.value, cwd: cwd.value });
}

/** `agent_type` alone is how a session says which agent it was started as; only `agent_id` makes it a sub-agent. */
export function subagentField(body: Fields): Parsed<Subagent | undefined> {
  if (body.agent_id === undefined) return parsed(undefined);
  const id = textField(body, 'agent_id', 200);
  if (!id.ok) return id;
  // A client's own helpers, compaction for one, have no type.
  if (body.agent_type === undefined || body.agent_type === '') return parsed({ id: id.value, type: 'unknown' });
  return mapped(textField(body, 'agent_type', 200), (type) => ({ id: id.value, type }));
}

/** Modes of clients that forbid something. The others loosen, which is not theirs to do. */
const MODES: ReadonlyMap<unknown, Profile> = new Map([['plan', 'plan']]);

/** What a tool is given, its id, and the mode it is used under. */
export interface UseFields {
  readonly arguments: JsonObject;
  readonly externalId?: string;
  readonly mode?: Profile;
}

export function useFields(body: Fields): Parsed<UseFields> {
  const input = body.tool_input;
  if (!isObject(input)) return wrong('tool_input', 'is not an object');
  const fault = jsonFault(input);
  if (fault !== null || !isJson(input)) return wrong('tool_input', fault ?? 'is not JSON');
  if (jsonBytes(input) > MAX_INPUT_BYTES) return wrong('tool_input', `is longer than ${MAX_INPUT_BYTES} bytes`);
  const id = body.tool_use_id === undefined ? parsed(undefined) : textField(body, 'tool_use_id', 200);
  if (!id.ok) return id;
  const mode = MODES.get(body.permission_mode);
  return parsed({
    arguments: input as JsonObject,
    ...(id.value === undefined ? {} : { externalId: id.value }),
    ...(mode === undefined ? {} : { mode }),
  });
}
