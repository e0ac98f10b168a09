// A request as the door judges it: what was sent, and the socket that took it.
import type { IncomingMessage } from 'node:http';
import { listenerOf } from './arrivals.ts';
import type { Knock } from './guard.ts';

export const knockOf = (message: IncomingMessage): Knock => ({
  method: message.method ?? '',
  target: message.url ?? '',
  rawHeaders: message.rawHeaders,
  headers: message.headers,
  listener: listenerOf(message),
});
