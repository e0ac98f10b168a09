// One message of a client, which may be hostile: strict JSON, or the code of JSON-RPC and the reason. INVARIANT: what is
// accepted has one reading. Two members of one name, a number that changes when it is read, half a character: whoever decided
// would have read something else than whoever runs it.
import { type JsonValue, MAX_MCP_MESSAGE_BYTES, namesMemberTwice } from '@castellan/contract';
import { changedNumber } from './number-text.ts';

/** -32700: it is not JSON. -32600: it is JSON, and no request can be made of it. */
export type ReadMessage =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly code: -32700 | -32600; readonly why: string };

/** Deeper than any call of ours, shallow enough for every recursive reader behind this. */
const MAX_DEPTH = 64;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const notJson = (why: string): ReadMessage => ({ ok: false, code: -32700, why });
const invalid = (why: string): ReadMessage => ({ ok: false, code: -32600, why });

/** Reads the bytes of one message; bytes that are no UTF-8 are refused, for a lenient reader would put other characters there. */
export function readMessageBytes(bytes: Uint8Array): ReadMessage {
  if (bytes.length > MAX_MCP_MESSAGE_BYTES) return invalid(`the message is larger than ${MAX_MCP_MESSAGE_BYTES} bytes`);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return notJson('the message is not UTF-8');
  }
  return readMessage(text);
}

/** Reads the text of one message: an object, or the array of a batch. */
export function readMessage(text: string): ReadMessage {
  // A character is a byte or more: what is too long as text is too large as bytes.
  if (text.length > MAX_MCP_MESSAGE_BYTES) return invalid(`the message is larger than ${MAX_MCP_MESSAGE_BYTES} bytes`);
  if (!text.isWellFormed()) return notJson('the message is not well-formed Unicode');
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    return notJson('the message is not JSON, or was cut short');
  }
  if (typeof value !== 'object' || value === null) return invalid('the message is not an object');
  const fault = shapeFault(value, text.includes('\\u'));
  if (fault !== null) return invalid(fault);
  if (namesMemberTwice(text, value)) return invalid('the message names a member twice');
  const number = changedNumber(text);
  if (number !== null) return invalid(`the number \`${number}\` cannot be kept exactly; send it as text`);
  return { ok: true, value };
}

/** With its own stack: nesting without end is the attack. Half a character can only be written as an escape by now. */
function shapeFault(whole: JsonValue, escapes: boolean): string | null {
  const waiting: JsonValue[] = [whole];
  const depths: number[] = [1];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const depth = depths.pop() ?? 0;
    if (typeof value === 'string') {
      if (!value.isWellFormed()) return 'the message has half a character';
      continue;
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) return `the message nests deeper than ${MAX_DEPTH} levels`;
    if (!Array.isArray(value)) {
      const fault = memberFault(value as { readonly [key: string]: JsonValue }, escapes);
      if (fault !== null) return fault;
    }
    for (const part of Object.values(value)) {
      if (typeof part === 'object' ? part === null : !(escapes && typeof part === 'string')) continue;
      waiting.push(part);
      depths.push(depth + 1);
    }
  }
  return null;
}

/** Members that a careless merge behind us takes for an object's prototype. As plain data, `constructor` is a fine name. */
function memberFault(value: { readonly [key: string]: JsonValue }, escapes: boolean): string | null {
  if (Object.hasOwn(value, '__proto__')) return 'the message has a member `__proto__`';
  if (Object.hasOwn(value, 'constructor')) {
    const inner = value.constructor as unknown;
    if (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype'))
      return 'the message has a member `constructor.prototype`';
  }
  if (escapes && !Object.keys(value).every((key) => key.isWellFormed())) return 'the message has half a character';
  return null;
}
