// What a program gives back, as JSON within its bounds.
import type { ChildMessage } from '@castellan/contract';
import { type Budget, toJson, type Used, type Value } from '@castellan/starlark';
import { failure } from './failure.ts';
import { wholeUsed } from './used.ts';

/** As the parent has them. */
const MAX_BYTES = 262_144;
const MAX_DEPTH = 64;

/** @param left of the program's budget */
export function resultText(value: Value, left: Budget, used: Used): ChildMessage {
  const encoded = toJson(value, { budget: left });
  const all = {
    steps: used.steps + encoded.used.steps,
    memoryBytes: used.memoryBytes + encoded.used.memoryBytes,
    outputBytes: used.outputBytes,
  };
  if (!encoded.ok) {
    const code = encoded.error.kind === 'budget' ? undefined : 'result_invalid';
    return failure(encoded.error, all, undefined, code);
  }
  const bytes = Buffer.byteLength(encoded.text);
  if (bytes > MAX_BYTES) return wrong('result_invalid', `the result is longer than ${MAX_BYTES} bytes`, all);
  if (bytes > left.outputBytes)
    return wrong('output_exceeded', 'the result is longer than what is left of the output', all);
  const fault = faultOf(encoded.text);
  if (fault !== undefined) return wrong('result_invalid', fault, all);
  return { kind: 'done', result: encoded.text, used: wholeUsed({ ...all, outputBytes: all.outputBytes + bytes }) };
}

function wrong(code: 'result_invalid' | 'output_exceeded', message: string, used: Used): ChildMessage {
  return failure({ kind: 'eval', message }, used, undefined, code);
}

/** Of JSON text: nested too deeply, or an int that a reader of JSON would make another of. */
function faultOf(text: string): string | undefined {
  let depth = 0;
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[[{\]}]|-?\d[\d.eE+-]*/g)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else if (/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)))
      return 'an int of the result is beyond 2^53: give it as a string';
    if (depth > MAX_DEPTH) return `the result is nested deeper than ${MAX_DEPTH}`;
  }
  return undefined;
}
