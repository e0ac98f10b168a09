// Turns, attacked: one agent that asks without end keeps neither another agent nor anything else of the program waiting.
import { expect, test } from 'vitest';
import { Turns } from '../src/http/turns.ts';

const loop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const FEW = 16;

test('one that asks without end is served a few requests a turn, and others in between', async () => {
  const turns = new Turns();
  const done: string[] = [];
  for (let n = 0; n < 1000; n++) turns.take('flood', 10, () => void done.push('flood'));
  expect(done).toEqual(Array.from({ length: FEW }, () => 'flood'));
  turns.take('other', 10, () => void done.push('other'));
  turns.take('third', 10, () => void done.push('third'));
  for (let n = 0; n < 4; n++) await loop();
  expect(done.indexOf('other')).toBeLessThanOrEqual(FEW + 2);
  expect(done.indexOf('third')).toBeLessThanOrEqual(FEW + 3);
  // A turn of the loop in which nobody of them is served but a few: what else is to be done is done.
  expect(done.length).toBeLessThanOrEqual(5 * FEW + 2);
});

test('of long messages one is served a turn', async () => {
  const turns = new Turns();
  const done: number[] = [];
  for (let n = 0; n < 10; n++) turns.take('flood', 4_000_000, () => void done.push(n));
  expect(done).toEqual([0]);
  await loop();
  await loop();
  expect(done.length).toBeLessThanOrEqual(3);
});

test('steps keep their order, and where nobody waits none is put off', async () => {
  const turns = new Turns();
  const done: number[] = [];
  for (let n = 0; n < 40; n++) turns.take('a', 10, () => void done.push(n));
  while (done.length < 40) await loop();
  expect(done).toEqual(Array.from({ length: 40 }, (_, n) => n));
  await loop();
  await loop();
  turns.take('a', 10, () => void done.push(40));
  expect(done.at(-1)).toBe(40);
});

test('what a step asks for again waits for its turn', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const again = (): void => {
    done.push('a');
    if (done.length < 100) turns.take('a', 10, again);
  };
  turns.take('a', 10, again);
  turns.take('b', 10, () => void done.push('b'));
  while (done.length < 100) await loop();
  expect(done.indexOf('b')).toBeLessThanOrEqual(FEW + 1);
});
