// Reads a connection into one piece of memory, again and again. Each read would otherwise take memory of its own, and a fast connection would
// make this process look through all that it holds a few times a second. INVARIANT: nothing is read over what is not written yet.
import { Buffer } from 'node:buffer';
import type { OnReadOpts, Socket } from 'node:net';

/** Takes what was read; false: nothing more is read until `Intake.more`. It may not keep the bytes. */
type Sink = (chunk: Buffer) => boolean;

const SIZE = 65_536;

export class Intake {
  /** Given to the socket that is connected. Memory that was never read into costs nothing. */
  readonly options: OnReadOpts;
  #sink: Sink | null = null;
  /** Read before anybody took it. */
  #early: Buffer | null = null;

  constructor() {
    const buffer = Buffer.allocUnsafeSlow(SIZE);
    this.options = {
      buffer,
      callback: (count) => {
        const chunk = buffer.subarray(0, count);
        if (this.#sink !== null) return this.#sink(chunk);
        this.#early = Buffer.from(chunk);
        return false;
      },
    };
  }

  /** From now on `sink` has it. */
  begin(socket: Socket, sink: Sink): void {
    const early = this.#early;
    this.#early = null;
    this.#sink = sink;
    if (early === null || sink(early)) this.more(socket);
  }

  more(socket: Socket): void {
    if (!socket.destroyed) socket.resume();
  }
}
