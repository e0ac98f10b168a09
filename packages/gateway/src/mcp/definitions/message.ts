import type { JsonValue } from '@castellan/contract';
/** -32700 Parse error, -32600 Invalid request. */
export type ReadMessage =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly code: -32700 | -32600; readonly why: string };
export function readMessage(_text: string): ReadMessage {
  throw new Error('being written');
}
/** Bytes: invalid UTF-8 is refused too. */
export function readMessageBytes(_bytes: Uint8Array): ReadMessage {
  throw new Error('being written');
}
