// What holds of every decision, whatever the policy and the call.
import {
  type Config,
  EFFECT_KINDS,
  type Effect,
  effectSchema,
  type JsonObject,
  NEW_SESSION,
  OUTCOMES,
  type Outcome,
  parseConfig,
  placeSchema,
  type Reason,
  verdictSchema,
} from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DecideInput, decide, suggestGrants, taskGrant } from '../src/index.ts';
import { call, grant, NOW, policy } from './fixtures.ts';

const rank = (outcome: Outcome | null): number => (outcome === null ? -1 : OUTCOMES.indexOf(outcome));

const anEffect: fc.Arbitrary<Effect> = fc.record({
  kind: fc.constantFrom(...EFFECT_KINDS),
  target: fc.constantFrom('/home/user/project/a', '/home/user/b', 'example.org', 'localhost', 'rm'),
  targetKind: fc.constantFrom('path', 'host', 'command', 'recipient', 'text'),
  place: fc.constantFrom(...placeSchema.options),
  certainty: fc.constantFrom('certain', 'possible', 'unknown'),
});
const aLevel = fc.constantFrom('allow', 'ask', 'confirm', 'deny');
const aTool = fc.constantFrom('look', 'risky', 'once', 'shell', 'idle', 'nobody-knows');
const aModule = fc.constantFrom('kit', 'toolkit', 'stranger');
const aRule = fc.record({
  tier: fc.constantFrom('critical', 'strict', 'guideline'),
  if: fc.constantFrom(
    'true',
    'false',
    'call.args.command.contains("x")',
    'call.args.n > 3',
    'effects.exists(e, e.kind == "delete")',
    'session.interactive',
    '!module.known || module.tool_class == "safe"',
    'call.args.flag',
  ),
  on: fc.constantFrom({}, { tools: ['kit/*'] }, { tools: ['*/risky'] }, { effects: ['write', 'send'] }),
});
const someArguments: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.constantFrom('command', 'n', 'flag', 'constructor', '__proto__', 'to'),
  fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<never>,
  { maxKeys: 4 },
);
const aGrant = fc.record({
  module: aModule,
  tool: aTool,
  usesLeft: fc.constantFrom(null, 0, 3),
  expiresAt: fc.constantFrom(NOW - 1, NOW + 1000),
});
const aFloor: fc.Arbitrary<Reason> = fc.record({
  source: fc.constantFrom('profile', 'client', 'turn'),
  part: fc.constant('floor' as const),
  id: fc.constant('x'),
  outcome: fc.option(fc.constantFrom(...OUTCOMES)),
  text: fc.constant('x'),
});
const settings = fc.record({
  preset: fc.constantFrom('supervised', 'autonomous', 'full-auto'),
  modules: fc.option(
    fc.record({
      kit: fc.record({
        level: aLevel,
        tools: fc.dictionary(fc.constantFrom('look', 'risky', 'shell'), aLevel, { maxKeys: 2 }),
      }),
    }),
    { nil: {} },
  ),
  deny: fc.subarray(['kit/shell', 'toolkit/risky', 'stranger/*']),
});

const anInput: fc.Arbitrary<DecideInput> = fc
  .record({
    module: aModule,
    tool: aTool,
    args: someArguments,
    effects: fc.array(anEffect, { maxLength: 4 }),
    settings,
    rules: fc.array(aRule, { maxLength: 4 }),
    grants: fc.array(aGrant, { maxLength: 2 }),
    floors: fc.array(aFloor, { maxLength: 2 }),
    interactive: fc.boolean(),
  })
  .map(({ module, tool, args, effects, settings: chosen, rules, grants, floors, interactive }) => ({
    call: call(module, tool, args),
    effects,
    policy: policy({ config: chosen, rules: rules.map((each, index) => ({ ...each, id: `R${index}` })) }),
    session: { ...NEW_SESSION, interactive },
    grants: grants.map((change) => grant(change)),
    floors,
    now: NOW,
  }));

const runs = { numRuns: 1500 };

verifies(['P6'], 'the verdict is the strictest of its reasons, and its first reason asks for it', () => {
  fc.assert(
    fc.property(anInput, (input) => {
      const verdict = decide(input);
      expect(verdictSchema.safeParse(verdict).success).toBe(true);
      const asked = verdict.reasons.filter((reason) => reason.part !== 'advice');
      expect(rank(verdict.outcome)).toBe(Math.max(...asked.map((reason) => rank(reason.outcome))));
      expect(verdict.reasons[0]?.outcome).toBe(verdict.outcome);
      expect(verdict.reasons.filter((reason) => reason.part === 'base')).toHaveLength(1);
      expect(verdict.reasons.some((reason) => reason.source === 'error')).toBe(false);
    }),
    runs,
  );
});

verifies(['P6', 'P3'], 'no grant, level or preset lowers a verdict below its floor', () => {
  fc.assert(
    fc.property(anInput, settings, fc.array(aGrant), (input, other, grants) => {
      const floors = decide(input).reasons.filter(
        (reason) => reason.source.endsWith('-rule') || input.floors?.length === 0,
      );
      const rules = input.policy.compiled.rules.map(({ rule }) => rule);
      const loosened = decide({
        ...input,
        policy: policy({ config: { ...other, deny: [] }, rules }),
        grants: grants.map((change) => grant(change)),
      });
      for (const floor of floors.filter(
        (reason) => reason.source === 'critical-rule' || reason.source === 'strict-rule',
      )) {
        if (floor.text.includes('tool_class')) continue;
        const kept = loosened.reasons.find((reason) => reason.id === floor.id && reason.source === floor.source);
        // A condition over `module.tool_class` may see another class; nothing else depends on levels or grants.
        if (kept !== undefined) expect(rank(loosened.outcome)).toBeGreaterThanOrEqual(rank(floor.outcome));
        else expect(rules.find((each) => each.id === floor.id)?.if).toContain('tool_class');
      }
    }),
    runs,
  );
});

