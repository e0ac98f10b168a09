// Bytes of a server into lines, and its measure: the same however they are cut, and bounded whatever they are.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pauseAfter } from '../src/mcp/upstream/backoff.ts';
import { Lines } from '../src/mcp/upstream/lines.ts';
import { Pace } from '../src/mcp/upstream/pace.ts';
import { Turns } from '../src/mcp/upstream/turns.ts';

function read(pieces: readonly Buffer[], most: number): readonly string[] {
  const lines = new Lines(most);
  const all: string[] = [];
  for (const piece of pieces) {
    lines.push(piece);
    for (let next = lines.next(); next !== null; next = lines.next()) {
      if (next.kind === 'too-long') return [...all, 'TOO LONG'];
      all.push(next.bytes.toString('latin1'));
    }
  }
  return all;
}

test('lines are the same however the bytes are cut', () => {
  const byte = fc.oneof(fc.constant(10), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(
      fc.array(byte, { maxLength: 400 }),
      fc.array(fc.nat(400)),
      fc.integer({ min: 1, max: 60 }),
      (bytes, cuts, most) => {
        const whole = Buffer.from(bytes);
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = at.slice(1).map((end, index) => whole.subarray(at[index], end));
        const expected: string[] = [];
        const texts = whole.toString('latin1').split('\n');
        for (const [index, text] of texts.entries()) {
          if (text.length > most) {
            expected.push('TOO LONG');
            break;
          }
          if (index < texts.length - 1) expected.push(text);
        }
        expect(read(pieces, most)).toEqual(expected);
      },
    ),
  );
});

test('a measure is never left for long, and a flood is one only when it goes on', () => {
  let now = 0;
  const pace = new Pace(() => now);
  let said = 0;
  for (; now < 9000; now += pace.waitMs || 1) {
    expect(pace.spend(100)).toBe(false);
    said += 1;
  }
  // A burst, and a thousand a second.
  expect(said).toBeLessThan(2000 + 10_000);
  let isFlood = false;
  for (; now < 30_000 && !isFlood; now += pace.waitMs || 1)
    for (let each = 0; each < 1000; each++) isFlood = pace.spend(100) || isFlood;
  expect(isFlood).toBe(true);
});

test('pauses after crashes grow to a minute and are never all the same', () => {
  expect([1, 2, 3, 10, 1000].map((crashes) => pauseAfter(crashes, 1))).toEqual([1000, 2000, 4000, 60_000, 60_000]);
  expect(pauseAfter(3, 0)).toBe(2000);
});

test('turns are given in order, and what left the queue keeps nobody waiting', async () => {
  const turns = new Turns(1, 3);
  const first = await turns.take(undefined);
  const gone = new AbortController();
  const order: string[] = [];
  const wait = async (name: string, signal?: AbortSignal): Promise<void> => {
    const turn = await turns.take(signal);
    order.push(turn === 'gone' ? `${name} left` : name);
    if (typeof turn === 'function') turn();
  };
  const all = [wait('a'), wait('b', gone.signal), wait('c')];
  expect(await turns.take(undefined)).toBeNull();
  gone.abort();
  if (typeof first === 'function') first();
  await Promise.all(all);
  expect(order).toEqual(['b left', 'a', 'c']);
  expect(turns.running).toBe(0);
});
