// Conditions: what they see, what is refused when a policy loads, and that none can be made slow or silent by a call.
import { NEW_SESSION } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { like } from '../src/cel/environment.ts';
import { compilePolicy, decide } from '../src/index.ts';
import { call, effect, NOW, policy, source } from './fixtures.ts';

const matches = (condition: string, args = {}, effects = [effect('write')], change = {}) => {
  const verdict = decide({
    call: call('kit', 'risky', args, change),
    effects,
    policy: policy({ config: { preset: 'full-auto' }, rules: [{ if: condition }] }),
    session: { ...NEW_SESSION, interactive: true },
    grants: [],
    now: NOW,
  });
  const text = verdict.reasons.find((reason) => reason.id === 'R1')?.text;
  return text === undefined ? 'no' : text.includes('condition failed') ? 'error' : 'yes';
};

describe('what a condition sees', () => {
  const rows: readonly (readonly [string, 'yes' | 'no' | 'error'])[] = [
    ['call.name == "kit/risky" && call.module == "kit" && call.tool == "risky"', 'yes'],
    ['call.agent.startsWith("agent_") && call.task.startsWith("task_") && call.session.startsWith("session_")', 'yes'],
    ['call.cwd == "/home/user/project" && call.workspace == call.cwd', 'yes'],
    ['call.origin == "hook" && !call.subagent', 'yes'],
    ['call.args.command == "git push"', 'yes'],
    ['call.args["command"].like("git *sh")', 'yes'],
    ['call.args.command.lower() == "git push"', 'yes'],
    ['call.args.list[1] == 2 && size(call.args.list) == 3', 'yes'],
    ['call.args.deep.constructor == "x" && !has(call.args.deep.toString)', 'yes'],
    ['"nothing" in call.args', 'no'],
    ['has(call.args.nothing)', 'no'],
    ['call.args.nothing == 1', 'error'],
    ['call.args.command > 3', 'error'],
    ['call.args.command', 'error'],
    ['call.args.flag', 'yes'],
    [
      'effects.exists(e, e.kind == "write" && e.place == "workspace" && e.certainty == "certain" && e.note == "")',
      'yes',
    ],
    ['effects.all(e, e.target_kind == "path" && e.target == "/home/user/project/a.txt")', 'yes'],
    ['session.interactive', 'yes'],
    ['module.name == "kit" && module.title == "Kit" && module.version == "1" && module.known', 'yes'],
    ['module.tool_class == "critical"', 'yes'],
  ];
  for (const [condition, expected] of rows) {
    test(condition, () => {
      const args = { command: 'git push', list: [1, 2, 3], deep: { constructor: 'x' }, flag: true };
      expect(matches(condition, args)).toBe(expected);
    });
  }
});

describe('what is refused when the policy loads', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['call.', 'does not parse'],
    ['call.tol == "x"', 'No such key: tol'],
    ['calls.tool == "x"', 'Unknown variable: calls'],
    ['call.tool', 'not a bool'],
    ['call.tool + 1 == 2', 'no such overload'],
    ['call.args.command.matches("(a+)+$")', '`matches` cannot be used'],
    ['cel.bind(a, "x", a + a == "xx")', '`bind` cannot be used'],
    ['timestamp("2024-01-01T00:00:00Z") == timestamp(0)', '`timestamp` cannot be used'],
    ['effects.all(a, effects.all(b, effects.all(c, true)))', 'nested three deep'],
    [`${'('.repeat(200)}true${')'.repeat(200)}`, 'does not parse'],
  ];
  for (const [condition, message] of rows) {
    test(condition.slice(0, 60), () => {
      const compiled = compilePolicy(source({ rules: [{ if: condition }] }));
      expect(compiled.ok).toBe(false);
      if (!compiled.ok) expect(compiled.faults[0]?.message).toContain(message);
    });
  }
});

verifies(
  ['G-U'],
  'a condition that fails counts as a match for Critical and Strict, and is dropped for a Guideline',
  () => {
    const of = (tier: string) =>
      decide({
        call: call('kit', 'look', {}),
        effects: [],
        policy: policy({ rules: [{ tier, if: 'call.args.missing == 1' }] }),
        session: { ...NEW_SESSION, interactive: true },
        grants: [],
        now: NOW,
      });
    expect(of('critical')).toMatchObject({
      outcome: 'deny',
      reasons: [{ text: expect.stringContaining('failed') }, {}],
    });
    expect(of('strict')).toMatchObject({
      outcome: 'confirm',
      reasons: [{ text: expect.stringContaining('failed') }, {}],
    });
    const advised = of('guideline');
    expect(advised.outcome).toBe('allow');
    expect(advised.reasons[1]?.text).toContain('could not be judged');
  },
);

test('an argument nobody expects does not make a condition blind', () => {
  const hostile = JSON.parse('{"command":"git push","__proto__":{"x":1},"constructor":1,"toString":2}') as object;
  expect(matches('call.args.command == "git push" && call.args.constructor == 1', hostile)).toBe('yes');
  expect(matches('"x" in call.args', hostile)).toBe('no');
});

test('the largest call cannot make a condition slow', () => {
  const text = 'a'.repeat(1_000_000);
  const list = Array.from({ length: 200_000 }, (_, index) => `${index}`);
  const conditions = [
    'call.args.text.like("*a*a*a*a*a*a*a*a*b*")',
    'call.args.text.contains("b")',
    'call.args.list.exists(x, x == "nothing")',
    'call.args.list.all(x, call.args.list.exists(y, y == x))',
    'call.args.list.exists(x, call.args.text.contains(x + "b"))',
    'call.args.list.exists(x, x in call.args.list)',
  ];
  for (const condition of conditions) {
    const before = performance.now();
    const args = condition.includes('list') ? { list, text: text.slice(0, 100_000) } : { text };
    expect(['no', 'error']).toContain(matches(condition, args));
    expect(performance.now() - before, condition).toBeLessThan(5000);
  }
});

describe('like', () => {
  const rows: readonly (readonly [string, string, boolean])[] = [
    ['git push', 'git push', true],
    ['git push', 'git*', true],
    ['git push', '*push', true],
    ['git push', 'g*t*p*h', true],
    ['git push', '*', true],
    ['', '*', true],
    ['', '', true],
    ['git push', 'git', false],
    ['aba', 'ab*ba', false],
    ['abba', 'ab*ba', true],
    ['a', 'a*a', false],
    ['axbxc', '*x*x*x*', false],
  ];
  for (const [text, pattern, expected] of rows) {
    test(`${text} ~ ${pattern}`, () => expect(like(text, pattern)).toBe(expected));
  }
});
