// Answers that come at once, as one JSON text. Most calls take a few milliseconds; for them a stream with an event store behind
// it costs more than the call. INVARIANT: whatever takes longer, or says anything on its way, goes by the SDK's stream, which a
// client that lost its connection can come back to; a request is delivered once either way.
import type { JsonObject } from '@castellan/contract';
import type { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server';
import type { McpClock } from '../host.ts';
import { httpFault } from './http-answer.ts';
import type { Id } from './intake.ts';
import type { HttpAnswer, HttpAsked } from './types.ts';

/** Longer than a call takes on a busy machine, and shorter than any client waits for the head of an answer. */
const SOON_MS = 1000;

interface Waiting {
  readonly message: JsonObject;
  readonly asked: HttpAsked;
  readonly answer: (answer: HttpAnswer) => void;
  readonly fail: (error: unknown) => void;
  readonly stop: () => void;
  /** The stream that it goes on by, once there is one. */
  stream: Promise<void> | null;
}

type Message = Parameters<WebStandardStreamableHTTPServerTransport['send']>[0];
type How = Parameters<WebStandardStreamableHTTPServerTransport['send']>[1];

export interface QuickHost {
  /** Connected already: what it delivers, it delivers to the server. */
  readonly transport: WebStandardStreamableHTTPServerTransport;
  readonly session: string;
  readonly clock: McpClock;
  /** Begins the SDK's own stream for a request; it delivers the request once more, which is held back here. */
  readonly stream: (asked: HttpAsked, message: JsonObject) => Promise<HttpAnswer>;
  /** Serves a request without the SDK, if it can. */
  readonly takes: (message: JsonObject) => boolean;
}

export class Quick {
  readonly #host: QuickHost;
  readonly #waiting = new Map<Id, Waiting>();
  readonly #opening = new Set<Id>();
  readonly #write: (message: Message, how?: How) => Promise<void>;
  readonly #deliver: WebStandardStreamableHTTPServerTransport['onmessage'];

  constructor(host: QuickHost) {
    const { transport } = host;
    this.#host = host;
    this.#write = transport.send.bind(transport);
    this.#deliver = transport.onmessage;
    transport.send = (message, how) => this.#send(message, how);
    transport.onmessage = (message, extra) => {
      const isHeld = 'method' in message && 'id' in message && this.#opening.has(message.id);
      if (!isHeld) this.#deliver?.(message, extra);
    };
  }

  /** @param message a request that the SDK would take. */
  take(asked: HttpAsked, message: JsonObject, id: Id): Promise<HttpAnswer> {
    return new Promise((answer, fail) => {
      const stop = this.#host.clock.after(SOON_MS, () => void this.#open(id));
      this.#waiting.set(id, { message, asked, answer, fail, stop, stream: null });
      if (!this.#host.takes(message)) this.#deliver?.(message as unknown as Message, {});
    });
  }

  /** The session is over. */
  end(): void {
    for (const [id, { stop, stream, answer }] of this.#waiting) {
      stop();
      if (stream === null) answer(httpFault(404, id, -32_001, 'Session not found'));
    }
    this.#waiting.clear();
  }

  async #send(message: Message, how?: How): Promise<void> {
    const isAnswer = !('method' in message);
    const id = isAnswer ? message.id : how?.relatedRequestId;
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (waiting === undefined || id === undefined) return this.#write(message, how);
    if (isAnswer && waiting.stream === null) {
      this.#waiting.delete(id);
      waiting.stop();
      waiting.answer({ kind: 'json', session: this.#host.session, text: JSON.stringify(message) });
      return;
    }
    await this.#open(id);
    if (isAnswer) this.#waiting.delete(id);
    await this.#write(message, how);
  }

  #open(id: Id): Promise<void> {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return Promise.resolve();
    waiting.stop();
    waiting.stream ??= this.#opened(id, waiting);
    return waiting.stream;
  }

  async #opened(id: Id, { asked, message, answer, fail }: Waiting): Promise<void> {
    this.#opening.add(id);
    try {
      answer(await this.#host.stream(asked, message));
    } catch (error) {
      fail(error);
    } finally {
      this.#opening.delete(id);
    }
  }
}
