// The connections of one listener, bounded. RULE: whoever holds a connection and asks nothing gives way to whoever comes: a
// thousand connections that say nothing, or never end what they say, keep nobody out (D1).
import type { Socket } from 'node:net';

export interface CrowdBounds {
  readonly all: number;
  /** Of one address; on loopback and the Unix socket everybody has the same. */
  readonly perAddress: number;
}

interface Member {
  readonly socket: Socket;
  readonly address: string;
  /** Requests that were read to their end and wait for our answer; a WebSocket is one without end. */
  busy: number;
}

/** The same for a TLS connection and for what carries it. */
const keyOf = (socket: Socket): string | Socket =>
  socket.remotePort === undefined ? socket : `${socket.remoteAddress} ${socket.remotePort}`;

export class Crowd {
  readonly #bounds: CrowdBounds;
  /** Oldest first. */
  readonly #members = new Map<string | Socket, Member>();
  readonly #perAddress = new Map<string, number>();

  constructor(bounds: CrowdBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#members.size;
  }

  /** Lets it in, in place of one that asks nothing where there is no room; ends it where everybody is busy. */
  enter(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const ofAddress = this.#perAddress.get(address) ?? 0;
    const room =
      (ofAddress < this.#bounds.perAddress || this.#makeRoom((member) => member.address === address)) &&
      (this.#members.size < this.#bounds.all || this.#makeRoom(() => true));
    if (!room) {
      socket.destroy();
      return;
    }
    const key = keyOf(socket);
    this.#members.set(key, { socket, address, busy: 0 });
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    socket.once('close', () => this.#leave(key));
  }

  /** @returns a function that says that it is over. */
  work(socket: Socket): () => void {
    const member = this.#members.get(keyOf(socket));
    if (member === undefined) return () => undefined;
    member.busy += 1;
    return () => {
      member.busy -= 1;
    };
  }

  /** Ends every one of them, WebSockets included. */
  clear(): void {
    for (const { socket } of this.#members.values()) socket.destroy();
  }

  #makeRoom(mayGo: (member: Member) => boolean): boolean {
    for (const [key, member] of this.#members) {
      if (member.busy > 0 || !mayGo(member)) continue;
      this.#leave(key);
      member.socket.destroy();
      return true;
    }
    return false;
  }

  #leave(key: string | Socket): void {
    const member = this.#members.get(key);
    if (member === undefined) return;
    this.#members.delete(key);
    const left = (this.#perAddress.get(member.address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(member.address, left);
    else this.#perAddress.delete(member.address);
  }
}
