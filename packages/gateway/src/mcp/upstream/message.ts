// One message of a server: JSON, of a shape that JSON-RPC has. INVARIANT: nothing deep and nothing named `__proto__` goes
// past here; a reader behind would overflow its stack, or take a member of a server's for one of the language's.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { MAX_BATCH, MAX_DEPTH } from './limits.ts';

export type MessageId = string | number;
export type Message =
  | { readonly kind: 'request'; readonly id: MessageId; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'notification'; readonly method: string; readonly params: JsonObject }
  | { readonly kind: 'result'; readonly id: MessageId | null; readonly result: JsonObject }
  | {
      readonly kind: 'error';
      readonly id: MessageId | null;
      readonly code: number;
      readonly message: string;
      readonly data?: JsonValue;
    }
  /** Not JSON-RPC. `id`: the request it could be meant for. */
  | { readonly kind: 'broken'; readonly id: MessageId | null; readonly why: string };

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isId = (value: unknown): value is MessageId => typeof value === 'string' || typeof value === 'number';

/** The messages of a line; null: it is no JSON. */
export function parseLine(text: string): readonly JsonValue[] | null {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return null;
  }
  if (isObject(value)) return [value];
  return Array.isArray(value) && value.length > 0 && value.length <= MAX_BATCH ? (value as JsonValue[]) : null;
}

export function readMessage(value: unknown): Message {
  if (!isObject(value)) return { kind: 'broken', id: null, why: 'a message is not an object' };
  const id = isId(value.id) ? value.id : null;
  const broken = (why: string): Message => ({ kind: 'broken', id, why });
  const fault = shapeFault(value);
  if (fault !== null) return broken(fault);
  if (value.jsonrpc !== '2.0') return broken('a message does not say `"jsonrpc": "2.0"`');
  if (Object.hasOwn(value, 'method')) {
    const { method, params = {} } = value;
    if (typeof method !== 'string') return broken('a method is not text');
    if (!isObject(params)) return broken('the params of a message are not an object');
    if (!Object.hasOwn(value, 'id')) return { kind: 'notification', method, params };
    return id === null ? broken('a request has no proper id') : { kind: 'request', id, method, params };
  }
  const { result, error } = value;
  if (result !== undefined && error !== undefined) return broken('an answer has a result and an error');
  if (error !== undefined) {
    if (!isObject(error) || !Number.isSafeInteger(error.code)) return broken('an error has no proper code');
    const { data } = error;
    const message = typeof error.message === 'string' ? error.message : '';
    return { kind: 'error', id, code: Number(error.code), message, ...(data !== undefined && { data }) };
  }
  return isObject(result) ? { kind: 'result', id, result } : broken('the result of an answer is not an object');
}

/** With its own stack: what is deep would overflow a recursive reader, which is what its author wants. */
function shapeFault(whole: JsonObject): string | null {
  const values: (JsonValue | undefined)[] = [whole];
  const depths: number[] = [1];
  for (let value = values.pop(); value !== undefined; value = values.pop()) {
    const depth = depths.pop() ?? 0;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > MAX_DEPTH) return `a message nests deeper than ${MAX_DEPTH} levels`;
    if (!Array.isArray(value) && Object.hasOwn(value, '__proto__')) return 'a message has a member `__proto__`';
    for (const part of Object.values(value)) {
      if (typeof part !== 'object' || part === null) continue;
      values.push(part);
      depths.push(depth + 1);
    }
  }
  return null;
}
