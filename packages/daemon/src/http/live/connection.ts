// One open WebSocket. INVARIANT: what is not read is never buffered without end, and nobody is told anything after what they
// came in with is over.
import { Buffer } from 'node:buffer';
import type { Duplex } from 'node:stream';
import type { Actor } from '@castellan/contract';
import type { WebSocket } from 'ws';
import { together } from '../together.ts';

/** Beside the largest message it was sent: what a reader may be behind before it is closed. */
const MAX_BEHIND = 1024 * 1024;
/** Given to the other side to say goodbye as well. */
const GOODBYE_MS = 2000;

/** Codes of RFC 6455, and our own from 4000 on. */
export const CLOSE = {
  away: 1001,
  unsupported: 1003,
  tooSlow: 1013,
  signedOut: 4001,
} as const;

export interface Connection {
  /** Who is on the other side, as they were when they came in. */
  readonly actor: Actor;
  /** @param text has passed the exits. Bytes are that text as UTF-8, so that one text for many is made once. False: it is over. */
  send(text: string | Buffer): boolean;
  /** Bytes that wait to be read. */
  readonly behind: number;
  close(code: number, why: string): void;
  /** Reads nothing until `resume`: what the other side sends waits in its own buffers. */
  pause(): void;
  resume(): void;
}

export interface ConnectionEvents {
  /** Text messages; anything else ends the connection. */
  onText?(text: string): void;
  onClose?(): void;
}

export interface ConnectionHost {
  readonly actor: Actor;
  /** Whether the actor may still be here. */
  readonly permitted: () => boolean;
}

export class SocketConnection implements Connection {
  readonly actor: Actor;
  readonly #socket: WebSocket;
  readonly #wire: Duplex;
  readonly #permitted: () => boolean;
  #largest = 0;
  #answered = true;

  /** @param wire what `socket` speaks over. */
  constructor(socket: WebSocket, wire: Duplex, { actor, permitted }: ConnectionHost) {
    this.actor = actor;
    this.#wire = wire;
    this.#socket = socket;
    this.#permitted = permitted;
    socket.on('pong', () => {
      this.#answered = true;
    });
    // A broken frame or connection: `close` follows, and there is nobody to tell.
    socket.on('error', () => undefined);
  }

  follow({ onText, onClose }: ConnectionEvents): void {
    this.#socket.on('message', (data, isBinary) => {
      if (isBinary || !this.check()) this.close(CLOSE.unsupported, 'text only');
      else onText?.(data.toString());
    });
    this.#socket.once('close', () => onClose?.());
  }

  get behind(): number {
    return this.#socket.bufferedAmount;
  }

  send(text: string | Buffer): boolean {
    if (!this.check()) return false;
    const bytes = typeof text === 'string' ? Buffer.from(text) : text;
    if (this.behind > MAX_BEHIND + this.#largest) {
      // No goodbye: it would wait behind what is not read.
      this.#socket.terminate();
      return false;
    }
    this.#largest = Math.max(this.#largest, bytes.length);
    together(this.#wire);
    this.#socket.send(bytes, { binary: false });
    return true;
  }

  close(code: number, why: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.close(code, why);
    setTimeout(() => this.#socket.terminate(), GOODBYE_MS).unref();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.terminate();
  }

  /** Whether it is open to somebody who may be here; closes it where not. */
  check(): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    if (this.#permitted()) return true;
    this.close(CLOSE.signedOut, 'signed out, or no longer permitted');
    return false;
  }

  /** Ends what has not answered since the last time, and what may no longer be here. */
  probe(): void {
    if (!this.check()) return;
    if (!this.#answered) {
      this.end();
      return;
    }
    this.#answered = false;
    this.#socket.ping();
  }
}
