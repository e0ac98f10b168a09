// Request bodies: bytes to JSON to a parsed value. Too long, not UTF-8, not JSON: refused, each with its own words.
import { MAX_INPUT_BYTES, namesMemberTwice, type Parsed } from '@castellan/contract';
import { badRequest, Refused } from './answer.ts';

/** Hook events that report what a tool gave may be longer than what an agent may ask for. */
export const HOOK_BODY_BYTES = 16 * MAX_INPUT_BYTES;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export type Json =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly message: string };

export function jsonOf(bytes: Uint8Array): Json {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { kind: 'fault', message: 'the body is not UTF-8' };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {
      kind: 'fault',
      message: text.trim() === '' ? 'the body is empty' : 'the body is not JSON, or was cut short',
    };
  }
  if (namesMemberTwice(text, value)) return { kind: 'fault', message: 'the body names a member twice' };
  return { kind: 'json', value };
}

export function bodyOf<T>(
  bytes: Uint8Array,
  parse: (input: unknown) => Parsed<T>,
  maxBytes: number = MAX_INPUT_BYTES,
): T {
  if (bytes.length > maxBytes) throw new Refused('too_large', `the request body is larger than ${maxBytes} bytes`);
  const json = jsonOf(bytes);
  if (json.kind === 'fault') throw new Refused('bad_request', json.message, { hint: 'send one JSON object as UTF-8' });
  const fault = shapeFault(json.value);
  if (fault !== null) throw new Refused('bad_request', fault, { hint: 'send plain data' });
  const parsed = parse(json.value);
  if (!parsed.ok) throw badRequest(parsed.faults);
  return parsed.value;
}

/** Deeper than any body of ours, shallow enough for every recursive reader behind this. */
const MAX_DEPTH = 200;

/** What a parser might not read as it was sent: it drops `__proto__`, and runs out of stack where nesting has no end. */
function shapeFault(whole: unknown): string | null {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value: whole, depth: 0 }];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const { value, depth } = item;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) return `the body nests deeper than ${MAX_DEPTH} levels`;
    if (Object.hasOwn(value, '__proto__')) return 'the body has a member `__proto__`';
    for (const part of Object.values(value)) waiting.push({ value: part, depth: depth + 1 });
  }
  return null;
}
