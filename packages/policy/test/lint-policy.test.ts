// policy lint: each finding on a policy made to have it, no finding on one that is well, and none on the shipped policy.
import { expect, test } from 'vitest';
import { compilePolicy, type Finding, lintPolicy } from '../src/index.ts';
import { rule, shippedSource, source } from './fixtures.ts';

const BOTH = [
  { name: 'hit', call: { tool: 'kit/risky' }, matches: true },
  { name: 'miss', call: { tool: 'kit/look' }, matches: false },
];
const commands = new Set(['watch', 'policy', 'policy lint']);

function lint(change: Parameters<typeof source>[0]): readonly Finding[] {
  const rules = change?.rules?.map((each) => ({ tests: BOTH, ...each }));
  return lintPolicy(source({ ...change, ...(rules === undefined ? {} : { rules }) }), { commands });
}
const names = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ source: file }) => !file.startsWith('shipped/')).map((f) => `${f.severity} ${f.lint} ${f.about}`);
const conditions = (condition: string, on: object = {}) => names(lint({ rules: [{ if: condition, on }] }));

test('the shipped policy has no finding', () => {
  const shipped = shippedSource();
  expect(shipped.rules.length).toBeGreaterThan(10);
  expect(compilePolicy(shipped).ok).toBe(true);
  // Its remedies name commands that the command line's own tests know; here only the policy is looked at.
  expect(lintPolicy(shipped)).toEqual([]);
});

test('a word that is none of a closed list is an error with the nearest one', () => {
  for (const [field, wrong, right] of [
    ['kind', 'delet', 'delete'],
    ['place', 'workspaces', 'workspace'],
    ['resource', 'credential', 'credentials'],
    ['certainty', 'possibly', 'possible'],
    ['target_kind', 'paths', 'path'],
  ]) {
    const [found] = lint({ rules: [{ if: `effects.exists(e, e.${field} == "${wrong}" || e.target == "x")` }] });
    expect(found).toMatchObject({ lint: 'no-such-value', severity: 'error', fix: `did you mean \`${right}\`?` });
  }
  expect(conditions('module.tool_class == "criticl"')).toEqual(['error no-such-value R1']);
  expect(conditions('effects.exists(e, e.resource == "")')).toEqual([]);
});

test('a condition that can never be true is an error', () => {
  for (const never of [
    'effects.exists(e, e.kind == "read" && e.kind == "write")',
    'effects.exists(e, e.kind in ["read", "write"] && !(e.kind in ["read", "write", "send"]))',
    'effects.exists(x, x.recursive && !x.recursive)',
    'call.tool == "a" && call.tool == "b"',
    '!(call.tool != "a" || call.module == "kit" || call.module != "kit")',
    'effects.exists(e, e.kind == "read") && effects.all(f, f.kind == "write")',
    '"secret" in session.seen',
    'call.cwd.startsWith("/x") && !call.cwd.startsWith("/x")',
  ])
    expect([never, conditions(never)]).toEqual([never, ['error never-matches R1']]);
});

test('what could be true somewhere, or fail to be told, is not called never', () => {
  for (const maybe of [
    'effects.exists(e, e.kind == "read") && effects.exists(e, e.kind == "write")',
    // An argument that is missing makes the condition fail, and a failure counts as a match.
    'call.args.x == "a" && call.args.x == "b"',
    'call.args.x && !call.args.x',
    'effects.all(e, e.kind == "read" && e.kind == "write")',
    'call.tool.startsWith("a") && call.tool.startsWith("b")',
  ])
    expect([maybe, conditions(maybe)]).toEqual([maybe, []]);
});

test('a condition that is always true is a warning', () => {
  expect(conditions('call.tool == "a" || call.tool != "a"')).toEqual(['warning always-true R1']);
  expect(conditions('effects.all(e, e.kind == "read" || e.kind != "read")')).toEqual(['warning always-true R1']);
  expect(conditions('effects.exists(e, e.kind == "read" || e.kind != "read")')).toEqual([]);
});

