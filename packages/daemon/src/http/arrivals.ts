// By which of our sockets a message came in, and from which address: as the socket that took it knows. INVARIANT: no header
// says either, but for an address that a proxy we were told of has added.
import type { IncomingMessage } from 'node:http';
import type { Listener } from './origins.ts';

export interface Arrival {
  readonly listener: Listener;
  /** `unix` for the Unix socket: everybody there is this user. */
  readonly address: string;
}

const arrivals = new WeakMap<IncomingMessage, Arrival>();

export function arrive(message: IncomingMessage, arrival: Arrival): void {
  arrivals.set(message, arrival);
}

function arrivalOf(message: IncomingMessage): Arrival {
  const arrival = arrivals.get(message);
  if (arrival === undefined) throw new Error('a message that no listener took');
  return arrival;
}

export const listenerOf = (message: IncomingMessage): Listener => arrivalOf(message).listener;
export const addressOf = (message: IncomingMessage): string => arrivalOf(message).address;
