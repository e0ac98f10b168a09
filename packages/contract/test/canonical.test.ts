// Canonical JSON and call digests: one text for one value, so that what a person approves has one name.
import { createHash } from 'node:crypto';
import {
  type BoundCall,
  callDigest,
  canonicalJson,
  isWellFormed,
  type JsonValue,
  type Sha256,
} from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const sha256: Sha256 = (text) => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const call: BoundCall = {
  agent: 'agent_000001',
  session: 'session_000001',
  task: 'task_000001',
  module: 'mail',
  tool: 'send',
  arguments: { to: 'a@example.org', amount: 10 },
  cwd: '/project',
  workspace: '/project',
};

test('the examples of RFC 8785', () => {
  expect(
    canonicalJson({
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    }),
  ).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  const keys = { '€': 1, '\r': 2, \ufb33: 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
  expect(Object.keys(JSON.parse(canonicalJson(keys)) as object).sort()).toEqual(Object.keys(keys).sort());
  expect(canonicalJson(keys)).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}');
});

test('written, read and written again it is the same text; the order of keys never matters', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      fc.pre(isWellFormed(value as JsonValue));
      const text = canonicalJson(value as JsonValue);
      expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
    }),
  );
  expect(canonicalJson({ b: 1, a: { d: 1, c: 2 } })).toBe(canonicalJson({ a: { c: 2, d: 1 }, b: 1 }));
});

test('what is in order already is written as the library would write it', () => {
  const names = fc.oneof(
    fc.string(),
    fc.constantFrom('0', '10', '9', '-1', '__proto__', 'toJSON', 'a', 'ö', '😀', '\ufb33'),
  );
  const values = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<JsonValue>(null, true, -0, 1e21, 5e-324, '\u2028', '</script>'),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.string(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc
        .array(fc.tuple(names, tie('value')), { maxLength: 5 })
        .map((members) => Object.fromEntries(members.toSorted(([a], [b]) => (a < b ? -1 : 1)))),
    ),
  })).value;
  fc.assert(
    fc.property(values, (value) => {
      fc.pre(isWellFormed(value));
      expect(canonicalJson(value)).toBe(canonicalize(value));
    }),
    { numRuns: 2000 },
  );
});

test('what has no canonical form has no digest', () => {
  for (const value of ['\ud800', { '\udc00': 1 }, [Number.NaN], Number.POSITIVE_INFINITY] as JsonValue[]) {
    expect(isWellFormed(value)).toBe(false);
    expect(() => canonicalJson(value)).toThrow(RangeError);
  }
});

verifies(
  ['H5'],
  'the digest of a call names agent, session, task, tool, arguments and folders: change one and it is another',
  () => {
    const digest = callDigest(call, sha256);
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(callDigest({ ...call, arguments: { amount: 10, to: 'a@example.org' } }, sha256)).toBe(digest);
    const others: readonly Partial<BoundCall>[] = [
      { agent: 'agent_000002' },
      { session: 'session_000002' },
      { task: 'task_000002' },
      { module: 'mail2' },
      { tool: 'send2' },
      { cwd: '/project/x' },
      { workspace: '/' },
      { arguments: { to: 'a@example.org', amount: 10.5 } },
      { arguments: { to: 'a@example.org', amount: '10' } },
      { arguments: { to: 'a@example.org', amount: 10, cc: null } },
    ];
    expect(new Set([digest, ...others.map((other) => callDigest({ ...call, ...other }, sha256))]).size).toBe(
      others.length + 1,
    );
  },
);
