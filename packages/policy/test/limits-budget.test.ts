// Budgets and repeated calls: counted one by one, however they arrive.
import type { Budget, JsonObject, Spent } from '@castellan/contract';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  afterRefusal,
  afterRun,
  begin,
  countCall,
  countTokens,
  NO_REPEATS,
  repeatKey,
  repetition,
  standing,
} from '../src/index.ts';
import { call, config, NOW } from './fixtures.ts';

const budget = (calls: Budget['calls'], more: Partial<Budget> = {}): Budget => ({
  calls,
  minutes: {},
  tokens: {},
  ...more,
});
const after = (n: number): Spent => Array.from({ length: n }).reduce<Spent>(countCall, begin('prompt', NOW));

verifies(['G-S06'], 'a limit of n lets exactly n calls pass, whatever n is', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 300 }), (pause, more) => {
      const limits = budget({ pause, stop: pause + more + 1 });
      const kinds = Array.from({ length: pause + more + 3 }, (_, n) => standing(after(n + 1), limits, NOW).kind);
      expect(kinds.indexOf('pause')).toBe(pause);
      expect(kinds.indexOf('stop')).toBe(pause + more + 1);
      expect(kinds.lastIndexOf('within')).toBe(pause - 1);
    }),
    { numRuns: 60 },
  );
});

test('the warning comes once; time and tokens count too; the words say since when', () => {
  const limits = budget({ warn: 3 }, { minutes: { pause: 10, stop: 20 }, tokens: { stop: 100 } });
  const kinds = [1, 2, 3, 4, 5].map((n) => standing(after(n), limits, NOW).kind);
  expect(kinds).toEqual(['within', 'within', 'warn', 'within', 'within']);
  expect(standing(after(1), limits, NOW + 10 * 60_000 - 1).kind).toBe('within');
  expect(standing(after(1), limits, NOW + 10 * 60_000)).toEqual({
    kind: 'pause',
    text: '10 minutes since your last prompt',
  });
  expect(standing(after(1), limits, NOW + 20 * 60_000).kind).toBe('stop');
  expect(standing(countTokens(after(1), 101), limits, NOW)).toEqual({
    kind: 'stop',
    text: '101 tokens since your last prompt',
  });
  expect(standing(countCall(begin('answer', NOW)), budget({ stop: 1, warn: 1 }), NOW).kind).toBe('warn');
});

const { limits } = config();
const key = (args: JsonObject, tool = 'risky'): string => repeatKey(call('kit', tool, args));

verifies(['G-S06'], 'a refused call that comes back is reminded, then pauses, then stops', () => {
  let repeats = NO_REPEATS;
  const seen: string[] = [];
  for (let n = 0; n < 6; n += 1) {
    seen.push(repetition(repeats, key({ a: 1 }), limits).kind);
    repeats = afterRefusal(repeats, key({ a: 1 }), 'do it otherwise');
    // Other calls between do not hide it.
    repeats = afterRun(repeats, key({ b: n }));
  }
  expect(seen).toEqual(['new', 'remind', 'pause', 'pause', 'stop', 'stop']);
  expect(repetition(repeats, key({ a: 1 }), limits)).toMatchObject({ times: 7, instead: 'do it otherwise' });
  expect(repetition(repeats, key({ a: 2 }), limits).kind).toBe('new');
});

test('white space, the order of members and mere descriptions make no new call; anything else does', () => {
  const words = fc.array(fc.stringMatching(/^[a-z$'-]{1,6}$/), { minLength: 1, maxLength: 6 });
  const gaps = fc.constantFrom(' ', '  ', '\n', '\t ');
  fc.assert(
    fc.property(words, gaps, gaps, (parts, one, other) => {
      expect(key({ command: parts.join(one), n: 1 })).toBe(key({ n: 1, command: ` ${parts.join(other)}` }));
    }),
  );
  const bash = (args: JsonObject): string => repeatKey(call('claude-code', 'Bash', args));
  expect(bash({ command: 'ls', description: 'List' })).toBe(
    bash({ command: 'ls', description: 'Look again', timeout: 9 }),
  );
  expect(bash({ command: 'ls' })).not.toBe(bash({ command: 'ls -a' }));
  expect(key({ a: 1 })).not.toBe(key({ a: '1' }));
  expect(key({ a: 1 })).not.toBe(key({ a: 1 }, 'look'));
});

test('the same call in a row is advised against at five and paused at twenty; another call between begins again', () => {
  let repeats = NO_REPEATS;
  const seen: string[] = [];
  for (let n = 0; n < 21; n += 1) {
    const found = repetition(repeats, key({}), limits);
    seen.push(found.kind === 'loop' ? found.what : found.kind);
    repeats = afterRun(repeats, key({}));
  }
  expect(seen.indexOf('advise')).toBe(4);
  expect(seen.indexOf('pause')).toBe(19);
  repeats = afterRun(repeats, key({ other: 1 }));
  expect(repetition(repeats, key({}), limits).kind).toBe('new');
});

test('what is remembered of refused calls is bounded', () => {
  let repeats = NO_REPEATS;
  for (let n = 0; n < 2000; n += 1) repeats = afterRefusal(repeats, key({ n }), 'x');
  expect(repeats.refused.size).toBeLessThanOrEqual(500);
  expect(repetition(repeats, key({ n: 1999 }), limits).kind).toBe('remind');
});
