// Bytes: an immutable sequence of numbers from 0 to 255. INVARIANT: `data` is never written to after construction.
import { COST } from './cost.ts';
import type { Meter } from './value.ts';

/** Bytes of the language: numbers from 0 to 255. Who makes them gives `data` away. */
export class Bytes {
  readonly data: Uint8Array;

  constructor(data: Uint8Array) {
    this.data = data;
  }
}

/** A string with a code unit a byte: for searching, and for what must tell bytes apart. */
export function latin(data: Uint8Array, meter: Meter): string {
  meter.step(data.length >> 4);
  meter.allocate(COST.string + COST.unit * data.length);
  // In pieces, because a call takes only so many arguments.
  let text = '';
  for (let at = 0; at < data.length; at += 4096) text += String.fromCharCode(...data.subarray(at, at + 4096));
  return text;
}
