// An export that nobody reads gives its place back; one that has to look for long until something fits does not lose it.
import type { LedgerRecord } from '@castellan/contract';
import { createRedactor } from '@castellan/secrets';
import { expect, test } from 'vitest';
import { Exports } from '../src/evidence/export/exports.ts';
import { formsOf } from '../src/evidence/forms/forms.ts';
import { createExits } from '../src/exits/exits.ts';
import { manualClock } from './fixtures.ts';

const MINUTE = 60_000;

function room() {
  const clock = manualClock();
  const redactor = createRedactor();
  const kept: LedgerRecord[] = [];
  let left = 0;
  const refusal: LedgerRecord = {
    kind: 'refusal',
    at: 1_795_764_915_000,
    who: 'x',
    what: 'y',
    text: 'z'.repeat(60_000),
  };
  const exports = new Exports({
    clock,
    redactor,
    exits: createExits(redactor),
    forms: formsOf({ version: '1', host: 'box', pid: 1 }),
    places: {
      enter: () => () => {
        left += 1;
      },
    },
    records: {
      size: 40,
      async *read(from, to) {
        for (let index = from; index < to; index += 1) yield { index, record: refusal, entry: new Uint8Array([index]) };
      },
      query: async () => [],
      record: async (record) => kept.push(record) - 1,
    },
  });
  const ends = (): readonly string[] => kept.flatMap((record) => (record.kind === 'export' ? [record.change] : []));
  return { clock, exports, ends, left: () => left };
}

test('looking for what fits may take longer than anybody may leave an export unread', async () => {
  const { clock, exports, ends, left } = room();
  const select = async (at: number) => {
    clock.advance(5 * MINUTE);
    return { positions: at === 30 ? [35] : [], next: at + 10 };
  };
  const opened = await exports.open({ by: 'person:mia', as: 'jsonl', query: 'rare', select });
  let text = '';
  for await (const chunk of opened?.stream ?? []) text += String(chunk);
  expect(text).toContain('"index":35');
  expect(ends()).toEqual(['began', 'done']);
  expect(left()).toBe(1);
});

test('one that nobody reads is ended after a minute, wherever it stands', async () => {
  const { clock, exports, ends, left } = room();
  await exports.open({ by: 'person:mia', as: 'jsonl', query: '', select: null });
  const begun = await exports.open({ by: 'person:mia', as: 'jsonl', query: '', select: null });
  await begun?.stream[Symbol.asyncIterator]().next();
  clock.advance(MINUTE - 1);
  expect(left()).toBe(0);
  const later = (): number => {
    clock.advance(MINUTE);
    return left();
  };
  await expect.poll(later).toBe(2);
  expect(ends()).toEqual(['began', 'began', 'broken-off', 'broken-off']);
});
