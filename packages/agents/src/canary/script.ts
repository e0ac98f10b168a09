// The script of a canary run, carried inside the prompt: `castellan-canary:{…}`. The model that plays it keeps nothing,
// so that no state of one verification can reach another.
import type { JsonObject, JsonValue } from '@castellan/contract';
import { isJsonObject, isObject } from '../hook/plain-json.ts';

export interface CanaryCall {
  readonly tool: string;
  /**
   * A text makes a free-form call, for a client that has such tools (Codex's `exec` takes JavaScript). In an object a member
   * `{"$after": "TEXT"}` becomes the word that stands behind TEXT in what the calls before gave: ids that a client makes up.
   */
  readonly input: JsonObject | string;
  /** Of the tool, where the client has them (Codex: `mcp__SERVER`). */
  readonly namespace?: string;
}

export interface CanaryScript {
  /** What each turn calls, in this order; the calls of one turn run in parallel. */
  readonly turns: readonly (readonly CanaryCall[])[];
  /** The closing text; `{{result}}` becomes what the last tool gave. */
  readonly text: string;
}

const MARK = 'castellan-canary:';

/** Its first line is what the run's task will be called. */
export const canaryPrompt = (script: CanaryScript): string =>
  `Castellan verification\n${MARK}${JSON.stringify(script)}`;

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

const isCall = (value: unknown): value is CanaryCall =>
  isObject(value) &&
  typeof value.tool === 'string' &&
  (typeof value.input === 'string' || isJsonObject(value.input)) &&
  (value.namespace === undefined || typeof value.namespace === 'string');
const isTurn = (value: unknown): value is readonly CanaryCall[] =>
  Array.isArray(value) && value.length > 0 && value.every(isCall);

function scriptOf(value: unknown): CanaryScript | null {
  if (!isObject(value) || typeof value.text !== 'string' || !Array.isArray(value.turns)) return null;
  return value.turns.every(isTurn) ? { turns: value.turns, text: value.text } : null;
}

/** What comes next once so many results are in; null when only the closing text is left. */
export function nextTurn(script: CanaryScript, results: number): readonly CanaryCall[] | null {
  let before = 0;
  for (const turn of script.turns) {
    if (results <= before) return turn;
    before += turn.length;
  }
  return null;
}

const WORD = /^[A-Za-z0-9_.:-]*/;

/** The input with the words of earlier results put in. */
export function filled<Value extends JsonValue>(input: Value, results: readonly string[]): Value {
  const fill = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(fill);
    if (!isJsonObject(value)) return value;
    const { $after: mark } = value;
    if (typeof mark === 'string' && mark !== '') return wordAfter(mark, results);
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fill(part)]));
  };
  return fill(input) as Value;
}

function wordAfter(mark: string, results: readonly string[]): string {
  for (const text of results.toReversed()) {
    const at = text.indexOf(mark);
    if (at >= 0) return WORD.exec(text.slice(at + mark.length))?.[0] ?? '';
  }
  return '';
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
