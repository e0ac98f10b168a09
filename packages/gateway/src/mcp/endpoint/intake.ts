// What a client sends, before anything is made of it. INVARIANT: a message is a JSON-RPC message or refused by name; an id names
// one request at a time, so that no answer is taken for another's; and no client has more under way than its share.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { INVALID_REQUEST, TOO_MUCH } from './faults.ts';
import { MAX_IN_FLIGHT } from './limits.ts';
import { isObject } from './object.ts';
import type { Seat } from './seat.ts';

export type Id = string | number;

export interface Turned {
  readonly id: Id | null;
  readonly code: number;
  readonly message: string;
}

export const isRequest = (message: JsonObject): boolean => message.method !== undefined && message.id !== undefined;

export class Intake {
  readonly #seat: Seat;
  readonly #flying = new Set<Id>();

  constructor(seat: Seat) {
    this.#seat = seat;
  }

  get size(): number {
    return this.#flying.size;
  }

  /** Null: it may pass. */
  turn(message: JsonValue): Turned | null {
    const id = isObject(message) && isId(message.id) ? message.id : null;
    const refuse = (code: number, why: string): Turned => {
      this.#seat.refused('message', why);
      return { id, code, message: why };
    };
    const fault = shapeFault(message);
    if (fault !== null) return refuse(INVALID_REQUEST, fault);
    if (id === null || !isRequest(message as JsonObject)) return null;
    if (this.#flying.has(id)) return refuse(INVALID_REQUEST, 'a request of this id is under way');
    if (this.#flying.size >= MAX_IN_FLIGHT) return refuse(TOO_MUCH, 'too many requests are under way');
    this.#flying.add(id);
    return null;
  }

  /** It was answered, or its client does not want the answer any more. */
  settle(id: JsonValue | undefined): void {
    if (isId(id)) this.#flying.delete(id);
  }
}

export const isId = (id: JsonValue | undefined): id is Id => typeof id === 'string' || Number.isSafeInteger(id);

function shapeFault(message: JsonValue): string | null {
  if (!isObject(message)) return 'a message is an object';
  const { jsonrpc, id, method, params, result, error } = message;
  if (jsonrpc !== '2.0') return '`jsonrpc` is not `2.0`';
  if (id !== undefined && !isId(id)) return '`id` is neither a text nor a whole number';
  if (method !== undefined) {
    if (typeof method !== 'string') return '`method` is not a text';
    if (result !== undefined || error !== undefined) return 'a request has no `result` and no `error`';
    return params === undefined || isObject(params) ? null : '`params` is not an object';
  }
  if (id === undefined) return 'the message has neither `method` nor `id`';
  return (result === undefined) !== (error === undefined) ? null : 'an answer has either `result` or `error`';
}
