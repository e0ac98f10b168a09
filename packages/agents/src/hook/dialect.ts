// How one client tells of what it does by hooks, and how it is answered. The daemon knows events and decisions only.
import type { AgentKind, Decision, JsonObject, JsonValue, Parsed } from '@castellan/contract';
import type { HookEvent, ImpliedUse } from './event.ts';

export type HookHeaders = { readonly [name: string]: string | undefined };

export interface HookDialect {
  readonly kind: AgentKind;
  /** The module its own tools are in. */
  readonly module: string;
  /** The members of a body in which a tool's input and what it gave stand: both are looked through where they are used. */
  readonly sent: { readonly input: string; readonly output: string };
  /**
   * The folder of a tool's event is one the model may choose, so it is no session's workspace: that is told when a session
   * starts, and with a prompt. Of the others every event's is the client's own, and the first one tells it.
   */
  readonly callsChooseFolder?: true;
  /** How it writes the name of a tool that our gateway offers; none: as it is. */
  spelt?(name: string): string;
  /** Never throws; what cannot be understood is a fault. @param headers their names in lower case. */
  parse(body: unknown, headers: HookHeaders): Parsed<HookEvent>;
  /** Why nothing may run in a session of a workspace whose settings the client heeds; null: nothing speaks against it. */
  fault?(workspace: string): Promise<string | null>;
  /** What an event makes the client read by a text that only a file holds; null: that cannot be told, and it must not go on. */
  expanded?(event: HookEvent): Promise<readonly ImpliedUse[] | null>;
  /**
   * What a tool gave, as it was sent, whatever else about the body cannot be read; null where it tells of none. INVARIANT: a
   * secret in it is taken out because of this, so in doubt it is there.
   */
  given(body: unknown): { readonly value: JsonValue } | null;
  /** The decision as the client takes it. What may run runs with the decided arguments, in `updatedInput` as they are. */
  tool(decision: Decision): HookAnswer;
  /** The client is about to ask its own user. */
  permission(decision: Decision): HookAnswer;
  /** What a prompt would read is refused, or a change of settings: the prompt is dropped, the change does not count. */
  block(event: HookEvent, message: string): HookAnswer;
  /** Text for the model at an event that takes it. */
  context(event: HookEvent, text: string): HookAnswer;
  /** What the model is given instead of what the tool gave; null: this client cannot be told another output. */
  output(body: unknown, output: JsonValue): HookAnswer | null;
  /** An event that needs no answer. */
  nothing(): HookAnswer;
  /** The answer to a body that could not be parsed, by what it claims to be; in doubt it refuses a tool. */
  refuse(body: unknown, message: string): HookAnswer;
}

/**
 * What a client is told. `json` is the body for clients that ask by HTTP, and what a hook command prints where it ends with
 * exit 0; a `refusal` ends a hook command with exit 2, this text on stderr and nothing on stdout.
 */
export interface HookAnswer {
  readonly json: JsonObject;
  readonly refusal: string | null;
}

/** What a hook command of ours asks for: it does as it is told, and reads no JSON. */
export const PLAIN_ANSWER = 'application/vnd.castellan.hook';

/** The first line of a plain answer: the code, and how many bytes follow, so that one cut short is seen. */
export const plainText = (code: string, said: string): string =>
  `${code} ${new TextEncoder().encode(said).length}\n${said}`;

/**
 * The answer for a hook command: `0` and what it prints, or `2` and what it says on stderr. INVARIANT: a refusal has a text;
 * a client takes exit 2 without one for a yes.
 */
export function plainAnswer({ json, refusal }: HookAnswer): string {
  if (refusal === null) return plainText('0', JSON.stringify(json));
  const said = refusal.replaceAll('\0', '').toWellFormed();
  return plainText('2', /[^\s\p{C}]/u.test(said) ? said : 'castellan refused');
}
