// A child that was taken over by the program it runs. Whatever it says or does, its parent gets one outcome, believes nothing that is not its
// to say, and goes on.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScriptPool } from '../src/index.ts';
import { NEVER, NOBODY, noting, openPool, specOf, told } from './support/pools.ts';

let pool: ScriptPool;
beforeAll(async () => {
  pool = await openPool({ warm: 2, program: join(import.meta.dirname, 'children/hostile.mjs') });
});
afterAll(() => pool[Symbol.asyncDispose]());

const LIMITS = { seconds: 20, outputBytes: 100_000, memoryBytes: 65_536 };
const act = (deed: string, limits: object = {}, host = NOBODY) =>
  pool.run(specOf(deed, { secrets: ['A'], limits: { ...LIMITS, ...limits } }), host, NEVER);

const BROKEN = 'killed: the process of the script said what no script can say, and was killed';

describe('what no script can say ends it', () => {
  it.each([
    'garbage',
    'a length beyond all bounds',
    'a frame one byte too long',
    'no JSON',
    'no UTF-8',
    'an empty frame',
    'another kind',
    'a member too many',
    'a prototype',
    'a level that is none',
    'a million members',
    'a million levels',
    'ready again',
    'ready without end',
    'an inspection',
    'a secret that is not declared',
    'a secret asked for that is not declared',
    'a secret in the host',
    'a secret at the end of the host',
    'a secret before the host',
    'a secret that ends a string of JSON',
    'a header in a header',
    'a method that is none',
    'a refusal that was none',
    'a code of the host',
    'a result that is no JSON',
    'a result that is too deep',
    'a result with half a character',
    'a number that is none',
  ])('%s', async (deed) => {
    expect(told(await act(deed))).toBe(BROKEN);
  });

  it.each(['two calls at once', 'done while it asks'])('%s', async (deed) => {
    const { calls, host } = noting(() => ({ kind: 'value', value: 0 }));
    expect(told(await act(deed, {}, host))).toBe(BROKEN);
    expect(calls.length).toBeLessThanOrEqual(1);
  });
});

describe('more than it may', () => {
  it.each([
    ['lines without end', 'output_exceeded: printed more than it may'],
    ['empty lines without end', 'output_exceeded: printed more than it may'],
    ['a result without end', 'output_exceeded: its result is longer than it may be'],
    ['bytes without end', BROKEN],
    ['to exit', 'killed: the process of the script ended by itself: 0'],
    ['to abort', 'memory_exceeded: the process of the script ran out of memory'],
    ['to fill the heap', 'memory_exceeded: the process of the script ran out of memory'],
    ['to fill a map', 'memory_exceeded: the process of the script ran out of memory'],
  ])('%s', async (deed, expected) => {
    expect(told(await act(deed))).toBe(expected);
  });

  it.each(['to fill buffers', 'to double a text'])('%s: the process ends', async (deed) => {
    expect(told(await act(deed))).toMatch(/^(?:memory_exceeded|killed): the process of the script/);
  });

  it.each(['to spin', 'to say nothing', 'a frame that never ends', 'the pipe from its parent'])(
    '%s: until its time is over',
    async (deed) => {
      expect(told(await act(deed, { seconds: 1 }))).toBe('time_exceeded: took longer than 1 seconds');
    },
  );

  it('calls without end: refused after so many, and answered until its time is over', async () => {
    const { calls, host } = noting(() => ({ kind: 'value', value: 0 }));
    expect(told(await act('calls without end', { seconds: 3 }, host))).toMatch(/^time_exceeded/);
    expect(calls.length).toBeLessThanOrEqual(10_000);
  });

  it('a line byte by byte is a line', async () => {
    const outcome = await act('a line byte by byte');
    expect(told(outcome)).toBe(1);
    expect(outcome.output.map(({ text }) => text.length)).toEqual([50_000]);
  });

  it('what it says of itself is within its limits', async () => {
    const { used } = await act('lies');
    expect(used).toMatchObject({ steps: 50_000_000, memoryBytes: 65_536, outputBytes: 1 });
  });

  it('an inspection that is a run', async () => {
    expect(await pool.inspect('a refusal that was none')).toMatchObject({
      kind: 'unavailable',
      error: { code: 'killed' },
    });
  });
});
