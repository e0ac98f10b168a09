// The agent sets: a constitution of another product as our policy, and a bank whose mail is poisoned.

import { createFacts } from '@castellan/facts';
import { runRuleTests } from '@castellan/policy';
import { expect, test } from 'vitest';
import { DIFFERENCES } from '../../examples/ironcurtain/differences.ts';
import { POLICY, scoreIronCurtain } from '../../examples/ironcurtain/score.ts';
import { createEngine } from './lib/engine.ts';

const AGREEMENT = 0.98;

test("IronCurtain's constitution, as our rules, decides as it was meant to", (context) => {
  const scores = scoreIronCurtain();
  if (scores === null) return context.skip('evals not present');
  const { alone } = scores;
  expect(alone.rows).toBeGreaterThan(300);
  expect(alone.agreed / alone.rows).toBeGreaterThanOrEqual(AGREEMENT);
  expect(alone.differences.filter(({ id }) => DIFFERENCES[id] === undefined)).toEqual([]);
});

test("the constitution's rules pass their own tests", () => {
  const facts = createFacts({ home: '/home/user', stateFolder: '/home/user/.config/castellan' });
  const results = runRuleTests(createEngine({ folder: POLICY, facts }).policy, facts);
  const own = results.filter(({ rule }) => rule.startsWith('IC'));
  expect(own.length).toBeGreaterThan(10);
  expect(own.filter(({ ok }) => !ok)).toEqual([]);
});
