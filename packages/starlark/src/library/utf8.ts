// Between strings and bytes: UTF-8, where what is not UTF-8 becomes one U+FFFD a byte, as in Go.

import { Bytes } from '../values/bytes.ts';
import { Chunks } from '../values/chunks.ts';
import { COST } from '../values/cost.ts';
import { decode, sequenceLength } from '../values/quote.ts';
import type { Meter } from '../values/value.ts';
import { chargeText } from './text.ts';

export function encodeUtf8(text: string, thread: Meter): Bytes {
  thread.step(text.length >> 4);
  thread.allocate(COST.bytes + 3 * text.length);
  return new Bytes(new TextEncoder().encode(text));
}

export function decodeUtf8(bytes: Bytes, thread: Meter): string {
  const { data } = bytes;
  thread.step(data.length >> 3);
  chargeText(thread, data.length);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    return decodeLoosely(data);
  }
}

/** Where the standard decoder would make one U+FFFD of several bytes. */
function decodeLoosely(data: Uint8Array): string {
  const text = new Chunks();
  for (let at = 0; at < data.length; ) {
    const width = sequenceLength(data, at);
    text.add(width === 0 ? '\ufffd' : String.fromCodePoint(decode(data, at, width)));
    at += Math.max(width, 1);
  }
  return text.text;
}
