// What an expression comes to, as text: the `repr` of its value, or `!` and the message of its error.
import {
  type Budget,
  callFunction,
  evaluate,
  json,
  math,
  struct,
  timeModule,
  UNIVERSE,
  type Value,
} from '../../src/index.ts';

export const BUDGET: Budget = { steps: 5_000_000, memoryBytes: 2 ** 28, depth: 200, outputBytes: 2 ** 16 };

const PREDECLARED = new Map<string, Value>([
  ['json', json],
  ['math', math],
  ['struct', struct],
  ['time', timeModule(() => 1_700_000_000_000_000_000n)],
]);

export function says(expression: string, names: Readonly<Record<string, Value>> = {}, budget: Budget = BUDGET): string {
  const predeclared = new Map([...PREDECLARED, ...Object.entries(names)]);
  const result = evaluate('test.star', expression, { predeclared, budget });
  if (!result.ok) return `!${result.errors[0]?.message}`;
  const written = callFunction(UNIVERSE.get('repr') ?? null, [result.result], { budget });
  return written.ok ? String(written.result) : `!${written.error.message}`;
}
