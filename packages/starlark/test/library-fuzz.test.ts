// Every built-in and every method with arguments that make no sense: the answer is a value or an error of the program, never a JavaScript
// error, and never one that is the interpreter's own fault.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluate, json, math, struct, timeModule, UNIVERSE, type Value } from '../src/index.ts';
import { BYTES_METHODS, DICT_METHODS, LIST_METHODS, SET_METHODS, STRING_METHODS } from '../src/library/methods.ts';

const LITERALS = [
  'None',
  'True',
  '0',
  '1',
  '-1',
  '2',
  '7',
  '1 << 31',
  '-(1 << 31)',
  '1 << 53',
  '1 << 63',
  '-(1 << 64)',
  '1 << 300',
  '0.0',
  '-0.0',
  '1.5',
  '1e308',
  'float("inf")',
  'float("nan")',
  '""',
  '"a"',
  '"a b,c"',
  '"😀é"',
  '"%s %d"',
  '"{} {x}"',
  '"0x1F"',
  '"1e5"',
  '"[1, {}]"',
  '"{\\"a\\": 1}"',
  '"2006-01-02T15:04:05Z"',
  '"1h5m"',
  '"UTC"',
  'b""',
  'b"a\\xff"',
  '[]',
  '[1, 2, 3]',
  '["b", "a"]',
  '[[1, 2], [3, 4]]',
  '()',
  '(1,)',
  '("a", "b")',
  '{}',
  '{"a": 1, "b": [2]}',
  '{1: 2}',
  'set()',
  'set([1, "a"])',
  'range(5)',
  'range(3, 0, -1)',
  'len',
  'lambda x: x',
  'lambda: 1',
  '"a".upper',
  'struct(a = 1, b = "x")',
  'time.second',
  'time.from_timestamp(0)',
  '"ab".elems()',
  '"ab".codepoints()',
  'b"ab".elems()',
  'json',
];

const FUNCTIONS = [
  ...[...UNIVERSE].filter(([, value]) => typeof value === 'object' && value !== null).map(([name]) => name),
  ...['encode', 'encode_indent', 'decode', 'indent'].map((name) => `json.${name}`),
  ...[...math.members.keys()].filter((name) => name !== 'e' && name !== 'pi').map((name) => `math.${name}`),
  ...['from_timestamp', 'is_valid_timezone', 'now', 'parse_duration', 'parse_time', 'time'].map(
    (name) => `time.${name}`,
  ),
  'struct',
];
const METHODS = [STRING_METHODS, BYTES_METHODS, LIST_METHODS, DICT_METHODS, SET_METHODS].flatMap((methods) => [
  ...methods.keys(),
]);
const NAMES = ['x', 'key', 'reverse', 'sep', 'base', 'default', 'prefix', 'indent', 'year', 'location', 'format', 'a'];
const OPERATORS = [
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '|',
  '&',
  '^',
  '<<',
  '>>',
  'in',
  'not in',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
];

const literal = fc.constantFrom(...LITERALS);
const call = (callee: fc.Arbitrary<string>) =>
  fc
    .tuple(
      callee,
      fc.array(literal, { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...NAMES), literal, { maxKeys: 2 }),
    )
    .map(([name, positional, named]) => {
      const given = [...positional, ...Object.entries(named).map(([key, value]) => `${key} = ${value}`)];
      return `${name}(${given.join(', ')})`;
    });
const value = fc.oneof(
  literal,
  call(fc.constantFrom(...FUNCTIONS)),
  call(fc.tuple(literal, fc.constantFrom(...METHODS)).map(([self, name]) => `(${self}).${name}`)),
  fc.tuple(literal, fc.constantFrom(...OPERATORS), literal).map(([a, operator, b]) => `(${a}) ${operator} (${b})`),
  fc.tuple(literal, literal).map(([a, b]) => `(${a})[${b}]`),
  fc.tuple(literal, literal, literal, literal).map(([a, b, c, d]) => `(${a})[${b}:${c}:${d}]`),
);
const expression = fc.oneof(
  value,
  call(fc.constantFrom('repr', 'str', 'type', 'len', 'list', 'bool', 'sorted', 'json.encode', 'dir')).map(
    (text) => text,
  ),
  fc
    .tuple(fc.constantFrom('repr', 'str', 'list', 'sorted', 'json.encode', 'dir'), value)
    .map(([name, inner]) => `${name}(${inner})`),
);

const predeclared = new Map<string, Value>([
  ['json', json],
  ['math', math],
  ['struct', struct],
  ['time', timeModule(() => 1n)],
]);

it('answers whatever it is asked', () => {
  let values = 0;
  fc.assert(
    fc.property(expression, (source) => {
      const result = evaluate('fuzz.star', source, {
        predeclared,
        budget: { steps: 200_000, memoryBytes: 2 ** 24, depth: 50, outputBytes: 10_000 },
      });
      if (result.ok) {
        values++;
        return;
      }
      expect('error' in result, `it is no expression: ${source}`).toBe(true);
      if ('error' in result) {
        expect(result.error.message).not.toMatch(/internal error|stack overflow|undefined|\[object/);
        expect(result.error.kind).not.toBe('syntax');
      }
    }),
    { numRuns: 5000 },
  );
  // Nonsense is the purpose, but not only.
  expect(values).toBeGreaterThan(500);
});
