// Sessions of clients before 2026-07-28 over HTTP: one transport of the SDK and one server each. INVARIANT: a session's name is
// 256 random bits and works for the agent and endpoint that made it only; anyone else is told that there is none.

import type { AgentId, JsonObject, JsonValue } from '@castellan/contract';
import {
  type JSONRPCMessage,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import { Direct } from './direct.ts';
import { Events } from './events.ts';
import { INVALID_REQUEST } from './faults.ts';
import { guarded, httpFault, told } from './http-answer.ts';
import { Quick } from './http-quick.ts';
import { Intake, isId } from './intake.ts';
import { isObject } from './object.ts';
import type { Seat } from './seat.ts';
import { serverFor } from './server.ts';
import { batchFault } from './socket.ts';
import type { HttpAnswer, HttpAsked } from './types.ts';

export interface LegacySession {
  readonly id: string;
  readonly agent: AgentId;
  readonly only: string | null;
  readonly seat: Seat;
  /** When it was heard last. */
  heard: number;
  busy(): boolean;
  fetch(asked: HttpAsked, message: JsonValue | undefined): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/** @param ended called once, from whichever side it ended. */
export async function legacySession(id: string, seat: Seat, ended: () => void): Promise<LegacySession> {
  const intake = new Intake(seat);
  const events = new Events(seat.store, seat.agent);
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: () => id,
    eventStore: events,
  });
  const server: Server = serverFor(seat, 'legacy');
  seat.emit = (method, params) => {
    server.notification(params === undefined ? { method } : { method, params }).catch(() => undefined);
  };
  server.onclose = () => {
    direct.end();
    quick.end();
    events.clear();
    seat.close();
    ended();
  };
  await server.connect(transport);
  let streams = 0;
  const stream = async (asked: HttpAsked, message: JsonValue | undefined): Promise<HttpAnswer> => {
    const parsed = message === undefined ? {} : { parsedBody: message };
    const response = await transport.handleRequest(asked.whole(), parsed);
    // Turned away before it was read: nothing of it is under way.
    if (response.status >= 400) for (const one of manyOf(message ?? null)) if (isObject(one)) intake.settle(one.id);
    streams += 1;
    return guarded(
      response,
      () => {
        streams -= 1;
      },
      () => seat.refused('stream', 'the client does not read what it is sent'),
    );
  };
  const direct = new Direct({
    seat,
    server: () => server,
    write: (message, request) => {
      const how = message.method === undefined ? {} : { relatedRequestId: request };
      // A stream that is over: the answer is kept by the events of the session, or nobody wants it.
      transport.send(message as unknown as JSONRPCMessage, how).catch(() => undefined);
    },
  });
  const quick = new Quick({
    transport,
    session: id,
    clock: seat.host.clock,
    stream,
    takes: (call) => direct.take(call),
  });
  const write = transport.send.bind(transport);
  transport.send = (message, options) => {
    if (!('method' in message)) intake.settle(message.id);
    return write(message, options);
  };
  return {
    id,
    agent: seat.agent,
    only: seat.only,
    seat,
    heard: seat.now(),
    busy: () => intake.size > 0 || streams > 0,
    fetch: async (asked, message) => {
      const revision = server.getNegotiatedProtocolVersion();
      const fault = message === undefined ? null : taken(seat, intake, message, revision);
      if (fault !== null) return fault;
      for (const one of manyOf(message ?? null))
        if (isObject(one) && one.method === 'notifications/cancelled') direct.cancel(cancelledId(one));
      return isObject(message) && isCall(message) && isId(message.id) && isPlain(asked, revision)
        ? quick.take(asked, message, message.id)
        : stream(asked, message);
    },
    close: () => server.close(),
  };
}

const isCall = ({ method }: JsonObject): boolean => method === 'tools/call';

/** Whether it says all that the SDK would want it to; where it does not, the SDK says what is missing. */
function isPlain(asked: HttpAsked, revision: string | undefined): boolean {
  const accept = asked.header('accept') ?? '';
  return (
    asked.header('content-type') === 'application/json' &&
    accept.includes('application/json') &&
    accept.includes('text/event-stream') &&
    asked.header('mcp-protocol-version') === revision
  );
}

/** Null: everything in it may pass. */
function taken(seat: Seat, intake: Intake, message: JsonValue, revision: string | undefined): Response | null {
  const messages = manyOf(message);
  const batch = Array.isArray(message) ? batchFault(messages, revision) : null;
  if (batch !== null) {
    seat.refused('batch', batch);
    return told(httpFault(400, null, INVALID_REQUEST, batch));
  }
  const passed: (JsonValue | undefined)[] = [];
  for (const one of messages) {
    const turned = intake.turn(one);
    if (turned !== null) {
      // None of them is served, so none of them is under way.
      for (const id of passed) intake.settle(id);
      return told(httpFault(400, turned.id, turned.code, turned.message));
    }
    if (isObject(one) && one.method !== undefined) passed.push(one.id);
    if (isObject(one) && one.method === 'notifications/cancelled') intake.settle(cancelledId(one));
  }
  return null;
}

const manyOf = (message: JsonValue): readonly JsonValue[] =>
  Array.isArray(message) ? (message as readonly JsonValue[]) : [message];

const cancelledId = (message: JsonObject): JsonValue | undefined =>
  isObject(message.params) ? message.params.requestId : undefined;
