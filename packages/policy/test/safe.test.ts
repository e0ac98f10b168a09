// When a call of a `by-effects` tool is safe, and that rules are looked at once and only where they are about the call.
import { type Effect, manifestSchema, NEW_SESSION } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { affordable } from '../src/cel/bounds.ts';
import { compilePolicy, decide } from '../src/index.ts';
import { call, DIGEST, effect, KIT, NOW, policy, shippedSource, UNKNOWN } from './fixtures.ts';

const run = (tool: string, effects: ReturnType<typeof effect>[], rules: object[] = []) =>
  decide({
    call: call('kit', tool),
    effects,
    policy: policy({ rules }),
    session: { ...NEW_SESSION, interactive: true },
    grants: [],
    now: NOW,
  });

verifies(['P1'], 'a by-effects call is safe only if every effect is certain and listed', () => {
  const rows: readonly (readonly [string, string, ReturnType<typeof effect>[], string])[] = [
    ['listed', 'shell', [effect('read')], 'safe'],
    [
      'listed by target',
      'shell',
      [effect('connect', { target: 'localhost', targetKind: 'host', place: 'loopback' })],
      'safe',
    ],
    [
      'another target',
      'shell',
      [effect('connect', { target: 'example.org', targetKind: 'host', place: 'public' })],
      'critical',
    ],
    ['another place', 'shell', [effect('read', { place: 'home' })], 'critical'],
    ['another kind', 'shell', [effect('write')], 'critical'],
    ['only possible', 'shell', [effect('read', { certainty: 'possible' })], 'critical'],
    ['not known', 'shell', [effect('read', { certainty: 'unknown' })], 'critical'],
    ['one of two', 'shell', [effect('read'), effect('write')], 'critical'],
    ['beside an unknown', 'shell', [effect('read'), UNKNOWN], 'critical'],
    ['none found though some are declared', 'shell', [], 'critical'],
    ['none declared, none found', 'idle', [], 'safe'],
    ['none declared, one found', 'idle', [effect('read')], 'critical'],
  ];
  for (const [name, tool, effects, expected] of rows) expect(run(tool, effects).toolClass, name).toBe(expected);
});

verifies(['P1'], 'what an effect is about, and whether it can be taken back, is part of being safe', () => {
  const judged = (safe: object[], ...effects: ReturnType<typeof effect>[]): string => {
    const manifest = manifestSchema.parse({
      ...KIT,
      tools: { byEffects: [{ name: 'shell', label: 'x', effects: [{ kind: 'execute', from: 'command' }], safe }] },
    });
    const compiled = policy({ manifests: [manifest] });
    const session = { ...NEW_SESSION, interactive: true };
    return decide({ call: call('kit', 'shell'), effects, policy: compiled, session, grants: [], now: NOW }).toolClass;
  };
  const names = [{ kind: 'read', places: ['workspace'], resources: ['names'] }];
  const undoable = [{ kind: 'write', undoable: true }];
  expect(judged(names, effect('read', { resource: 'names' }))).toBe('safe');
  expect(judged(names, effect('read'))).toBe('safe');
  expect(judged(names, effect('read', { resource: 'credentials' }))).toBe('critical');
  expect(judged(names, effect('read', { resource: 'names', place: 'home' }))).toBe('critical');
  expect(judged([{ kind: 'read' }], effect('read', { resource: 'names' }))).toBe('critical');
  expect(judged(undoable, effect('write', { undoable: true }))).toBe('safe');
  expect(judged(undoable, effect('write', { undoable: false }))).toBe('critical');
  expect(judged(undoable, effect('write'))).toBe('critical');
  expect(judged(undoable, effect('write', { undoable: true, resource: 'repository' }))).toBe('critical');
  expect(judged(undoable, effect('write', { undoable: true, certainty: 'possible' }))).toBe('critical');
});

verifies(['P10'], 'a tool its manifest calls safe is not believed when the call is seen to change or send', () => {
  const outcome = (...effects: readonly Effect[]): string =>
    decide({ call: call('kit', 'look'), effects, policy: policy(), session: NEW_SESSION, grants: [], now: NOW })
      .outcome;
  expect(outcome()).toBe('allow');
  expect(outcome(effect('read'), effect('connect'))).toBe('allow');
  for (const kind of ['write', 'delete', 'execute', 'send', 'spend', 'escalate'] as const)
    expect(outcome(effect('read'), effect(kind)), kind).toBe('confirm');
});

