// What a way out is made of: who asks for which host, what is answered, and what is written down when it is over.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionRecord } from '@castellan/contract';
import type { Lookup } from './names.ts';

/** Reads HTTP from connections that are handed to it, and tells what it read. */
export type ReadHttp = (on: {
  readonly request: (message: IncomingMessage, response: ServerResponse) => void;
  readonly connect: (message: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly unreadable: (error: Error, socket: Duplex) => void;
}) => (socket: Socket) => void;

/** Where somebody wants to go. INVARIANT: written one way only, whatever way it was asked for. */
export interface Destination {
  /** A name in lower case and ASCII without a last dot, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isAddress: boolean;
}

export interface Asked extends Destination {
  readonly by: ConnectionRecord['by'];
  /** What its client called itself: says which run it is of, and gives no right. */
  readonly user: string | null;
}

export interface Refusal {
  readonly kind: 'refused';
  /** One line. */
  readonly why: string;
  readonly hint: string;
  /** The call that was refused, where there was one: goes into the record as it is. */
  readonly noted?: Pick<ConnectionRecord, 'session' | 'call'>;
}

export interface Passage {
  readonly kind: 'go';
  /** A person listed this very host as one of this machine or its network. */
  readonly mayBePrivate: boolean;
  /** Ends when it may not stand any more; its reason is why, in words. */
  readonly standing: AbortSignal;
  /** Goes into the record as it is. */
  readonly noted: Pick<ConnectionRecord, 'session' | 'call'>;
  /** Told once whether it was reached: null, or why not. */
  readonly reached: (why: string | null) => void;
  /** Told once when the connection is over, or never came to be. */
  readonly over: () => void;
}

export interface Bounds {
  /** At a time, for one owner. */
  readonly connections: number;
  /** Both ways together, for one connection. */
  readonly bytes: number;
  readonly idleMs: number;
}

/** What became of one connection: the record of it, but for who and when. */
export type Ended = Omit<ConnectionRecord, 'kind' | 'at' | 'agent' | 'module'>;

/** One agent, or the server of one module: whoever has this way out. */
export interface Owner {
  /** Decides, which may take a person. `gone` ends when nobody waits any more. */
  decide(asked: Asked, gone: AbortSignal): Promise<Passage | Refusal>;
  ended(ended: Ended): void;
}

export interface TunnelsHost {
  readonly clock: {
    monotonic(): number;
    after(ms: number, action: () => void): () => void;
    every(ms: number, action: () => void): () => void;
  };
  readonly readHttp: ReadHttp;
  readonly ownPorts: () => readonly number[];
  readonly bounds: () => Bounds;
  /** Of all owners together. */
  readonly most: number;
  /** How a name is resolved; absent: as the system does. */
  readonly lookup?: Lookup;
}
