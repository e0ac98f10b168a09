// What a call brings into the task: which label, why, and from where. A label is never lost, whatever goes wrong.
import { type Effect, type LabelRule, labelRuleSchema, NEW_SESSION } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePolicy, type GivenLabel, labelsOf, privateContent } from '../src/index.ts';
import { call, effect, shippedPolicy, source, UNKNOWN } from './fixtures.ts';

const shipped = shippedPolicy();
const KEY = effect('read', { target: '/home/user/.ssh/id', place: 'home', resource: 'credentials' });
const PAGE = effect('connect', { target: 'example.org:443', targetKind: 'host', place: 'public' });

const given = (module: string, tool: string, effects: readonly Effect[], args = {}): readonly string[] =>
  labelsOf(call(module, tool, args), effects, shipped, NEW_SESSION).map(
    ({ label, source: from }) => `${label} from ${from}`,
  );

verifies(['G-C01'], 'keys are private; pages, mail and tools nobody classified are strangers’ words', () => {
  const rows: readonly (readonly [string, string, readonly Effect[], readonly string[]])[] = [
    ['claude-code', 'Read', [KEY], ['private from /home/user/.ssh/id']],
    ['claude-code', 'Read', [effect('read')], []],
    ['claude-code', 'Bash', [effect('read'), KEY], ['private from /home/user/.ssh/id']],
    [
      'claude-code',
      'Bash',
      [KEY, { ...KEY, target: '/home/user/.netrc' }, PAGE],
      ['private from /home/user/.ssh/id', 'private from /home/user/.netrc', 'untrusted from example.org:443'],
    ],
    ['claude-code', 'WebFetch', [PAGE], ['untrusted from example.org:443']],
    ['claude-code', 'WebSearch', [], ['untrusted from claude-code/WebSearch']],
    ['claude-code', 'TodoWrite', [], []],
    ['mail', 'read', [], ['private from mail/read', 'untrusted from mail/read']],
    ['gmail', 'read', [], ['private from mail/read', 'untrusted from mail/read']],
    ['stranger', 'anything', [UNKNOWN], ['untrusted from stranger/anything']],
    ['claude-code', 'Bash', [{ ...PAGE, target: '127.0.0.1:80', place: 'loopback' }], []],
  ];
  for (const [module, tool, effects, expected] of rows)
    expect(given(module, tool, effects).toSorted(), `${module}/${tool}`).toEqual(expected.toSorted());
});

const own = (change: object): LabelRule =>
  labelRuleSchema.parse({ id: 'my.label', label: 'private', reason: 'because', ...change });

function labels(rules: readonly LabelRule[], effects: readonly Effect[], args = {}): readonly GivenLabel[] {
  const compiled = compilePolicy({
    ...source(),
    labels: rules.map((rule) => ({ source: 'rules/my.yaml', shipped: false, rule })),
  });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults));
  return labelsOf(call('kit', 'look', args), effects, compiled.value, NEW_SESSION);
}

describe('label rules of one’s own', () => {
  test('a folder', () => {
    const rule = own({
      on: { effects: ['read'] },
      if: 'effects.exists(e, e.kind == "read" && e.target.like("/home/user/letters/*"))',
    });
    const letter = effect('read', { target: '/home/user/letters/eva.txt', place: 'home' });
    expect(labels([rule], [effect('read'), letter])).toEqual([
      { label: 'private', rule: 'my.label', reason: 'because', source: '/home/user/letters/eva.txt' },
    ]);
    expect(labels([rule], [effect('read')])).toEqual([]);
  });
  for (const label of ['private', 'untrusted']) {
    test(`a condition that fails gives ${label}`, () => {
      expect(labels([own({ label, if: 'call.args.missing == 1' })], [])).toMatchObject([{ label, source: 'kit/look' }]);
      const rule = own({ label, on: { effects: ['read'] }, if: 'call.args.missing == 1' });
      expect(labels([rule], [effect('read')])).toMatchObject([{ label }]);
    });
  }
  test('a rule that only several effects together explain has the tool as its source', () => {
    const rule = own({ on: { effects: ['read'] }, if: 'effects.size() > 1' });
    expect(labels([rule], [effect('read'), effect('write')])).toMatchObject([{ source: 'kit/look' }]);
  });
  test('a thousand files do not make a thousand labels', () => {
    const many = Array.from({ length: 1000 }, (_, n) => effect('read', { target: `/home/user/project/${n}` }));
    const found = labels([own({ on: { effects: ['read'] } })], many);
    expect(found.length).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(100);
  });
});

test('two label rules of one id, and one with the id of a rule, are faults', () => {
  const entry = (rule: LabelRule) => ({ source: 'rules/my.yaml', shipped: false, rule });
  const faultsOf = (rules: readonly object[], labelRules: readonly LabelRule[]) => {
    const compiled = compilePolicy({ ...source({ rules }), labels: labelRules.map(entry) });
    return compiled.ok ? [] : compiled.faults.map(({ message }) => message);
  };
  expect(faultsOf([], [own({}), own({})])).toEqual(['rule `my.label` is already in `rules/my.yaml`']);
  expect(faultsOf([{ id: 'my.label' }], [own({})])).toEqual(['rule `my.label` is already in `rules/own.yaml`']);
  expect(faultsOf([], [own({ if: 'call.' })])).toHaveLength(1);
  expect(faultsOf([], [own({ on: { tools: ['kit/lok'] } })])).toHaveLength(1);
});

test('a key that is read is private beside whatever else the call does', () => {
  const others = fc.array(
    fc.constantFrom(effect('read'), effect('write'), PAGE, UNKNOWN, effect('execute', { certainty: 'unknown' })),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(others, others, fc.constantFrom('Bash', 'Read', 'Nothing'), (before, after, tool) => {
      const found = given('claude-code', tool, [...before, KEY, ...after]);
      expect(found).toContain('private from /home/user/.ssh/id');
    }),
  );
});

verifies(['U1'], 'what is kept of a file is private where reading it would be, though the call only changes it', () => {
  const kept = (tool: string, effects: readonly Effect[], rules: readonly LabelRule[]) => {
    const made = compilePolicy({
      ...source(),
      labels: rules.map((rule) => ({ source: 'rules/my.yaml', shipped: false, rule })),
    });
    if (!made.ok) throw new Error(JSON.stringify(made.faults));
    return privateContent(call('kit', tool, {}), effects, made.value, NEW_SESSION);
  };
  const letters = own({
    on: { effects: ['read'] },
    if: 'effects.exists(e, e.kind == "read" && e.target.like("/home/user/letters/*"))',
  });
  const letter = (name: string, kind: Effect['kind'] = 'write') =>
    effect(kind, { target: `/home/user/letters/${name}`, place: 'home' });
  expect(kept('look', [letter('eva.txt'), effect('write')], [letters])).toEqual(['/home/user/letters/eva.txt']);
  expect(kept('look', [letter('eva.txt', 'delete')], [letters])).toEqual(['/home/user/letters/eva.txt']);
  expect(kept('look', [effect('write')], [letters])).toEqual([]);
  expect(
    kept(
      'look',
      Array.from({ length: 40 }, (_, n) => letter(`${n}`)),
      [letters],
    ),
  ).toBe('all');
  expect(kept('look', [effect('write')], [own({ on: { tools: ['kit/look'] } })])).toBe('all');
});
