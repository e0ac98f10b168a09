// Modes, autonomy levels and turn limits: each only ever tightens, whoever asks for it.
import {
  EFFECT_KINDS,
  type Effect,
  NEW_SESSION,
  OUTCOMES,
  type Outcome,
  PROFILES,
  type Profile,
  type Reason,
} from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { budgetsOf, type DecideInput, decide } from '../src/index.ts';
import { call, config, effect, NOW, policy } from './fixtures.ts';

const rank = (outcome: Outcome): number => OUTCOMES.indexOf(outcome);

const anEffect: fc.Arbitrary<Effect> = fc.record({
  kind: fc.constantFrom(...EFFECT_KINDS),
  target: fc.constantFrom('/home/user/project/a', 'example.org', 'ls'),
  targetKind: fc.constantFrom('path', 'host', 'command'),
  place: fc.constantFrom('workspace', 'public', 'none'),
  certainty: fc.constantFrom('certain', 'possible', 'unknown'),
});
const aTurnFloor: fc.Arbitrary<Reason> = fc.record({
  source: fc.constant('turn' as const),
  part: fc.constant('floor' as const),
  id: fc.constant('budget'),
  outcome: fc.constantFrom('confirm' as const, 'deny' as const),
  text: fc.constant('250 calls since your last prompt'),
});
const settings = fc.record({
  preset: fc.constantFrom('supervised' as const, 'autonomous' as const, 'full-auto' as const),
  deny: fc.subarray(['kit/shell', 'kit/look', 'kit/*']),
});
const aCase = fc.record({
  tool: fc.constantFrom('look', 'risky', 'once', 'shell', 'idle', 'nobody-knows'),
  effects: fc.array(anEffect, { maxLength: 3 }),
  interactive: fc.boolean(),
  settings,
});

type Case = typeof aCase extends fc.Arbitrary<infer T> ? T : never;
const profiles = fc.record({
  mode: fc.constantFrom(...PROFILES),
  autonomy: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
});

function input({ tool, effects, interactive, settings: given }: Case, profile: object = {}): DecideInput {
  return {
    call: call('kit', tool),
    effects,
    policy: policy({ config: config({ ...given, profile }) }),
    session: { ...NEW_SESSION, interactive },
    grants: [],
    now: NOW,
  };
}

verifies(['P9'], 'no mode, autonomy level, client or turn limit makes any call milder', () => {
  fc.assert(
    fc.property(
      aCase,
      profiles,
      fc.array(fc.constantFrom<Profile>(...PROFILES), { maxLength: 2 }),
      fc.array(aTurnFloor, { maxLength: 2 }),
      (one, profile, client, floors) => {
        const before = decide(input(one));
        const after = decide({ ...input(one, profile), client, floors });
        expect(rank(after.outcome)).toBeGreaterThanOrEqual(rank(before.outcome));
        // What a person denied stays denied, and says so.
        if (before.reasons.some(({ source }) => source === 'user-deny')) expect(after.outcome).toBe('deny');
        expect(after.reasons[0]?.outcome).toBe(after.outcome);
      },
    ),
    { numRuns: 1500 },
  );
});

test('advice of a limit decides nothing', () => {
  const one: Case = { tool: 'look', effects: [], interactive: false, settings: { preset: 'full-auto', deny: [] } };
  const advice: Reason = { source: 'turn', part: 'advice', id: 'budget', outcome: 'deny', text: 'x' };
  expect(decide({ ...input(one), advice: [advice] }).outcome).toBe(decide(input(one)).outcome);
  expect(decide({ ...input(one), advice: [advice] }).reasons.at(-1)).toMatchObject({ part: 'advice', outcome: null });
});

const read = effect('read');
const write = effect('write');
const ls = effect('execute', { target: 'ls', targetKind: 'command', place: 'none' });
const npm = effect('execute', {
  target: 'npm test',
  targetKind: 'command',
  place: 'none',
  certainty: 'unknown',
  resource: 'project-code',
});
const web = effect('connect', { target: 'example.org', targetKind: 'host', place: 'public' });
const post = effect('send', { target: 'example.org', targetKind: 'host', place: 'public' });

const under = (mode: Profile, effects: readonly Effect[], tool: Case['tool'] = 'shell', client?: Profile): Outcome =>
  decide({
    ...input({ tool, effects: [...effects], interactive: true, settings: { preset: 'full-auto', deny: [] } }, { mode }),
    client: client === undefined ? [] : [client],
  }).outcome;

verifies(['P9'], 'what each mode holds back', () => {
  const table: readonly (readonly [Profile, readonly Effect[], Outcome])[] = [
    ['auto', [write], 'allow'],
    ['dangerous', [write], 'allow'],
    ['safe', [read], 'allow'],
    ['safe', [read, ls], 'allow'],
    ['safe', [write], 'ask'],
    ['safe', [post], 'ask'],
    ['plan', [read], 'allow'],
    ['plan', [web], 'allow'],
    ['plan', [write], 'deny'],
    ['plan', [post], 'deny'],
    ['plan', [npm], 'deny'],
    ['review', [read, ls], 'allow'],
    ['review', [effect('delete')], 'deny'],
    ['review', [npm], 'deny'],
    ['research', [web], 'allow'],
    ['research', [write], 'deny'],
    ['ci', [read], 'allow'],
    // What could not be told would ask under full-auto too, and nobody is there.
    ['ci', [npm], 'deny'],
    ['ci', [{ ...npm, target: 'npm install', resource: 'package-code' }], 'deny'],
  ];
  for (const [mode, effects, outcome] of table)
    expect(under(mode, effects), `${mode}: ${effects.map(({ kind }) => kind).join(' ')}`).toBe(outcome);
});

verifies(['P9', 'P8'], 'a client adds its mode and can take none away', () => {
  expect(under('auto', [write], 'shell', 'plan')).toBe('deny');
  expect(under('plan', [write], 'shell', 'dangerous')).toBe('deny');
  expect(under('auto', [write], 'shell', 'dangerous')).toBe('allow');
  expect(under('safe', [write], 'shell', 'auto')).toBe('ask');
});

test('autonomy chooses the budgets; what stands beside it tightens and never widens', () => {
  const of = (profile: object, limits: object = {}) => budgetsOf(config({ profile, limits }));
  expect(of({}).turn).toMatchObject({ calls: { warn: 100, pause: 200, stop: 400 }, minutes: { pause: 60 } });
  expect(of({}).task.calls.stop).toBe(2000);
  const numbers = [1, 2, 3, 4, 5].map((autonomy) => {
    const { calls, minutes } = of({ autonomy }).turn;
    return [calls.warn, calls.pause, calls.stop, minutes.pause];
  });
  expect(numbers).toEqual([
    [25, 50, 80, 10],
    [40, 80, 120, 15],
    [60, null, 180, 25],
    [90, null, 260, 35],
    [140, null, 420, 60],
  ]);
  expect(of({ autonomy: 3 }, { turn: { calls: { pause: 10, stop: 9999 } } }).turn.calls).toEqual({
    warn: 60,
    pause: 10,
    stop: 180,
  });
  expect(of({}, { turn: { calls: { pause: null, stop: 7 } } }).turn.calls).toEqual({ warn: 100, pause: null, stop: 7 });
});
