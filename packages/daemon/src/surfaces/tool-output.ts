// What the model is given of what a tool gave: the same, with the secrets taken out. INVARIANT: it is looked at as it came,
// whatever else about the event cannot be read; what cannot be looked through is held back.
import { answerNothing, answerToolOutput } from '@castellan/agents';
import type { JsonObject, JsonValue } from '@castellan/contract';
import type { Given } from './calls.ts';
import type { Parts } from './parts.ts';
import { givenIn } from './secrets-in.ts';

/** The shape of an MCP result: nothing but such a server can give what has no end. */
const HELD_BACK: JsonValue = [
  { type: 'text', text: 'Castellan: what this tool gave could not be looked through for secrets, so it is held back.' },
];

export interface ToolOutput {
  readonly given: Given;
  readonly answer: JsonObject;
}

/** `body`: a PostToolUse event as it was sent; null where it is none. */
export function toolOutput(parts: Pick<Parts, 'redactor' | 'exits'>, body: unknown): ToolOutput | null {
  if (typeof body !== 'object' || body === null || !('hook_event_name' in body)) return null;
  if (body.hook_event_name !== 'PostToolUse') return null;
  const output = ('tool_response' in body ? body.tool_response : null) as JsonValue;
  try {
    const given = givenIn(parts, output, undefined);
    return { given, answer: given.shown === output ? answerNothing() : answerToolOutput(given.shown ?? null) };
  } catch {
    return { given: { shown: undefined, names: [] }, answer: answerToolOutput(HELD_BACK) };
  }
}
