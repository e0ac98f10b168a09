// The hostile program that has computed keys which V8 puts into one place of a table. What it does with them must not take longer than the same
// with other keys, but for a small factor: without a guard it is hundreds of times. CPU time of a process of its own is measured, and compared
// with itself, so that it does not matter what else the machine does.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startThread } from '../src/eval/start.ts';
import { Dict } from '../src/values/dict.ts';
import { Float } from '../src/values/float.ts';
import { GuardedMap } from '../src/values/guarded-map.ts';
import { v8Hash } from '../src/values/v8-hash.ts';
import type { Value } from '../src/values/value.ts';
import type { Crowded } from './support/crowded-keys.ts';

const child = spawnSync(process.execPath, [join(import.meta.dirname, 'support', 'crowded-keys.ts')], {
  encoding: 'utf8',
});
const measured = JSON.parse(child.stdout) as Crowded;

it.each(measured.bare)('V8 itself takes long: $name', ({ hostile, ordinary }) => {
  // Were it not so, the hash that the guard goes by would not be V8's.
  expect(hostile / ordinary).toBeGreaterThan(10);
});

it.each(measured.guarded)('a program does not: $name', ({ hostile, ordinary }) => {
  expect(hostile / ordinary).toBeLessThan(15);
});

/** As V8 sees them: 200 small ints, 200 floats and 200 larger ints in one place of 64. */
const CROWD: readonly Value[] = [(i: number) => i, (i: number) => i + 0.5, (i: number) => 2 ** 40 + i].flatMap(
  (number) => {
    const found: Value[] = [];
    for (let i = 0; found.length < 200; i += 1) {
      const key = number(i);
      if ((v8Hash(key) & 0x3ff) === 7) found.push(Number.isInteger(key) ? key : new Float(key));
    }
    return found;
  },
);

it('a table that is guarded is the same table', () => {
  const budget = { steps: 1e9, memoryBytes: 1e9, depth: 10, outputBytes: 0 };
  const change = fc.tuple(fc.nat(CROWD.length - 1), fc.constantFrom('set', 'set', 'set', 'delete'), fc.nat());
  let guarded = 0;
  fc.assert(
    fc.property(fc.array(change, { minLength: 500, maxLength: 2000 }), (changes) => {
      const meter = startThread({ budget });
      const dict = new Dict();
      const model = new Map<Value, Value>();
      for (const [at, what, value] of changes) {
        const key = CROWD[at] as Value;
        if (what === 'set') {
          dict.set(key, value, meter);
          model.set(key, value);
        } else {
          expect(dict.delete(key, meter)).toBe(model.get(key));
          model.delete(key);
        }
      }
      if (dict.entries instanceof GuardedMap) guarded += 1;
      expect(dict.keys()).toEqual([...model.keys()]);
      expect([...dict.entries].map(([key, value]) => [dict.original(key), value])).toEqual([...model]);
      expect(dict.first()).toEqual(model.keys().next().value);
      for (const key of CROWD) expect(dict.get(key, meter)).toBe(model.get(key));
    }),
    { numRuns: 30 },
  );
  expect(guarded).toBeGreaterThan(20);
});
