// What an agent asks, read once: bytes to JSON, with what the broker needs of it. INVARIANT: what was looked at is what the
// upstream reads; a body with two readings (not UTF-8, a member said twice) is refused.
import { type JsonObject, namesMemberTwice } from '@castellan/contract';
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
  if (isTooDeep(value)) return bad(`the request nests deeper than ${MAX_DEPTH} levels`);
  if (namesMemberTwice(text, value)) return bad('the request names a member twice');
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

/** With its own stack: a value may be nested deeper than calls may be. */
function isTooDeep(whole: JsonObject): boolean {
  const waiting: { readonly value: object; readonly depth: number }[] = [{ value: whole, depth: 1 }];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const { value, depth } = item;
    if (depth > MAX_DEPTH) return true;
    for (const part of Object.values(value) as readonly unknown[])
      if (typeof part === 'object' && part !== null) waiting.push({ value: part, depth: depth + 1 });
  }
  return false;
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
