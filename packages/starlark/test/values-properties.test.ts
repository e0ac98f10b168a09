// What holds for all values: arithmetic is that of the integers, equal keys are one key, texts are read back as what they are, and a table
// is a list of pairs in the order in which they came.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startThread } from '../src/eval/start.ts';
import { evaluate } from '../src/index.ts';
import { compareStrings, equals, relate } from '../src/values/compare.ts';
import { Dict } from '../src/values/dict.ts';
import { Float } from '../src/values/float.ts';
import { hashKey } from '../src/values/hash.ts';
import { addInts, floorDivide, floorModulo, multiplyInts, normalise, subtractInts } from '../src/values/int.ts';
import { List, Tuple } from '../src/values/list.ts';
import { binary } from '../src/values/operators.ts';
import { slice } from '../src/values/subscript.ts';
import { repr } from '../src/values/text.ts';
import type { Int, Meter, Value } from '../src/values/value.ts';

const BUDGET = { steps: 1e9, memoryBytes: 1e9, depth: 100, outputBytes: 1000 };
const meter = (): Meter => startThread({ budget: BUDGET });

const edge = fc.constantFrom(0n, 1n, -1n, 2n ** 31n, -(2n ** 31n), 2n ** 53n, 2n ** 53n - 1n, -(2n ** 53n), 2n ** 64n);
const anyInt = fc.oneof(fc.bigInt({ min: -100n, max: 100n }), edge, fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }));
const asInt = (value: bigint): Int => normalise(value);

describe('ints', () => {
  it('are what JavaScript’s bigints are, in their one form', () => {
    fc.assert(
      fc.property(anyInt, anyInt, (a, b) => {
        const [x, y] = [asInt(a), asInt(b)];
        expect(addInts(x, y, meter())).toBe(asInt(a + b));
        expect(subtractInts(x, y, meter())).toBe(asInt(a - b));
        expect(multiplyInts(x, y, meter())).toBe(asInt(a * b));
      }),
    );
  });

  it('divide towards minus infinity', () => {
    fc.assert(
      fc.property(anyInt, anyInt, (a, b) => {
        if (b === 0n) return;
        const [quotient, rest] = [floorDivide(asInt(a), asInt(b), meter()), floorModulo(asInt(a), asInt(b), meter())];
        expect(BigInt(quotient) * b + BigInt(rest)).toBe(a);
        expect(rest === 0 || BigInt(rest) < 0n === b < 0n).toBe(true);
        expect([quotient, rest]).toEqual([asInt(BigInt(quotient)), asInt(BigInt(rest))]);
        expect(Object.is(quotient, -0) || Object.is(rest, -0)).toBe(false);
      }),
    );
  });

  it('compare with floats exactly', () => {
    fc.assert(
      fc.property(anyInt, fc.double(), (a, b) => {
        expect(relate('<', asInt(a), new Float(b), meter())).toBe(Number.isNaN(b) || a < b);
        expect(equals(asInt(a), new Float(b), meter())).toBe(!Number.isNaN(b) && !(a < b) && !(a > b));
      }),
    );
  });
});

const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, '', 'N', 'T', '1', 0, 1),
  anyInt.map((value) => asInt(value)),
  fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double()).map((value) => new Float(value)),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const hashable: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }).map((items) => new Tuple(items)),
  ),
})).value;

describe('keys', () => {
  it('are the same exactly when the values are equal', () => {
    fc.assert(
      fc.property(hashable, hashable, (a, b) => {
        const same = new Map([[hashKey(a, meter()), true]]).has(hashKey(b, meter()));
        expect(same).toBe(equals(a, b, meter()));
      }),
      { numRuns: 2000 },
    );
  });

  it('are never those of another type', () => {
    const values: Value[] = [
      'N',
      null,
      'T',
      true,
      1,
      '1',
      new Tuple([1]),
      new Tuple(['1']),
      's1:1',
      new Tuple([new Tuple([1])]),
    ];
    expect(new Set(values.map((value) => hashKey(value, meter()))).size).toBe(values.length);
  });
});

