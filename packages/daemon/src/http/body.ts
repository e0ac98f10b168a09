// Request bodies: bytes to JSON to a parsed value. Too long, not UTF-8, not JSON: refused, each with its own words.
import { MAX_INPUT_BYTES, type Parsed } from '@castellan/contract';
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
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return {
      kind: 'fault',
      message: text.trim() === '' ? 'the body is empty' : 'the body is not JSON, or was cut short',
    };
  }
}

export function bodyOf<T>(bytes: Uint8Array, parse: (input: unknown) => Parsed<T>): T {
  if (bytes.length > MAX_INPUT_BYTES)
    throw new Refused('too_large', `the request body is larger than ${MAX_INPUT_BYTES} bytes`);
  const json = jsonOf(bytes);
  if (json.kind === 'fault') throw new Refused('bad_request', json.message, { hint: 'send one JSON object as UTF-8' });
  const parsed = parse(json.value);
  if (!parsed.ok) throw badRequest(parsed.faults);
  return parsed.value;
}
