// Arguments against the accepted schema. Written as the agent that adds an argument nobody looked at, and as the server whose
// schema is made to hang whoever checks it.
import type { JsonObject, JsonValue } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argumentsChecker } from '../src/mcp/definitions/index.ts';
import { tool } from './support/definitions.ts';

const check = (inputSchema: JsonObject, args: JsonValue): readonly string[] =>
  argumentsChecker(tool('t', { inputSchema }))(args as JsonObject).map(({ path, message }) => `${path}: ${message}`);
const text = { type: 'string' } as const;
const object = (properties: JsonObject, rest: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...rest });

test('arguments that fit have no faults, and each fault is told with its place', () => {
  const schema = object({ to: text, n: { type: 'integer' } }, { required: ['to'] });
  expect(check(schema, { to: 'a', n: 1 })).toEqual([]);
  expect(check(schema, { n: 'x' })).toEqual(['to: `to` is missing', 'n: must be integer']);
  expect(
    check(object({ list: { type: 'array', items: object({ a: text }) } }), { list: [{ a: 'x' }, { a: 1 }] }),
  ).toEqual(['list[1].a: must be string']);
});

test('an unknown argument is refused at every level that names its own', () => {
  const schema = object({ outer: object({ a: text }), items: { type: 'array', items: object({ b: text }) } });
  expect(check(schema, { bcc: 'x' })).toEqual(['bcc: unknown argument `bcc`']);
  expect(check(schema, { outer: { a: 'x', z: 1 } })).toEqual(['outer.z: unknown argument `z`']);
  expect(check(schema, { items: [{ b: 'x', z: 1 }] })).toEqual(['items[0].z: unknown argument `z`']);
  expect(check(object({}), { a: 1 })).toEqual(['a: unknown argument `a`']);
  expect(check(schema, JSON.parse('{"__proto__":{"a":1}}'))).toHaveLength(1);
  expect(check(schema, JSON.parse('{"constructor":1,"toString":2}'))).toHaveLength(2);
});

test('a level that says itself what else it takes is left as it is', () => {
  expect(check(object({ a: text }, { additionalProperties: true }), { z: 1 })).toEqual([]);
  expect(check(object({ a: text }, { additionalProperties: text }), { z: 'x' })).toEqual([]);
  expect(check(object({ a: text }, { additionalProperties: text }), { z: 1 })).toEqual(['z: must be string']);
  expect(check(object({ a: text }, { patternProperties: { '^x-': text } }), { z: 1, 'x-a': 'y' })).toEqual([]);
  expect(check({ type: 'object' }, { z: 1 })).toEqual([]);
});

test('what alternatives and references declare is known', () => {
  const schema: JsonObject = {
    type: 'object',
    allOf: [{ $ref: '#/$defs/base' }],
    oneOf: [object({ mail: text }, { required: ['mail'] }), object({ phone: text }, { required: ['phone'] })],
    $defs: { base: object({ id: text }) },
  };
  expect(check(schema, { id: 'a', mail: 'b' })).toEqual([]);
  expect(check(schema, { id: 'a', mail: 'b', z: 1 })).toEqual(['z: unknown argument `z`']);
  expect(
    check(object({ a: text, b: text }, { anyOf: [{ required: ['a'] }, { required: ['b'] }] }), { a: 'x', z: 1 }),
  ).toEqual(['z: unknown argument `z`']);
});

test('both dialects are read, and older spellings of them', () => {
  const draft7 = { $schema: 'http://json-schema.org/draft-07/schema#' };
  const pair = { type: 'array', items: [text, { type: 'number' }], additionalItems: false };
  expect(check(object({ pair }, draft7), { pair: ['a', 1] })).toEqual([]);
  expect(check(object({ pair }, draft7), { pair: ['a', 'b'] })).toEqual(['pair[1]: must be number']);
  expect(
    check(object({ pair: { type: 'array', prefixItems: [text], items: false } }), { pair: ['a', 1] }),
  ).toHaveLength(1);
  expect(check(object({ a: text, b: text }, { dependentRequired: { a: ['b'] } }), { a: 'x' })).not.toEqual([]);
  expect(check(object({ a: text, b: text }, { ...draft7, dependencies: { a: ['b'] } }), { a: 'x' })).not.toEqual([]);
  expect(check(object({ n: { minimum: 1, exclusiveMinimum: true } }), { n: 1 })).toHaveLength(1);
  expect(check(object({ n: { type: 'string', nullable: true } }), { n: null })).toEqual([]);
  expect(check(object({ n: { enum: ['a', { b: 1 }] } }), { n: { b: 1 } })).toEqual([]);
  expect(check(object({ u: { type: 'string', format: 'uri' } }), { u: 'no address' })).toHaveLength(1);
});

