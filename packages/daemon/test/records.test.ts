// Records to entries and back: one entry where it fits, bound parts where it does not.
import type { LedgerRecord } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeEntry, entriesOf, joinParts } from '../src/records/encode.ts';

const record = (text: string): LedgerRecord => ({ kind: 'refusal', at: 1, who: 'agent:x', what: 'y', text });
const decode = (entries: readonly Uint8Array[]): LedgerRecord | null => {
  const decoded = entries.map(decodeEntry);
  const last = decoded.at(-1);
  if (last?.kind === 'record') return last.record;
  return last?.kind === 'joined' ? joinParts(last, decoded.slice(0, -1)) : null;
};

test('any record of any size comes back as it was, in entries that fit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 8000 }), (unit, times) => {
      const whole = record(unit.repeat(times).slice(0, 300_000).toWellFormed());
      const entries = entriesOf(JSON.stringify(whole), () => 'r1');
      expect(entries.every((entry) => entry.length <= 65_535)).toBe(true);
      expect(decode(entries)).toEqual(whole);
    }),
    { numRuns: 60 },
  );
});

test('the worst character for JSON in JSON still fits', () => {
  for (const unit of ['\u0001', '\\', '"', '\u20ac', '\ud83d\ude00']) {
    const whole = record(unit.repeat(200_000));
    const entries = entriesOf(JSON.stringify(whole), () => 'r1');
    expect(
      entries.every((entry) => entry.length <= 65_535),
      JSON.stringify(unit),
    ).toBe(true);
    expect(decode(entries)).toEqual(whole);
  }
});

test('a part that is missing, swapped or changed makes no record', () => {
  const entries = entriesOf(JSON.stringify(record('x'.repeat(100_000))), () => 'r1');
  const [a, b, ...rest] = entries;
  if (a === undefined || b === undefined) throw new Error('expected parts');
  expect(decode([b, a, ...rest])).toBeNull();
  expect(decode([a, ...rest])).toBeNull();
  const changed = new TextEncoder().encode(new TextDecoder().decode(a).replace('xxxx', 'xxxy'));
  expect(decode([changed, b, ...rest])).toBeNull();
});

test('what is not a record is unreadable, never half a record', () => {
  for (const text of ['', '{', '[]', '{"kind":"attempt"}', '{"kind":"nonsense"}']) {
    expect(decodeEntry(new TextEncoder().encode(text)).kind, text).toBe('unreadable');
  }
  expect(decodeEntry(new Uint8Array([0xff, 0xfe])).kind).toBe('unreadable');
});
