// A client over a channel of whole messages. INVARIANT: messages are read strictly and counted before the SDK sees them, and a
// client that does not read what it asked for is cut off.

import type { JsonObject, JsonValue } from '@castellan/contract';
import type { JSONRPCMessage, Server, Transport } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { readMessage } from '../definitions/index.ts';
import { Direct } from './direct.ts';
import { INVALID_REQUEST } from './faults.ts';
import { Intake, isRequest, type Turned } from './intake.ts';
import { LITTLE_BEHIND_BYTES, MAX_BATCH, MAX_STREAMS, SLOW_AGENT_BYTES, SLOW_READER_BYTES } from './limits.ts';
import { isListen, type Listening, narrowed } from './listen.ts';
import { isObject } from './object.ts';
import type { Seat } from './seat.ts';
import { serverFor } from './server.ts';
import type { SocketPlace, SocketSeat } from './types.ts';

/**
 * @param gone called once, when the channel has ended from either side.
 * @param allBehind bytes that wait to be read on all channels of this agent.
 */
export function serveSocket(
  seat: Seat,
  place: SocketPlace,
  gone: () => void,
  allBehind: () => number,
): SocketSeat & { close(why: string, stops?: boolean): void } {
  const channel = new Channel(seat, place, gone, allBehind);
  const handle = serveStdio(
    ({ era }) => {
      const server = serverFor(seat, era);
      channel.server = server;
      seat.emit = (method, params) => {
        // A client that is gone, or that never declared it, hears nothing.
        server.notification(params === undefined ? { method } : { method, params }).catch(() => undefined);
      };
      return server;
    },
    { transport: channel, maxSubscriptions: MAX_STREAMS },
  );
  channel.whenClosed = () => void handle.close().catch(() => undefined);
  return {
    message: (text) => channel.read(text),
    closed: () => channel.end(null),
    close: (why, stops) => channel.end(why, stops),
  };
}

class Channel implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  server: Server | null = null;
  whenClosed: () => void = () => {};
  readonly #seat: Seat;
  readonly #place: SocketPlace;
  readonly #gone: () => void;
  readonly #allBehind: () => number;
  readonly #intake: Intake;
  readonly #direct: Direct;
  readonly #streams = new Map<JsonValue, Listening>();
  readonly #ended = new AbortController();

  constructor(seat: Seat, place: SocketPlace, gone: () => void, allBehind: () => number) {
    this.#allBehind = allBehind;
    this.#seat = seat;
    this.#place = place;
    this.#gone = gone;
    this.#intake = new Intake(seat);
    this.#direct = new Direct({
      seat,
      server: () => this.server,
      write: (message, id) => {
        if (message.method === undefined) this.#intake.settle(id);
        this.#write(message);
      },
    });
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage): Promise<void> {
    if (!('method' in message)) {
      this.#intake.settle(message.id);
      if ('error' in message) this.#close(message.id);
    }
    this.#write(message);
  }

  async close(): Promise<void> {
    this.end('the client is served no more');
  }

  /** @param why null: the other end is gone already. */
  end(why: string | null, stops = false): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    for (const { release } of this.#streams.values()) release();
    this.#streams.clear();
    this.#direct.end();
    this.onclose?.();
    this.whenClosed();
    if (why !== null) this.#place.close(why, stops);
    this.#gone();
  }

  read(text: string): void {
    if (this.#ended.signal.aborted) return;
    const read = readMessage(text);
    if (!read.ok) {
      this.#seat.refused('message', read.why);
      this.#turned({ id: null, code: read.code, message: read.why });
    } else if (Array.isArray(read.value)) this.#batch(read.value as readonly JsonValue[]);
    else this.#take(read.value);
  }

  #batch(messages: readonly JsonValue[]): void {
    const fault = batchFault(messages, this.server?.getNegotiatedProtocolVersion());
    if (fault === null) {
      for (const message of messages) this.#take(message);
      return;
    }
    this.#seat.refused('batch', fault);
    this.#turned({ id: null, code: INVALID_REQUEST, message: fault });
  }

  #take(message: JsonValue): void {
    const turned = this.#intake.turn(message);
    if (turned !== null) {
      this.#turned(turned);
      return;
    }
    const sound = message as JsonObject;
    if (sound.method === 'notifications/cancelled' && isObject(sound.params)) {
      const id = sound.params.requestId;
      this.#intake.settle(id);
      this.#direct.cancel(id);
      this.#close(id);
    }
    if (isListen(sound) && isRequest(sound)) void this.#listen(sound);
    else if (!this.#direct.take(sound)) this.#deliver(sound);
  }

  async #listen(message: JsonObject): Promise<void> {
    const listening = await narrowed(this.#seat, message, this.#ended.signal);
    if (this.#ended.signal.aborted) return;
    this.#streams.set(message.id ?? null, listening);
    this.#deliver(listening.message);
  }

  /** A stream that was not opened, or is not wanted any more, watches nothing. */
  #close(id: JsonValue | undefined): void {
    this.#streams.get(id ?? null)?.release();
    this.#streams.delete(id ?? null);
  }

  #deliver(message: JsonObject): void {
    this.onmessage?.(message as unknown as JSONRPCMessage);
  }

  #turned({ id, code, message }: Turned): void {
    this.#write({ jsonrpc: '2.0', id, error: { code, message } });
  }

  #write(message: unknown): void {
    if (this.#ended.signal.aborted) return;
    const behind = this.#place.send(JSON.stringify(message));
    const tooMuch = behind > LITTLE_BEHIND_BYTES && this.#allBehind() > SLOW_AGENT_BYTES;
    if (behind > SLOW_READER_BYTES || tooMuch) {
      this.#seat.refused('channel', 'the client does not read what it is sent');
      this.end('too much waits to be read');
    }
  }
}

/** Batches came with 2025-03-26 and went with the next revision. */
export function batchFault(messages: readonly JsonValue[], revision: string | undefined): string | null {
  if (revision !== '2025-03-26') return 'batches are no part of this revision of MCP';
  if (messages.length === 0) return 'the batch is empty';
  return messages.length > MAX_BATCH ? `a batch has at most ${MAX_BATCH} messages` : null;
}