test('a rule that a stricter one always outdoes is shadowed; one that it does not quite is not', () => {
  const deny = { id: 'D', on: { effects: ['delete', 'write'] }, if: 'effects.exists(e, e.place == "home")' };
  const inside = (condition: string, on: object = { effects: ['delete'] }) =>
    names(lint({ rules: [deny, { id: 'S', tier: 'strict', on, if: condition }] }));
  expect(inside('effects.exists(e, e.place == "home" && e.kind == "delete")')).toEqual(['warning shadowed S']);
  expect(inside('call.tool == "x" && effects.exists(other, other.place == "home")')).toEqual(['warning shadowed S']);
  // Wider in its effects, its place, or its kinds.
  expect(inside('effects.exists(e, e.place == "home")', { effects: ['delete', 'send'] })).toEqual([]);
  expect(inside('effects.exists(e, e.place in ["home", "temp"])')).toEqual([]);
  expect(inside('effects.all(e, e.place == "home")')).toEqual([]);
  // No condition at all outdoes every condition.
  expect(
    names(
      lint({
        rules: [
          { id: 'A', on: { tools: ['kit/*'] } },
          { id: 'B', tier: 'strict', on: { tools: ['kit/risky'] } },
        ],
      }),
    ),
  ).toEqual(['warning shadowed B']);
  expect(
    names(
      lint({
        rules: [
          { id: 'A', on: { tools: ['kit/r*'] } },
          { id: 'B', tier: 'strict', on: { tools: ['kit/*'] } },
        ],
      }),
    ),
  ).toEqual([]);
  // The milder one does not outdo the stricter, and advice decides nothing.
  expect(names(lint({ rules: [{ id: 'A', tier: 'strict' }, { id: 'B' }, { id: 'G', tier: 'guideline' }] }))).toEqual([
    'warning shadowed A',
  ]);
  // The same rule twice.
  expect(names(lint({ rules: [{ id: 'A' }, { id: 'B' }] }))).toEqual(['warning shadowed B']);
});

test('a rule about tools nobody has, or effects they never show, is found', () => {
  const on = (tools: readonly string[], effects?: readonly string[]) =>
    lint({ rules: [{ on: { tools, ...(effects === undefined ? {} : { effects }) } }] }).filter((f) => f.about === 'R1');
  expect(on(['kitt/risky'])).toMatchObject([{ lint: 'no-such-tool', fix: 'did you mean `kit/risky`?' }]);
  expect(on(['toolkit/risky'])).toEqual([]);
  expect(on(['kit/risky'], ['delete'])).toMatchObject([{ lint: 'no-such-effect', severity: 'error' }]);
  expect(on(['kit/risky'], ['send', 'delete'])).toEqual([]);
  // A shell does whatever it is told.
  expect(on(['kit/shell'], ['delete'])).toEqual([]);
  expect(on(['kit/*'], ['delete'])).toEqual([]);
});

test('missing tests, and remedies that name no command', () => {
  expect(names(lint({ rules: [{ tests: [] }] }))).toEqual(['warning untested R1']);
  expect(lint({ rules: [{ tests: BOTH.slice(0, 1) }] })).toContainEqual(
    expect.objectContaining({ message: 'it lacks a case that must not match' }),
  );
  expect(lint({ rules: [{ remedy: 'Run `castellan wach`.' }] })).toContainEqual(
    expect.objectContaining({ lint: 'no-such-command', fix: 'did you mean `castellan watch`?' }),
  );
  for (const remedy of ['Run `castellan policy lint`.', 'Run `castellan watch`.', 'Use `castellan`.', 'Run `cargo`.'])
    expect(names(lint({ rules: [{ remedy }] }))).toEqual([]);
});

test('settings without effect or against each other', () => {
  const config = (change: object) => names(lint({ config: change }));
  expect(config({ deny: ['kit/risky'], modules: { kit: { tools: { risky: 'allow' } } } })).toEqual([
    'warning contradiction modules.kit.tools.risky',
  ]);
  expect(config({ deny: ['toolkit/*'], modules: { kit: { tools: { risky: 'allow' } } } })).toEqual([
    'warning contradiction modules.kit.tools.risky',
  ]);
  expect(config({ modules: { kit: { level: 'deny', tools: { risky: 'confirm' } } } })).toEqual([
    'warning contradiction modules.kit.tools.risky',
  ]);
  expect(config({ deny: ['kit/*'], modules: { kit: { level: 'allow' } } })).toEqual([
    'warning contradiction modules.kit.level',
  ]);
  expect(config({ deny: ['kit/*', 'kit/risky'] })).toEqual(['note no-effect deny[1]']);
  expect(config({ deny: ['kit/riskyy'] })).toEqual(['warning matches-nothing deny[0]']);
  expect(config({ deny: ['KIT/Risky', 'kit/r*'] })).toEqual(['note no-effect deny[0]']);
  expect(config({ preset: 'autonomous', modules: { kit: { level: 'confirm' } } })).toEqual([
    'note no-effect modules.kit.level',
  ]);
  expect(config({ preset: 'full-auto', modules: { kit: { level: 'confirm', tools: { risky: 'deny' } } } })).toEqual([]);
});

test('a rule of the fixtures is a rule', () => expect(rule({}).tier).toBe('critical'));
