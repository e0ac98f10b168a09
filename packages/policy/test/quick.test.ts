// The quick answer to a condition is CEL's answer or none: compared on random conditions and random arguments.

import type { JsonObject } from '@castellan/contract';
import { NEW_SESSION } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Context } from '../src/cel/condition.ts';
import { environment } from '../src/cel/environment.ts';
import { quickOf } from '../src/cel/quick.ts';
import { call, config } from './fixtures.ts';

const text = fc.constantFrom('"a"', '"ab"', '""', '"*b"', '"kit"', '"hook"');
const operand = fc.constantFrom(
  'call.args.x',
  'call.args.y',
  'call.args["x"]',
  'call.origin',
  'call.module',
  'call.name',
);
const leaf = fc.oneof(
  fc
    .tuple(operand, fc.constantFrom('contains', 'startsWith', 'endsWith', 'like'), text)
    .map(([a, f, b]) => `${a}.${f}(${b})`),
  fc.tuple(operand, fc.constantFrom('==', '!='), text).map((parts) => parts.join(' ')),
  fc.constantFrom(
    'has(call.args.x)',
    'has(call.args.constructor)',
    'call.args.n == 1',
    'call.args.flag',
    'true',
    'call.subagent',
  ),
  fc.constantFrom('effects.exists(e, e.kind == "read")', '"x" in call.args', 'session.interactive'),
);
const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    leaf,
    fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('condition').map((inner) => `!(${inner})`),
  ),
}));
const someArguments = fc.dictionary(
  fc.constantFrom('x', 'y', 'n', 'flag', 'constructor'),
  fc.constantFrom<JsonObject[string]>('a', 'ab', 'b', '', 1, true, false, null, ['a'], { a: 'b' }),
) as fc.Arbitrary<JsonObject>;

test('quick answers are what CEL answers', () => {
  let answered = 0;
  fc.assert(
    fc.property(condition, someArguments, (source, args) => {
      const parsed = environment.parse(source);
      const quick = quickOf(parsed.ast);
      if (!parsed.check().valid) return;
      const input = {
        call: call('kit', 'risky', args),
        effects: [],
        session: NEW_SESSION,
        config: config(),
        moduleName: 'kit',
      };
      const context = new Context({ ...input, manifest: null, toolClass: 'critical' });
      const told = quick?.(context);
      if (told === undefined) return;
      answered += 1;
      expect(told, source).toBe(parsed(context));
    }),
    { numRuns: 5000 },
  );
  expect(answered).toBeGreaterThan(1000);
});
