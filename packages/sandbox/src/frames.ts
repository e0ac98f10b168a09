// Messages on a pipe: four bytes that say how long, then JSON.
//
// INVARIANT: a reader holds one frame of the largest size and one chunk of the pipe, whatever the other side writes, byte by byte too.

const HEADER_BYTES = 4;
const FIRST_ROOM = 4096;

export function frameOf(message: unknown): Buffer {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  const frame = Buffer.allocUnsafe(HEADER_BYTES + length);
  frame.writeUInt32BE(length);
  frame.write(text, HEADER_BYTES);
  return frame;
}

/** Puts frames together out of what a pipe brings. */
export class FrameReader {
  private readonly max: number;
  private room = Buffer.allocUnsafe(FIRST_ROOM);
  private begin = 0;
  private end = 0;

  /** @param max longest frame */
  constructor(max: number) {
    this.max = max;
  }

  add(chunk: Uint8Array): void {
    const held = this.end - this.begin;
    if (this.end + chunk.length > this.room.length) {
      const needed = held + chunk.length;
      const room = needed > this.room.length ? Buffer.allocUnsafe(Math.max(needed, 2 * this.room.length)) : this.room;
      this.room.copy(room, 0, this.begin, this.end);
      this.room = room;
      this.begin = 0;
      this.end = held;
    }
    this.room.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** The next whole frame, good until something is added; `wait`: it is not there yet; `too-long`: it never will be. */
  next(): Buffer | 'wait' | 'too-long' {
    const held = this.end - this.begin;
    if (held < HEADER_BYTES) return 'wait';
    const length = this.room.readUInt32BE(this.begin);
    if (length > this.max) return 'too-long';
    if (held < HEADER_BYTES + length) return 'wait';
    const start = this.begin + HEADER_BYTES;
    this.begin = start + length;
    return this.room.subarray(start, this.begin);
  }
}
