// How a command that needs a hand is told from its name and arguments.
import type { Invocation } from '../invocation.ts';
import type { Flow } from '../state.ts';

/** undefined: this use of the command is not known. */
export type Handler = (invocation: Invocation) => Flow | undefined;

/** One handler under several names. */
export const each = (names: string, handler: Handler): readonly (readonly [string, Handler])[] =>
  names.split(' ').map((name) => [name, handler] as const);
