// The fatigue meter as a function: for any questions of a day the numbers add up, and nothing is suggested that would lessen
// what holds an agent.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DAY_MS, fatigueOf, type Prompt } from '../src/insight/fatigue.ts';

const NOW = 1_800_000_000_000;
const prompt: fc.Arbitrary<Prompt> = fc
  .record({
    agent: fc.constantFrom('agent_aaaaaa' as const, 'agent_bbbbbb' as const),
    module: fc.constantFrom('mail', 'files'),
    tool: fc.constantFrom('send', 'read'),
    ago: fc.integer({ min: 0, max: 2 * DAY_MS }),
    took: fc.integer({ min: 0, max: 100_000 }),
    answer: fc.constantFrom('approved', 'approved', 'approved', 'denied', 'timed-out', 'cancelled'),
    forced: fc.boolean(),
  })
  .map(({ ago, took, ...rest }) => ({
    ...rest,
    agentName: rest.agent,
    answeredAt: NOW - ago,
    askedAt: NOW - ago - took,
  }));
const prompts = fc.array(prompt, { maxLength: 80 });

test('every question of the day is counted once, and none of another', () => {
  fc.assert(
    fc.property(prompts, (all) => {
      const seen = all.filter(({ answeredAt }) => answeredAt >= NOW - DAY_MS);
      const fatigue = fatigueOf(all, NOW);
      expect(fatigue.prompts).toBe(seen.length);
      expect(fatigue.hours).toHaveLength(24);
      expect(fatigue.hours.reduce((sum, count) => sum + count, 0)).toBe(seen.length);
      const cancelled = seen.filter(({ answer }) => answer === 'cancelled').length;
      expect(fatigue.approved + fatigue.denied + fatigue.timedOut + cancelled).toBe(seen.length);
      expect(fatigue.blind).toBeLessThanOrEqual(fatigue.approved);
      expect(fatigue.promptsPerHour).toBeCloseTo(seen.length / 24, 1);
    }),
  );
});

test('the median is a time somebody took, or between two of them; without an answer there is none', () => {
  fc.assert(
    fc.property(prompts, (all) => {
      const times = all
        .filter(
          ({ answeredAt, answer }) => answeredAt >= NOW - DAY_MS && (answer === 'approved' || answer === 'denied'),
        )
        .map(({ askedAt, answeredAt }) => answeredAt - askedAt);
      const { medianDecisionMs: median } = fatigueOf(all, NOW);
      if (times.length === 0) expect(median).toBeNull();
      else {
        expect(times.filter((time) => time <= Number(median)).length * 2).toBeGreaterThanOrEqual(times.length);
        expect(times.filter((time) => time >= Number(median)).length * 2).toBeGreaterThanOrEqual(times.length);
      }
    }),
  );
});

test('nothing is suggested that a rule forces, that was denied or that nobody answered', () => {
  fc.assert(
    fc.property(prompts, (all) => {
      for (const { agent, module, tool, prompts: count, text } of fatigueOf(all, NOW).suggestions) {
        const same = all.filter(
          (one) => one.agent === agent && one.module === module && one.tool === tool && one.answeredAt >= NOW - DAY_MS,
        );
        expect(same.every(({ answer, forced }) => answer === 'approved' && !forced)).toBe(true);
        expect(count).toBe(same.length);
        expect(count).toBeGreaterThanOrEqual(5);
        expect(text).toContain(`${module}/${tool}`);
      }
    }),
    { numRuns: 500 },
  );
});

test('the order in which they are told changes nothing that is counted', () => {
  fc.assert(
    fc.property(prompts, (all) => {
      const { suggestions: _, ...one } = fatigueOf(all, NOW);
      const { suggestions: __, ...other } = fatigueOf([...all].reverse(), NOW);
      expect(other).toEqual(one);
    }),
  );
});

const asked = (count: number, more: Partial<Prompt> = {}): readonly Prompt[] =>
  Array.from({ length: count }, () => ({
    ...{ agent: 'agent_aaaaaa' as const, agentName: 'claude', module: 'mail', tool: 'send' },
    ...{ askedAt: NOW - 5000, answeredAt: NOW - 1000, answer: 'approved' as const, forced: false },
    ...more,
  }));

test('what was always approved is suggested, most asked first', () => {
  const { suggestions } = fatigueOf([...asked(6), ...asked(9, { tool: 'read' }), ...asked(4, { tool: 'list' })], NOW);
  expect(suggestions.map(({ tool, prompts: count }) => [tool, count])).toEqual([
    ['read', 9],
    ['send', 6],
  ]);
  expect(suggestions[0]?.text).toContain('claude asked 9 times for mail/read');
});

test.each([
  ['one of them was denied', asked(1, { answer: 'denied' })],
  ['one of them a rule forces', asked(1, { forced: true })],
  ['one of them nobody answered', asked(1, { answer: 'timed-out' })],
])('not suggested: %s', (_name, one) => expect(fatigueOf([...asked(20), ...one], NOW).suggestions).toEqual([]));

test('under a second and a half was not read', () => {
  const at = (ms: number) => asked(1, { askedAt: NOW - 10_000, answeredAt: NOW - 10_000 + ms });
  expect(fatigueOf([...at(0), ...at(1499), ...at(1500), ...at(9000)], NOW).blind).toBe(2);
  expect(fatigueOf(asked(1, { askedAt: NOW - 100, answeredAt: NOW, answer: 'denied' }), NOW).blind).toBe(0);
});
