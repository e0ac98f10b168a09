// The linear search: it finds what JavaScript's own finds, also where it does the work itself, and pays for it.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { indexOfText, lastIndexOfText } from '../src/values/search.ts';
import type { Meter } from '../src/values/value.ts';
import { says } from './support/says.ts';

class Counter implements Meter {
  steps = 0;
  bytes = 0;
  step(count: number): void {
    this.steps += count;
  }
  allocate(bytes: number): void {
    this.bytes += bytes;
  }
  call(): never {
    throw new TypeError('nothing calls');
  }
  print(): void {}
  fail(message: string): never {
    throw new TypeError(message);
  }
}

it('finds the same as the engine', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 33, maxLength: 80 });
  fc.assert(
    fc.property(letters, fc.nat(4000), fc.nat(60), (needle, gap, from) => {
      // Long enough that the engine is not asked: nearly the needle again and again, and the needle in between.
      const near = `${needle.slice(1)}c`.repeat(120);
      const text = near.slice(0, 4000 + gap) + needle + near + needle.slice(0, -1) + needle + near;
      const counter = new Counter();
      expect(indexOfText(text, needle, from, counter)).toBe(text.indexOf(needle, from));
      expect(lastIndexOfText(text, needle, counter)).toBe(text.lastIndexOf(needle));
      expect(indexOfText(near, needle, 0, counter)).toBe(near.indexOf(needle));
      expect(counter.steps).toBeGreaterThan(text.length >> 4);
    }),
    { numRuns: 50 },
  );
});

it('takes about as many steps as the two texts are long, whatever they are', () => {
  const text = 'a'.repeat(200_000);
  const counter = new Counter();
  const needle = `${'a'.repeat(20_000)}b${'a'.repeat(20_000)}`;
  expect(indexOfText(text, needle, 0, counter)).toBe(-1);
  expect(lastIndexOfText(text, needle, counter)).toBe(-1);
  expect(counter.steps).toBeLessThan(text.length);
});

it('is what a program searches with', () => {
  const names = { text: 'a'.repeat(100_000), needle: `${'a'.repeat(30_000)}b` };
  expect(says('(needle in text, text.find(needle), text.count(needle), len(text.split(needle)))', names)).toBe(
    '(False, -1, 0, 1)',
  );
  expect(says('(text + needle).replace(needle, "")', { text: 'xyz', needle: names.needle })).toBe('"xyz"');
});
