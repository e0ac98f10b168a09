// Between values of the language and JSON text, for hosts: arguments come in and results go out. As `json.decode` and `json.encode` of a
// program do it, within a budget.

import type { Host, Used } from './eval/host.ts';
import { startThread } from './eval/start.ts';
import { decodeJson } from './library/json/decode.ts';
import { encodeJson } from './library/json/encode.ts';
import { type CallResult, type Failed, finish } from './program.ts';
import type { Value } from './values/value.ts';

/** The value that a JSON text means. */
export function fromJson(text: string, host: Host): CallResult {
  return finish(startThread(host), (thread) => {
    const decoded = decodeJson(thread, text);
    return decoded.ok ? decoded.value : thread.fail(`malformed JSON: ${decoded.message}`);
  });
}

export type JsonResult = { readonly ok: true; readonly text: string; readonly used: Used } | Failed;

/** A value as JSON text, keys sorted; fails for what JSON has no form of: functions, cycles, infinite floats. */
export function toJson(value: Value, host: Host): JsonResult {
  const encoded = finish(startThread(host), (thread) => encodeJson(thread, 'json.encode', value));
  return encoded.ok ? { ok: true, text: String(encoded.result), used: encoded.used } : encoded;
}
