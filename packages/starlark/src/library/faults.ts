// Whose fault it was: starlark-go puts the name of the built-in before what went wrong inside it.
import { Fault } from '../eval/fault.ts';
import type { Meter } from '../values/value.ts';

/** To be thrown on: a fault of the program with the built-in's name before it. What else was thrown goes through as it is. */
export function blame(thread: Meter, name: string, thrown: unknown): never {
  if (thrown instanceof Fault && thrown.kind === 'eval') thread.fail(`${name}: ${thrown.message}`);
  throw thrown;
}
