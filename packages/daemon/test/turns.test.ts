// Turns, attacked: one agent that asks without end keeps neither another agent nor anything else of the program waiting.
import { expect, test } from 'vitest';
import { Turns } from '../src/http/turns.ts';

const loop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one that asks without end is served one request a turn, and others in between', async () => {
  const turns = new Turns();
  const done: string[] = [];
  for (let n = 0; n < 1000; n++) turns.take('flood', () => void done.push('flood'));
  expect(done).toEqual(['flood']);
  turns.take('other', () => void done.push('other'));
  turns.take('third', () => void done.push('third'));
  for (let n = 0; n < 4; n++) await loop();
  expect(done.indexOf('other')).toBeGreaterThan(0);
  expect(done.indexOf('other')).toBeLessThanOrEqual(2);
  expect(done.indexOf('third')).toBeLessThanOrEqual(3);
  // A turn of the loop in which nobody of them is served but one: what else is to be done is done.
  expect(done.length).toBeLessThanOrEqual(6);
});

test('steps keep their order, and where nobody waits none is put off', async () => {
  const turns = new Turns();
  const done: number[] = [];
  for (let n = 0; n < 20; n++) turns.take('a', () => void done.push(n));
  while (done.length < 20) await loop();
  expect(done).toEqual(Array.from({ length: 20 }, (_, n) => n));
  await loop();
  await loop();
  turns.take('a', () => void done.push(20));
  expect(done.at(-1)).toBe(20);
});

test('what a step asks for again waits for its turn', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const again = (): void => {
    done.push('a');
    if (done.length < 50) turns.take('a', again);
  };
  turns.take('a', again);
  turns.take('b', () => void done.push('b'));
  while (done.length < 50) await loop();
  expect(done.indexOf('b')).toBeLessThanOrEqual(2);
});
