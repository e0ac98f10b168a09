// What went out on the streams of one HTTP session, for a client that lost one and comes back (`Last-Event-ID`). Bounded: the
// oldest go first, and who was away too long starts anew.
import type { AgentId } from '@castellan/contract';
import type { EventStore, JSONRPCMessage } from '@modelcontextprotocol/server';
import { MAX_EVENT_BYTES, MAX_EVENTS } from './limits.ts';
import { bytesOf, type Store } from './store.ts';

interface Event {
  readonly stream: string;
  readonly message: JSONRPCMessage;
  readonly giveBack: () => void;
}

export class Events implements EventStore {
  readonly #store: Store;
  readonly #agent: AgentId;
  readonly #events = new Map<string, Event>();
  #next = 0;
  #isOver = false;

  constructor(store: Store, agent: AgentId) {
    this.#store = store;
    this.#agent = agent;
  }

  storeEvent(stream: string, message: JSONRPCMessage): Promise<string> {
    this.#next += 1;
    const id = `${stream}/${this.#next}`;
    const bytes = bytesOf(message, MAX_EVENT_BYTES);
    if (this.#isOver || !Number.isFinite(bytes)) return Promise.resolve(id);
    const giveBack = this.#store.keep(this.#agent, bytes, () => this.#events.delete(id));
    this.#events.set(id, { stream, message, giveBack });
    const [oldest] = this.#events;
    if (this.#events.size > MAX_EVENTS && oldest !== undefined) this.#forget(...oldest);
    return Promise.resolve(id);
  }

  /** The session is over: nobody comes back to it. */
  clear(): void {
    this.#isOver = true;
    for (const each of [...this.#events]) this.#forget(...each);
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

  #forget(id: string, { giveBack }: Event): void {
    this.#events.delete(id);
    giveBack();
  }
}
