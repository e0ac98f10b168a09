// Clients of 2026-07-28 over HTTP: each request stands alone, with its own server of the SDK. What they share with each other is
// the seat: calls that are held for an answer, long results, resources that are watched.

import type { JsonObject, JsonValue } from '@castellan/contract';
import { createMcpHandler, type McpHttpHandler, type ServerEvent } from '@modelcontextprotocol/server';
import { INVALID_REQUEST, METHOD_NOT_FOUND, TOO_MUCH } from './faults.ts';
import { guarded, httpFault, told } from './http-answer.ts';
import { isId, isRequest } from './intake.ts';
import { MAX_IN_FLIGHT, MAX_STREAMS } from './limits.ts';
import { isListen, narrowed } from './listen.ts';
import { isObject } from './object.ts';
import type { Seat } from './seat.ts';
import { MODERN_METHODS, serverFor } from './server.ts';

export class ModernClient {
  readonly seat: Seat;
  heard: number;
  readonly #handler: McpHttpHandler;
  readonly #greeted = new WeakSet<Request>();
  #flying = 0;

  constructor(seat: Seat) {
    this.seat = seat;
    this.heard = seat.now();
    this.#handler = createMcpHandler(({ requestInfo }) => serverFor(seat, 'modern', this.#greets(requestInfo)), {
      legacy: 'reject',
      maxSubscriptions: MAX_STREAMS,
    });
    seat.emit = (method, params) => {
      const event = eventOf(method, params);
      if (event !== null) this.#handler.bus.publish(event);
    };
  }

  busy(): boolean {
    return this.#flying > 0 || this.seat.held.size > 0;
  }

  async fetch(request: Request, message: JsonValue | undefined): Promise<Response> {
    if (Array.isArray(message)) {
      this.seat.refused('batch', 'batches are no part of this revision of MCP');
      return told(httpFault(400, null, INVALID_REQUEST, 'batches are no part of this revision of MCP'));
    }
    if (isObject(message) && isRequest(message) && !MODERN_METHODS.has(message.method)) {
      return httpFault(404, isId(message.id) ? message.id : null, METHOD_NOT_FOUND, 'Method not found');
    }
    if (this.#flying >= MAX_IN_FLIGHT) {
      this.seat.refused('message', 'too many requests are under way');
      return told(httpFault(429, null, TOO_MUCH, 'too many requests are under way'));
    }
    this.#flying += 1;
    if (isObject(message) && message.method === 'server/discover') this.#greeted.add(request);
    let release = (): void => {};
    let parsed = message;
    try {
      if (isObject(message) && isListen(message)) {
        const listening = await narrowed(this.seat, message, request.signal);
        release = listening.release;
        parsed = listening.message;
      }
      const response = await this.#handler.fetch(request, parsed === undefined ? {} : { parsedBody: parsed });
      return guarded(
        response,
        () => {
          this.#flying -= 1;
          release();
        },
        () => this.seat.refused('stream', 'the client does not read what it is sent'),
      );
    } catch (error) {
      this.#flying -= 1;
      release();
      throw error;
    }
  }

  #greets(request: Request | undefined): boolean {
    return request === undefined || this.#greeted.has(request);
  }

  async close(): Promise<void> {
    this.seat.close();
    await this.#handler.close();
  }
}

function eventOf(method: string, params: JsonObject | undefined): ServerEvent | null {
  switch (method) {
    case 'notifications/tools/list_changed':
      return { kind: 'tools_list_changed' };
    case 'notifications/prompts/list_changed':
      return { kind: 'prompts_list_changed' };
    case 'notifications/resources/list_changed':
      return { kind: 'resources_list_changed' };
    case 'notifications/resources/updated':
      return { kind: 'resource_updated', uri: String(params?.uri) };
    default:
      return null;
  }
}
