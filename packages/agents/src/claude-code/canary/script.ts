// The script of a canary run, carried inside the prompt: `castellan-canary:{…}`. The model that plays it keeps nothing,
// so that no state of one verification can reach another.
import type { JsonObject } from '@castellan/contract';
import { isJsonObject, isObject } from '../hook/plain-json.ts';

export interface CanaryScript {
  /** Tool calls, one turn each, in this order. */
  readonly calls: readonly { readonly tool: string; readonly input: JsonObject }[];
  /** The closing text; `{{result}}` becomes what the last tool gave. */
  readonly text: string;
}

const MARK = 'castellan-canary:';

export const canaryPrompt = (script: CanaryScript): string => `${MARK}${JSON.stringify(script)}`;

/** The script in a text, wherever it stands; what follows its last brace is the client's own words. */
export function findCanaryScript(text: string): CanaryScript | null {
  const start = text.indexOf(MARK);
  if (start < 0) return null;
  const rest = text.slice(start + MARK.length);
  const end = objectEnd(rest);
  if (end === null) return null;
  try {
    return scriptOf(JSON.parse(rest.slice(0, end)));
  } catch {
    return null;
  }
}

function scriptOf(value: unknown): CanaryScript | null {
  if (!isObject(value) || typeof value.text !== 'string' || !Array.isArray(value.calls)) return null;
  const calls = value.calls.filter(
    (call: unknown): call is CanaryScript['calls'][number] =>
      isObject(call) && typeof call.tool === 'string' && isJsonObject(call.input),
  );
  return calls.length === value.calls.length ? { calls, text: value.text } : null;
}

/** Where the JSON object that opens the text ends, or null. */
function objectEnd(text: string): number | null {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
      continue;
    }
    if (char === '"') inString = true;
    else if (char === '{') depth += 1;
    else if (char === '}') depth -= 1;
    if (depth === 0) return char === '}' ? at + 1 : null;
  }
  return null;
}