verifies(
  ['P8'],
  "a user's deny survives every preset, level, override, grant, floor and a round trip of the config",
  () => {
    const denied = fc.constantFrom<readonly [object, string, string]>(
      [{ deny: ['kit/*'] }, 'kit', 'shell'],
      [{ deny: ['KIT/Shell'] }, 'toolkit', 'shell'],
      [{ deny: ['toolkit/shell'] }, 'kit', 'shell'],
      [{ deny: ['stranger/*'] }, 'stranger', 'anything'],
      [{ deny: ['*/look'] }, 'kit', 'look'],
      [{ modules: { kit: { level: 'deny' } } }, 'toolkit', 'nobody-knows'],
      [{ modules: { kit: { level: 'deny', tools: { shell: 'allow' } } } }, 'kit', 'shell'],
      [{ modules: { kit: { level: 'allow', tools: { look: 'deny' } } } }, 'kit', 'look'],
      [{ modules: { uninstalled: { tools: { run: 'deny' } } } }, 'uninstalled', 'run'],
    );
    fc.assert(
      fc.property(anInput, denied, settings, (input, [deny, module, tool], other) => {
        const merged = { preset: other.preset, ...deny };
        const first = policy({ config: merged, rules: input.policy.compiled.rules.map(({ rule }) => rule) });
        const again = parseConfig(JSON.parse(JSON.stringify(first.config)) as unknown);
        if (!again.ok) throw new Error('the config does not survive its own JSON');
        const { schema: _, ...stored }: Config = again.value;
        for (const each of [first, policy({ config: stored })]) {
          const verdict = decide({
            ...input,
            call: { ...input.call, module, tool },
            policy: each,
            grants: [grant({ module, tool })],
          });
          expect(verdict.outcome).toBe('deny');
        }
      }),
      { numRuns: 500 },
    );
  },
);

verifies(['P7'], 'a tool nobody classified is never below confirm unless the user said so of it or its module', () => {
  fc.assert(
    fc.property(anInput, (input) => {
      const verdict = decide({ ...input, call: { ...input.call, module: 'stranger' }, grants: [] });
      expect(verdict.toolClass).toBe('unclassified');
      expect(verdict.scope).toBe('per-call');
      expect(rank(verdict.outcome)).toBeGreaterThanOrEqual(rank('confirm'));
    }),
    runs,
  );
});

test('guidelines never change an outcome', () => {
  fc.assert(
    fc.property(anInput, (input) => {
      const { config } = input.policy;
      const rules = input.policy.compiled.rules.map(({ rule }) => rule).filter((each) => each.tier !== 'guideline');
      const without = decide({ ...input, policy: policy({ config, rules }) });
      expect(without.outcome).toBe(decide(input).outcome);
    }),
    runs,
  );
});

verifies(
  ['H8', 'P5'],
  'nothing is offered past a Critical or Strict rule, and what is offered covers this call and ends',
  () => {
    let offered = 0;
    fc.assert(
      fc.property(anInput, (input) => {
        const verdict = decide({ ...input, grants: [] });
        const suggestions = suggestGrants(input.call, input.effects, verdict, input.policy);
        const task = taskGrant(input.call, input.effects, verdict, input.policy);
        const guarded = verdict.reasons.some(({ source }) => source === 'critical-rule' || source === 'strict-rule');
        if (guarded) expect([suggestions.length, task]).toEqual([0, null]);
        const uncertain = input.effects.some((each) => each.certainty !== 'certain' || each.kind === 'unknown');
        if (uncertain) expect(suggestions.map(({ key }) => key).filter((key) => key !== 'same-call')).toEqual([]);
        for (const request of [...suggestions.map((each) => each.grant), ...(task === null ? [] : [task.grant])]) {
          offered += 1;
          const { uses, minutes, ...rest } = request;
          const made = grant({ ...rest, usesLeft: uses, expiresAt: NOW + minutes * 60_000 });
          const next = decide({ ...input, grants: [made] });
          expect(next.reasons.find((reason) => reason.part === 'base')?.source).toBe('grant');
          expect(decide({ ...input, grants: [made], now: made.expiresAt }).grant).toBeUndefined();
        }
      }),
      runs,
    );
    expect(offered).toBeGreaterThan(100);
  },
);

verifies(['P6'], 'a bug in the decision is a deny', () => {
  const broken = Object.create(null) as never;
  const input = {
    call: call('kit', 'look'),
    effects: [],
    session: { ...NEW_SESSION, interactive: true },
    grants: [],
    now: NOW,
  };
  const verdict = decide({ ...input, policy: { ...policy(), compiled: broken } });
  expect(verdict).toMatchObject({ outcome: 'deny', reasons: [{ source: 'error' }] });
  const noEffects = decide({ ...input, policy: policy(), effects: null as never });
  expect(noEffects.outcome).toBe('deny');
});

test('effects of the generator are effects', () => {
  fc.assert(fc.property(anEffect, (each) => effectSchema.safeParse(each).success));
});
