// Law: every item of the lists that others wrote is answered once, by promises that the gate asks tests for or by a reason.
import { expect, test } from 'vitest';
import type { Answer } from '../../tools/docs/mappings/answer.ts';
import { ASVS_ANSWERS } from '../../tools/docs/mappings/asvs.ts';
import { AGENTIC, MCP } from '../../tools/docs/mappings/owasp.ts';
import { asvsAnswers, asvsIds, idsOf } from '../../tools/docs/mappings/pages.ts';
import { CLAIMS } from '../claims/claims.ts';

const promised = new Map(CLAIMS.map(({ id, status }) => [id as string, status]));

/** What is wrong with an answer. */
function offences(id: string, answer: Answer): readonly string[] {
  if (answer.kind === 'held' || answer.kind === 'partly')
    return answer.claims
      .filter((claim) => promised.get(claim) !== 'now')
      .map((claim) => `${id}: ${claim} is no promise of today`);
  return answer.why.length < 8 ? [`${id}: no reason`] : [];
}

test('it goes red', () => {
  expect(offences('X1', { kind: 'held', claims: ['L7'] })).toEqual(['X1: L7 is no promise of today']);
  expect(offences('X1', { kind: 'no', why: '' })).toEqual(['X1: no reason']);
});

test('every requirement of ASVS is answered once, and nothing else', () => {
  const wanted = asvsIds().map(({ id }) => id);
  const given = ASVS_ANSWERS.flatMap(([ids]) => idsOf(ids));
  expect(wanted.length).toBe(345);
  expect(given.filter((id, n) => given.indexOf(id) !== n)).toEqual([]);
  expect(given.filter((id) => !wanted.includes(id))).toEqual([]);
  expect(wanted.filter((id) => !given.includes(id))).toEqual([]);
});

test('answers name promises of today, or say why not', () => {
  const all = [...asvsAnswers(), ...[...AGENTIC, ...MCP].map(({ id, answer }) => [id, answer] as const)];
  expect(all.length).toBe(365);
  expect(all.flatMap(([id, answer]) => offences(id, answer))).toEqual([]);
});
