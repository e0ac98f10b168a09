// What the lint proves is true of the real evaluator: over random conditions and calls, a condition called never-true never
// matches, one called always-true always does, and one that follows from another matches whenever that one does.
import type { Effect } from '@castellan/contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Context, compileCondition } from '../src/cel/condition.ts';
import { alwaysHolds, follows, neverHolds } from '../src/lint/entail.ts';
import { conditionOf } from '../src/lint/rule-lints.ts';
import { call, config, effect } from './fixtures.ts';

const leaf = fc.oneof(
  fc.constantFrom(
    'e.kind == "read"',
    'e.kind != "read"',
    'e.kind in ["read", "write"]',
    'e.recursive',
    'e.place == "home"',
  ),
  fc.constantFrom(
    'e.place in ["home", "temp"]',
    'e.target.startsWith("/a")',
    'e.target == "/a"',
    'e.target in ["/a", "/b"]',
  ),
);
const call0 = fc.constantFrom(
  'call.tool == "x"',
  'call.tool in ["x", "y"]',
  // These can fail, and a failure counts as a match.
  'call.args.a == "1"',
  'call.args.a == "2"',
  'has(call.args.a)',
  'call.args.a.startsWith("1")',
  '"private" in session.seen',
);

const mixed = (base: fc.Arbitrary<string>) =>
  fc.letrec<{ all: string }>((tie) => ({
    all: fc.oneof(
      { maxDepth: 3 },
      base,
      fc
        .tuple(tie('all'), fc.constantFrom('&&', '||'), tie('all'))
        .map(([left, op, right]) => `(${left} ${op} ${right})`),
      tie('all').map((inner) => `!(${inner})`),
    ),
  })).all;

const loop = fc
  .tuple(fc.constantFrom('exists', 'all'), mixed(leaf))
  .map(([macro, body]) => `effects.${macro}(e, ${body})`);
const condition = mixed(fc.oneof(loop, call0));

const anEffect: fc.Arbitrary<Effect> = fc
  .record({
    kind: fc.constantFrom('read', 'write', 'send' as const),
    place: fc.constantFrom('home', 'temp', 'workspace' as const),
    target: fc.constantFrom('/a', '/b', '/ab'),
    recursive: fc.boolean(),
  })
  .map(({ kind, ...change }) => effect(kind as Effect['kind'], change as Partial<Effect>));
const aCall = fc.record({
  tool: fc.constantFrom('x', 'y', 'z'),
  args: fc.constantFrom({}, { a: '1' }, { a: '2' }, { a: 1 }),
  effects: fc.array(anEffect, { maxLength: 3 }),
});
interface Asked {
  readonly tool: string;
  readonly args: object;
  readonly effects: readonly Effect[];
}

function matches(text: string, { tool, args, effects }: Asked): boolean {
  const compiled = compileCondition(text);
  if (!compiled.ok) throw new Error(`${text}: ${compiled.message}`);
  const context = new Context({
    call: call('kit', tool, args as Record<string, string>),
    effects,
    session: { interactive: false, flows: [], seen: [], fresh: [], page: null },
    config: config(),
    moduleName: 'kit',
    manifest: null,
    toolClass: 'critical',
  });
  return compiled.condition(context).kind !== 'no';
}

test('what is proved holds', () => {
  const proofs = { never: 0, always: 0, follows: 0 };
  fc.assert(
    fc.property(condition, condition, fc.array(aCall, { minLength: 8, maxLength: 8 }), (left, right, calls) => {
      const [one, two] = [conditionOf(left), conditionOf(right)];
      if (one === null || two === null) throw new Error(`${left} or ${right} does not parse`);
      if (neverHolds(one)) {
        proofs.never += 1;
        for (const each of calls) expect([left, each, matches(left, each)]).toEqual([left, each, false]);
      }
      if (alwaysHolds(one)) {
        proofs.always += 1;
        for (const each of calls) expect([left, each, matches(left, each)]).toEqual([left, each, true]);
      }
      for (const [narrow, wide, given, wanted] of [
        [left, right, one, two],
        [`(${left}) && (${right})`, right, conditionOf(`(${left}) && (${right})`), two],
      ] as const) {
        if (given === null || !follows(given, wanted)) continue;
        proofs.follows += 1;
        for (const each of calls)
          if (matches(narrow, each))
            expect([narrow, wide, each, matches(wide, each)]).toEqual([narrow, wide, each, true]);
      }
    }),
    { numRuns: 2000, seed: 7 },
  );
  // It proves something: otherwise the test above says nothing.
  expect(proofs.never).toBeGreaterThan(10);
  expect(proofs.always).toBeGreaterThan(10);
  expect(proofs.follows).toBeGreaterThan(500);
});
