// The hostile program asks a built-in for far more than there is. It gets an ordinary error before anything has grown.
import { expect, it } from 'vitest';
import { evaluate, json, struct, type Value } from '../src/index.ts';

const MEGABYTE = 2 ** 20;
const BUDGET = { steps: 1_000_000, memoryBytes: 4 * MEGABYTE, depth: 100, outputBytes: 1000 };
const predeclared = new Map<string, Value>([
  ['json', json],
  ['struct', struct],
  ['big', 'a'.repeat(300_000)],
]);

it.each([
  'big.replace("a", big)',
  'big.replace("", big)',
  'big.join([big] * 100)',
  '("%s" * 50) % tuple([big] * 50)',
  '("{0}" * 50).format(big)',
  'list(range(1000000000))',
  'tuple(range(1000000000))',
  'sorted(range(1000000000))',
  'reversed(range(1000000000))',
  'enumerate(range(1000000000))',
  'zip(range(1000000000), range(1000000000))',
  'set(range(1000000000))',
  'dict([(x, x) for x in range(10000000)])',
  'bytes(range(1000000000))',
  '[].extend(range(1000000000))',
  'list((big * 30).elems())',
  '(big * 5).split("a")',
  '(big * 3).splitlines() + list(big.elems()) * 100',
  'json.encode([big] * 100)',
  'json.indent("[" * 10000 + "]" * 10000, indent = big)',
  'json.decode("[" + "[]," * 300000 + "1]")',
  'all([x for x in range(1000000000)])',
  'any(range(0, 1)) or any([0] * 100000000)',
  'max(range(1000000000))',
  'sorted([str(x) for x in range(1000000)])',
  'int("9" * 300000) * int("9" * 300000)',
  'str(int("9" * 1000000))',
  'big.upper() + big.title() * 100',
  'hash(big * 6) + len(big * 100)',
])('ends at a budget: %s', (expression) => {
  const result = evaluate('hostile.star', expression, { predeclared, budget: BUDGET });
  expect(result.ok).toBe(false);
  if (result.ok || !('error' in result)) throw new TypeError('it should not have compiled, or failed');
  expect(result.error.kind).toBe('budget');
  expect(['steps', 'memory']).toContain(result.error.budget);
  expect(result.error.at).toBeDefined();
});

it('cannot print more than it may', () => {
  const printed: string[] = [];
  const result = evaluate('hostile.star', '[print(big) for _ in range(10)]', {
    predeclared,
    budget: BUDGET,
    print: (text) => {
      printed.push(text);
    },
  });
  expect(result.ok === false && 'error' in result && result.error.budget).toBe('output');
  expect(printed).toEqual([]);
});

it('does not overflow the stack of JavaScript with what is nested deeply', () => {
  const nest = (open: string, close: string) => `${open.repeat(20_000)}${close.repeat(20_000)}`;
  for (const expression of [
    'repr(json.decode(text))',
    'json.encode(json.decode(text))',
    'len(str(json.decode(text)))',
  ]) {
    const names = new Map([...predeclared, ['text', nest('[', ']')] as const]);
    const result = evaluate('hostile.star', expression, {
      predeclared: names,
      budget: { ...BUDGET, memoryBytes: 2 ** 28 },
    });
    expect(result.ok).toBe(true);
  }
  const equal = evaluate('hostile.star', 'json.decode(text) == json.decode(text)', {
    predeclared: new Map([...predeclared, ['text', nest('[', ']')] as const]),
    budget: { ...BUDGET, memoryBytes: 2 ** 28 },
  });
  expect(equal.ok === false && 'error' in equal && equal.error.message).toBe(
    'comparison exceeded maximum recursion depth',
  );
});
