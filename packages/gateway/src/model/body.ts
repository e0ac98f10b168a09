// What an agent asks, read once: bytes to JSON, with what the broker needs of it. INVARIANT: what was looked at is what the
// upstream reads; a body with two readings (not UTF-8, a member said twice) is refused.
import type { JsonObject } from '@castellan/contract';
import { type Failure, failure } from './failure.ts';
import { isObject } from './plain.ts';

/** Longest request: a long conversation with pictures. */
export const MAX_REQUEST_BYTES = 64 * 1024 * 1024;
/** Deeper than any tool's schema, shallow enough for every recursive reader. */
const MAX_DEPTH = 200;

export interface Asked {
  readonly kind: 'asked';
  readonly text: string;
  readonly value: JsonObject;
  readonly model: string | undefined;
  readonly streams: boolean;
  /** The client's own id of its session. */
  readonly session: string | null;
}

const bad = (message: string): Failure => failure(400, message, 'send one JSON object as UTF-8');

export function askedOf(bytes: Uint8Array): Asked | Failure {
  if (bytes.length > MAX_REQUEST_BYTES)
    return failure(413, `the request is larger than ${MAX_REQUEST_BYTES / 1024 / 1024} MiB`);
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bad('the request is not UTF-8');
  }
  try {
    value = JSON.parse(text);
  } catch {
    return bad('the request is not JSON, or was cut short');
  }
  if (!isObject(value)) return bad('the request is no JSON object');
  const shape = shapeOf(value);
  if (shape.depth > MAX_DEPTH) return bad(`the request nests deeper than ${MAX_DEPTH} levels`);
  if (shape.members !== membersIn(text)) return bad('the request names a member twice');
  const { model, stream } = value;
  return {
    kind: 'asked',
    text,
    value,
    model: typeof model === 'string' ? model.slice(0, 200) : undefined,
    streams: stream === true,
    session: sessionOf(value),
  };
}

/** Members written in a JSON text: its colons outside of strings. */
function membersIn(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x3a) count += 1;
    else if (code === 0x22) at = endOfString(text, at);
  }
  return count;
}

/** Where the closing quote is: the next one with an even number of backslashes before it. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let first = end;
    while (text.charCodeAt(first - 1) === 0x5c) first -= 1;
    if ((end - first) % 2 === 0) return end;
  }
  return text.length;
}

/** With its own stack: a value may be nested deeper than calls may be. */
function shapeOf(whole: JsonObject): { readonly members: number; readonly depth: number } {
  let members = 0;
  let deepest = 0;
  const waiting: { readonly value: object; readonly depth: number }[] = [];
  const meet = (value: unknown, depth: number): void => {
    if (typeof value === 'object' && value !== null) waiting.push({ value, depth });
  };
  meet(whole, 1);
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const { value, depth } = item;
    deepest = Math.max(deepest, depth);
    if (depth > MAX_DEPTH) break;
    const parts: readonly unknown[] = Object.values(value);
    if (!Array.isArray(value)) members += parts.length;
    for (const part of parts) meet(part, depth + 1);
  }
  return { members, depth: deepest };
}

/** Claude Code writes it into `metadata.user_id`: as JSON with `session_id`, formerly as `…_session_ID`. */
function sessionOf({ metadata }: JsonObject): string | null {
  const id = isObject(metadata) ? metadata.user_id : undefined;
  if (typeof id !== 'string' || id.length > 1000) return null;
  return (
    /"session_id":"([A-Za-z0-9_-]{1,200})"/.exec(id)?.[1] ?? /_session_([A-Za-z0-9-]{1,200})$/.exec(id)?.[1] ?? null
  );
}

/** Said in a header when the broker added the one field it may add. */
export const USAGE_OPTION = 'stream_options.include_usage';

/**
 * Streams of completions tell their usage only where asked to. The field is written into the text itself: numbers that
 * JavaScript cannot hold stay as they are.
 */
export function askForUsage(path: string, { value, streams }: Asked, text: string): string | null {
  if (!streams || !/^v1\/(chat\/)?completions$/.test(path)) return null;
  if (Object.hasOwn(value, 'stream_options')) return null;
  const end = text.lastIndexOf('}');
  return `${text.slice(0, end)},"stream_options":{"include_usage":true}${text.slice(end)}`;
}
