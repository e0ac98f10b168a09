// What went out on the streams of one HTTP session, for a client that lost one and comes back (`Last-Event-ID`). Bounded: the
// oldest go first, and who was away too long starts anew.

import type { JsonValue } from '@castellan/contract';
import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';
import { fits } from './kept.ts';
import { MAX_EVENT_CHARS, MAX_EVENTS } from './limits.ts';

interface Event {
  readonly stream: string;
  readonly message: JSONRPCMessage;
  readonly small: boolean;
}

/** Large messages count as so many small ones: their exact size would cost another walk of each. */
const SMALL_CHARS = 4_096;
const LARGE_WEIGHT = 64;

export class Events implements EventStore {
  readonly #events = new Map<string, Event>();
  #next = 0;
  #weight = 0;

  storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    this.#next += 1;
    const id = `${stream}/${this.#next}`;
    const small = fits(message as unknown as JsonValue, SMALL_CHARS);
    if (!small && !fits(message as unknown as JsonValue, MAX_EVENT_CHARS)) return Promise.resolve(id);
    this.#events.set(id, { stream, message, small });
    this.#weight += weightOf(small);
    for (const [oldest, event] of this.#events) {
      if (this.#weight <= MAX_EVENTS || oldest === id) break;
      this.#events.delete(oldest);
      this.#weight -= weightOf(event.small);
    }
    return Promise.resolve(id);
  }

  getStreamIdForEventId(id: string): Promise<string | undefined> {
    return Promise.resolve(this.#events.get(id)?.stream);
  }

  async replayEventsAfter(
    last: string,
    { send }: { readonly send: (id: string, message: JSONRPCMessage) => Promise<void> },
  ): Promise<string> {
    const stream = this.#events.get(last)?.stream ?? '';
    let after = false;
    for (const [id, event] of [...this.#events]) {
      // The first event of a stream says nothing: it only gives a client something to come back with.
      if (after && event.stream === stream && 'jsonrpc' in event.message) await send(id, event.message);
      after ||= id === last;
    }
    return stream;
  }
}

const weightOf = (small: boolean): number => (small ? 1 : LARGE_WEIGHT);