test.for<[string, JsonObject, string]>([
  ['reaches out', { $ref: 'https://evil.example/schema' }, 'which is not in it'],
  ['leads nowhere', { $ref: '#/$defs/none' }, 'which is not in it'],
  ['is no schema', { type: 'object', properties: { a: 3 } }, 'neither an object nor true or false'],
  ['has a type nobody knows', { type: 'object', properties: { a: { type: 'strin' } } }, 'unknown `type`'],
  ['asks for what is not understood', { type: 'object', unevaluatedItems: false }, 'unevaluatedItems'],
  ['refers back in a pattern', object({ a: { pattern: '(a)\\1' } }), 'refers to what a group matched'],
  ['looks behind', object({ a: { pattern: '(?<=a)b' } }), 'looks behind'],
  ['has no pattern', object({ a: { pattern: '(' } }), 'not a regular expression'],
  ['has an endless pattern', object({ a: { pattern: '(?:(?:(?:){99999}){99999}){99999}' } }), 'too large'],
  [
    'has too many patterns',
    object(Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`p${i}`, { pattern: `^${i}$` }]))),
    'more than 200 patterns',
  ],
  ['is too large', object(Object.fromEntries(Array.from({ length: 2100 }, (_, i) => [`p${i}`, {}]))), 'more than 2000'],
])('no call passes a schema that %s', ([, schema, why]) => {
  const faults = check(schema, {});
  expect(faults).toHaveLength(1);
  expect(faults[0]).toContain('the tool cannot be called');
  expect(faults[0]).toContain(why);
});

test('a definition without a schema takes no call', () => {
  expect(argumentsChecker(tool('t', { inputSchema: 'any' }))({})[0]?.message).toContain('no schema');
});

const branch = { properties: { x: { $ref: '#/$defs/a' } }, required: ['x'] };
const doubling = Object.fromEntries(
  Array.from({ length: 40 }, (_, i) => [
    `d${i}`,
    i === 39 ? { type: 'string' } : { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
  ]),
);

test.for<[string, JsonObject, JsonValue]>([
  ['goes back for ever', object({ s: { pattern: '^(a+)+$' } }), { s: `${'a'.repeat(20_000)}b` }],
  ['goes back often', object({ s: { pattern: 'a*a*a*a*a*a*b' } }), { s: 'a'.repeat(100_000) }],
  ['looks ahead in a loop', object({ s: { pattern: '^(?:(?=.*a)(?=.*b).)+$' } }), { s: 'ab'.repeat(20_000) }],
  ['branches at each level', { $ref: '#/$defs/a', $defs: { a: { oneOf: [branch, branch] } } }, nest(60)],
  ['doubles at each reference', { $ref: '#/$defs/d0', $defs: doubling }, {}],
  ['refers to itself', { $ref: '#' }, {}],
  ['contains itself', { allOf: [{ $ref: '#' }] }, {}],
])('a schema that %s ends all the same', ([, schema, args]) => {
  expect(check(schema, args)).not.toEqual([]);
});

function nest(depth: number): JsonObject {
  let value: JsonObject = { x: 1 };
  for (let i = 0; i < depth; i += 1) value = { x: value };
  return value;
}

test('code in a schema is text', () => {
  const evil = 'a"];throw new Error(`run`);//';
  expect(
    check(object({ [evil]: { const: '`+process.exit(1)+`' } }, { required: [evil] }), { [evil]: 'x' }),
  ).toHaveLength(1);
});

test('patterns mean what they mean to JavaScript', () => {
  const patterns = [
    '^[a-z]+(-[a-z]+)*$',
    '^\\d{2,4}$',
    'a|bc|^$',
    '^(?!x)[^y]*$',
    '\\bfoo\\b',
    '^(?:ab?c{2}|d+?)$',
    '^.\\.\\S$',
  ];
  const chars = fc.constantFrom('a', 'b', 'c', 'd', 'x', 'y', '-', '1', '2', ' ', '.', 'foo', 'ä', '\n');
  fc.assert(
    fc.property(fc.constantFrom(...patterns), fc.array(chars, { maxLength: 8 }), (pattern, parts) => {
      const value = parts.join('');
      expect(check(object({ s: { pattern } }), { s: value }).length === 0).toBe(new RegExp(pattern, 'u').test(value));
    }),
    { numRuns: 400 },
  );
});

test('one name more than a schema declares is always refused', () => {
  const name = fc.stringMatching(/^[a-z]{1,6}$/);
  fc.assert(
    fc.property(fc.uniqueArray(name, { maxLength: 6 }), name, (known, extra) => {
      const schema = object(Object.fromEntries(known.map((each) => [each, text])));
      expect(check(schema, { [extra]: 'x' }).length === 0).toBe(known.includes(extra));
    }),
    { numRuns: 60 },
  );
});
