// The two pipes to the parent. Everything is synchronous: a program that asks its host waits, and nothing else runs meanwhile.
import { readSync, writeSync } from 'node:fs';
import { frameOf } from '../frames.ts';

const FROM_PARENT = 3;
const TO_PARENT = 4;

export interface Channel {
  /** Says something; true when it is no longer than a frame may be, and was said. */
  say(message: unknown, longest?: number): boolean;
  /** What the parent says next; `undefined`: it is gone. */
  hear(): unknown;
}

export const parentChannel: Channel = {
  say(message, longest = Number.POSITIVE_INFINITY) {
    const frame = frameOf(message);
    if (frame.length > longest) return false;
    for (let at = 0; at < frame.length; ) at += writeSync(TO_PARENT, frame, at);
    return true;
  },
  hear() {
    const length = readExactly(4)?.readUInt32BE();
    const body = length === undefined ? undefined : readExactly(length);
    return body === undefined ? undefined : JSON.parse(body.toString('utf8'));
  },
};

function readExactly(length: number): Buffer | undefined {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const count = readSync(FROM_PARENT, bytes, at, length - at, null);
    if (count === 0) return undefined;
    at += count;
  }
  return bytes;
}
