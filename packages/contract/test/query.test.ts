// The query language: what is read, what is refused and where, and that what is printed is read as the same.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isQueryField,
  parseQuery,
  printQuery,
  QUERY_FIELD_NAMES,
  QUERY_FIELDS,
  type Query,
  type QueryField,
  valuesOfField,
} from '../src/index.ts';

const read = (text: string): Query => {
  const found = parseQuery(text);
  if (!found.ok) throw new Error(found.faults.map(({ message }) => message).join('; '));
  return found.value;
};
const term = (field: QueryField, values: readonly string[], not = false) => ({ field, not, values });

describe('what is read', () => {
  test.each<[string, Query]>([
    ['', []],
    ['  ', []],
    ['agent:claude', [term('agent', ['claude'])]],
    ['AGENT:Claude verdict:DENY', [term('agent', ['claude']), term('verdict', ['deny'])]],
    ['effect:delete,send', [term('effect', ['delete', 'send'])]],
    ['effect:send,send', [term('effect', ['send'])]],
    ['-tool:Read', [term('tool', ['read'], true)]],
    ['path:~/Work/**', [term('path', ['~/Work/**'])]],
    ['host:*.example.org', [term('host', ['*.example.org'])]],
    ['Drop TABLE', [term('text', ['drop']), term('text', ['table'])]],
    ['"drop table"', [term('text', ['drop table'])]],
    ['-"drop table"', [term('text', ['drop table'], true)]],
    ['text:a,b', [term('text', ['a,b'])]],
    ['a,b', [term('text', ['a,b'])]],
    ['"say \\"no\\" \\\\"', [term('text', ['say "no" \\'])]],
    ['task:"fix the build",t2', [term('task', ['fix the build', 't2'])]],
    ['since:2d until:2026-11-20T18:00', [term('since', ['2d']), term('until', ['2026-11-20t18:00'])]],
    ['on:yesterday', [term('on', ['yesterday'])]],
    ['call:0123456789abcdef0123', [term('call', ['call_0123456789abcdef0123'])]],
    ['"https://example.org"', [term('text', ['https://example.org'])]],
  ])('%s', (text, query) => {
    expect(read(text)).toEqual(query);
  });

  test('the example of every field', () => {
    for (const { example } of Object.values(QUERY_FIELDS).filter(({ example }) => !example.includes('…')))
      expect(parseQuery(example), example).toMatchObject({ ok: true });
  });
});

test.each([
  ['agnet:claude', /^at character 1: unknown field `agnet`$/, /did you mean `agent:`\?/],
  ['verdict:deny https://example.org', /^at character 14: unknown field `https`$/, /quote it/],
  ['verdict:no', /^at character 1: `verdict` cannot be `no`$/, /`allow`, `ask`, `confirm`, `deny`/],
  ['tool:', /^at character 6: nothing to look for$/, /say what/],
  ['tool:a,', /^at character 8: nothing to look for$/, /say what/],
  ['-', /^at character 2: nothing to look for$/, /say what/],
  ['a "b', /^at character 3: a quote that never ends$/, /end it/],
  ['a"b"', /^at character 2: a quote in the middle of a value$/, /quote the whole value/],
  ['"a"b', /^at character 4: something hangs on a quote$/, /leave a space/],
  ['since:soon', /^at character 1: `since` cannot be `soon`$/, /`2d`/],
  ['on:2026-02-30', /^at character 1: `on` cannot be `2026-02-30`$/, /2026-11-20/],
  ['since:2026-02-03T25:00', /cannot be/, /2d/],
  ['call:abc', /^at character 1: `call` cannot be `abc`$/, /a whole id/],
  ['path:src', /^at character 1: `path` cannot be `src`$/, /a whole path/],
  ['x'.repeat(1001), /^a query of 1001 characters$/, /at most 1000/],
  ['a '.repeat(40), /^a query of 40 terms$/, /at most 32/],
  [`tool:${'a,'.repeat(60)}b`, /61 values of `tool`/, /at most 50/],
])('%s is refused, and said where', (text, message, hint) => {
  const found = parseQuery(text);
  if (found.ok) throw new Error('it was read');
  expect(found.faults[0]?.message).toMatch(message);
  expect(found.faults[0]?.hint).toMatch(hint);
});

test('every fault is told at once', () => {
  const found = parseQuery('agnet:x verdict:no kind:y');
  expect(found.ok ? [] : found.faults).toHaveLength(3);
});

test('what is printed is read as the same', () => {
  const value = (field: QueryField): fc.Arbitrary<string> => {
    const values = valuesOfField(field);
    switch (values.kind) {
      case 'words':
        return fc.constantFrom(...values.words);
      case 'id':
        return fc.stringMatching(/^[0-9a-z]{6,20}$/).map((tail) => `${values.prefix}_${tail}`);
      case 'moment':
        return fc.constantFrom('now', '3w', 'today', '2026-11-20', '2026-11-20t18:00:59');
      case 'day':
        return fc.constantFrom('today', '2024-02-29');
      case 'path':
        return fc.string({ unit: 'grapheme' }).map((text) => `/${text}`);
      case 'name':
      case 'text':
        return fc
          .string({ unit: 'grapheme', minLength: 1 })
          .map((text) => text.toLowerCase())
          .filter((text) => text.trim() !== '' && text.toLowerCase() === text);
    }
  };
  const query = fc.array(
    fc.constantFrom(...QUERY_FIELD_NAMES).chain((field) =>
      fc.record({
        field: fc.constant(field),
        not: fc.boolean(),
        values: fc.uniqueArray(value(field), { minLength: 1, maxLength: field === 'text' ? 1 : 3 }),
      }),
    ),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(query, (given) => {
      const text = printQuery(given);
      fc.pre(text.length <= 1000);
      expect(read(text)).toEqual(given);
    }),
  );
});

test('no text ends the reading without an answer', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const found = parseQuery(text);
      if (!found.ok) expect(found.faults.length).toBeGreaterThan(0);
      else {
        expect(parseQuery(printQuery(found.value))).toEqual(found);
        expect(found.value.every(({ field }) => isQueryField(field))).toBe(true);
      }
    }),
    { numRuns: 40 },
  );
});
