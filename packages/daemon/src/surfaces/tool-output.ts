// What the model is given of what a tool gave: the same, with the secrets taken out. INVARIANT: it is looked at as it came,
// whatever else about the event cannot be read; what cannot be looked through is held back.
import type { HookAnswer, HookDialect } from '@castellan/agents';
import type { JsonValue } from '@castellan/contract';
import type { Given } from './outcome.ts';
import type { Parts } from './parts.ts';
import { givenIn } from './secrets-in.ts';

/** The shape of an MCP result: nothing but such a server can give what has no end. */
const HELD_BACK: JsonValue = [
  { type: 'text', text: 'Castellan: what this tool gave could not be looked through for secrets, so it is held back.' },
];

export interface ToolOutput {
  readonly given: Given;
  /** Null: another output should be told, and this client cannot be told one. */
  readonly answer: HookAnswer | null;
}

/** `body`: an event as it was sent. Null: it tells of nothing that a tool gave. */
export function toolOutput(
  parts: Pick<Parts, 'redactor' | 'exits'>,
  dialect: HookDialect,
  body: unknown,
): ToolOutput | null {
  const output = dialect.given(body);
  if (output === null) return null;
  try {
    const given = givenIn(parts, output.value, undefined);
    const answer = given.shown === output.value ? dialect.nothing() : dialect.output(body, given.shown ?? null);
    return { given, answer };
  } catch {
    return { given: { shown: undefined, names: [] }, answer: dialect.output(body, HELD_BACK) };
  }
}