describe('texts', () => {
  it('are ordered by code point', () => {
    const points = (text: string) => Array.from(text, (point) => point.codePointAt(0) ?? 0);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), fc.nat(40), (a, b, shared) => {
        const [x, y] = ['é'.repeat(shared) + a, 'é'.repeat(shared) + b];
        const [p, q] = [points(x), points(y)];
        const at = p.findIndex((point, i) => point !== q[i]);
        const order = at < 0 ? p.length - q.length : at >= q.length ? 1 : (p[at] ?? 0) - (q[at] ?? 0);
        expect(Math.sign(compareStrings(x, y))).toBe(Math.sign(order));
      }),
    );
  });

  it('that repr writes are read back as the value', () => {
    const finite = scalar.filter((value) => !(value instanceof Float) || Number.isFinite(value.value));
    const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        finite,
        fc.array(tie('value'), { maxLength: 3 }).map((items) => new List(items)),
        fc.array(tie('value'), { maxLength: 3 }).map((items) => new Tuple(items)),
      ),
    })).value;
    fc.assert(
      fc.property(value, (given) => {
        const text = repr(given, meter());
        const read = evaluate('repr.star', text, { budget: BUDGET });
        expect(read).toMatchObject({ ok: true });
        if (read.ok) expect(repr(read.result, meter())).toBe(text);
      }),
    );
  });
});

describe('slices', () => {
  it('hold what an index at a time would', () => {
    const bound = fc.option(fc.integer({ min: -9, max: 9 }));
    const step = fc.option(fc.integer({ min: -4, max: 4 }).filter((by) => by !== 0));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'é', '😀', '中'), { maxLength: 7 }),
        bound,
        bound,
        step,
        (letters, low, high, step) => {
          const by = step ?? 1;
          const clamp = (at: number | null, otherwise: number): number => {
            if (at === null) return otherwise;
            const from = at < 0 ? at + letters.length : at;
            return by > 0
              ? Math.max(0, Math.min(from, letters.length))
              : Math.max(-1, Math.min(from, letters.length - 1));
          };
          const [from, to] = [clamp(low, by > 0 ? 0 : letters.length - 1), clamp(high, by > 0 ? letters.length : -1)];
          const expected: string[] = [];
          for (let i = from; by > 0 ? i < to : i > to; i += by) expected.push(letters[i] ?? '');
          expect(slice(letters.join(''), low, high, step, meter())).toBe(expected.join(''));
          expect(slice(new List(letters), low, high, step, meter())).toMatchObject({ items: expected });
          expect(slice(new Tuple(letters), low, high, step, meter())).toMatchObject({ items: expected });
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('a table', () => {
  it('is a list of pairs in the order in which their keys came', () => {
    const key = fc.oneof(
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 3 }).map((n) => new Float(n + 0.5)),
    );
    const change = fc.record({ key, what: fc.constantFrom('set', 'set', 'delete', 'first', 'iterate', 'clear') });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 400 }), (changes) => {
        const dict = new Dict();
        let model: (readonly [string, Value])[] = [];
        for (const [n, { key, what }] of changes.entries()) {
          const name = repr(key, meter());
          if (what === 'set') {
            dict.set(key, n, meter());
            const at = model.findIndex(([other]) => other === name);
            if (at < 0) model.push([name, n]);
            else model[at] = [name, n];
          } else if (what === 'delete') {
            expect(dict.delete(key, meter())).toBe(model.find(([other]) => other === name)?.[1]);
            model = model.filter(([other]) => other !== name);
          } else if (what === 'iterate') {
            dict.lock();
            dict.iterators -= 1;
          } else if (what === 'clear' && n % 5 === 0) {
            dict.clear();
            model = [];
          }
          const first = dict.first();
          expect(first === undefined ? undefined : repr(first, meter())).toBe(model[0]?.[0]);
        }
        expect(dict.keys().map((each) => repr(each, meter()))).toEqual(model.map(([name]) => name));
        expect([...dict.entries.values()]).toEqual(model.map(([, value]) => value));
      }),
    );
  });
});

describe('operators', () => {
  it('make of two values a value or an ordinary fault, whatever the values', () => {
    const operator = fc.constantFrom('+', '-', '*', '/', '//', '%', '|', '&', '^', '<<', '>>', 'in', 'not in');
    fc.assert(
      fc.property(operator, hashable, hashable, (name, a, b) => {
        try {
          expect(binary(name as '+', a, b, meter())).toBeDefined();
        } catch (thrown) {
          expect(thrown).toMatchObject({ kind: expect.stringMatching(/eval|budget/) });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