verifies(['P4'], 'full auto runs nothing that could not be told, the project’s own code included', () => {
  const outcome = (change: object): string => {
    const effects = [effect('execute', { target: 'x', targetKind: 'command', place: 'none', ...change })];
    const compiled = policy({ config: { preset: 'full-auto' } });
    return decide({ call: call('kit', 'shell'), effects, policy: compiled, session: NEW_SESSION, grants: [], now: NOW })
      .outcome;
  };
  const unknown = { certainty: 'unknown' };
  expect(outcome({ ...unknown, resource: 'project-code' })).toBe('confirm');
  expect(outcome({ ...unknown, resource: 'inline-code' })).toBe('confirm');
  expect(outcome({ ...unknown, resource: 'package-code' })).toBe('confirm');
  expect(outcome({ ...unknown, resource: 'downloaded-code' })).toBe('confirm');
  expect(outcome(unknown)).toBe('confirm');
  expect(outcome({ ...unknown, kind: 'unknown', resource: 'project-code' })).toBe('confirm');
  expect(outcome({ ...unknown, kind: 'delete', resource: 'project-code' })).toBe('confirm');
});

test('a rule about several effects of a call counts once, a rule about others not at all', () => {
  const rules = [
    { id: 'both', tier: 'strict', on: { effects: ['read', 'write'] } },
    { id: 'tool', tier: 'strict', on: { tools: ['kit/shell'], effects: ['write', 'delete'] } },
    { id: 'other-effect', tier: 'strict', on: { effects: ['send'] } },
    { id: 'other-effect-here', tier: 'strict', on: { tools: ['kit/shell'], effects: ['send'] } },
    { id: 'other-tool', tier: 'strict', on: { tools: ['kit/look', 'kit/r*'] } },
  ];
  const found = run('shell', [effect('write'), effect('read'), effect('write')], rules).reasons.map(({ id }) => id);
  expect(found).toEqual(['both', 'tool', 'autonomous']);
});

test('what a quadratic condition may be evaluated on', () => {
  expect(affordable({ items: 1000, characters: 10_000 })).toBe(true);
  expect(affordable({ items: 1001, characters: 0 })).toBe(false);
  expect(affordable({ items: 1000, characters: 50_000 })).toBe(false);
});

verifies(['P1', 'P7'], 'a tool of which its manifest only says that nobody knows is one nobody classified', () => {
  const unknown = { kind: 'unknown' } as const;
  const manifest = manifestSchema.parse({
    ...KIT,
    name: 'notes',
    tools: {
      critical: [
        {
          name: 'echo',
          label: 'Echo',
          scope: 'per-task',
          effects: [unknown, { kind: 'read', from: 'path', as: 'path' }],
        },
        { name: 'told', label: 'Told', effects: [{ kind: 'unknown', from: 'x' }] },
      ],
      byEffects: [{ name: 'shell', label: 'Shell', effects: [unknown], safe: [] }],
    },
  });
  const decided = (tool: string, config: object, preset = 'full-auto') => {
    const shipped = shippedSource({ preset, ...config });
    const own = { source: 'shipped/notes.yaml', shipped: true, digest: DIGEST, manifest };
    const compiled = compilePolicy({ ...shipped, manifests: [...shipped.manifests, own] });
    if (!compiled.ok) throw new Error('it does not compile');
    const session = { ...NEW_SESSION, interactive: false };
    const said = call('notes', tool);
    return decide({ call: said, effects: [UNKNOWN], policy: compiled.value, session, grants: [], now: NOW });
  };
  for (const preset of ['supervised', 'autonomous', 'full-auto']) {
    const verdict = decided('echo', {}, preset);
    expect([verdict.outcome, verdict.toolClass, verdict.scope], preset).toEqual([
      'confirm',
      'unclassified',
      'per-call',
    ]);
  }
  expect(decided('echo', { modules: { notes: { tools: { echo: 'allow' } } } }).outcome).toBe('allow');
  expect(decided('echo', { modules: { notes: { level: 'allow' } } }).outcome).toBe('allow');
  expect(decided('told', {}).toolClass).toBe('critical');
  expect(decided('shell', {}).toolClass).toBe('critical');
});
