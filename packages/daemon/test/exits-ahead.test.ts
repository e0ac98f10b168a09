// Nothing long is looked through at once: between two looks everything else of the daemon goes on.
import { createRedactor, type Redactor } from '@castellan/secrets';
import { expect, test } from 'vitest';
import { createExits } from '../src/exits/exits.ts';
import { valueWithout } from '../src/exits/index.ts';

const KEY = 'pK4vR8zQ1mX7bT2nW9sL';
const SIGNS = '\\u0061x"\'%&;#=+ \n';
/** What costs most: signs of every escape in no order. */
const worst = (length: number): string =>
  Array.from({ length }, (_, n) => SIGNS[(n * n * 7 + n * 13 + (n >> 3)) % SIGNS.length]).join('');

/** Tells the longest text that was looked through in one step. */
function watched(): { readonly redactor: Redactor; longest(): number } {
  const real = createRedactor([{ name: 'KEY', value: KEY }]);
  let longest = 0;
  const note = (size: number): void => {
    longest = Math.max(longest, size);
  };
  const redactor: Redactor = {
    ...real,
    version: real.version,
    text: (given) => {
      note(given.length);
      return real.text(given);
    },
    json: (given) => {
      note(JSON.stringify(given).length);
      return real.json(given);
    },
    mentions: (given) => {
      note(given.length);
      return real.mentions(given);
    },
    find: (given) => {
      note(given.length);
      return real.find(given);
    },
    stream: (of) => {
      const stream = real.stream(of);
      return {
        ...stream,
        push: (chunk) => {
          note(chunk.length);
          return stream.push(chunk);
        },
      };
    },
  };
  return { redactor, longest: () => longest };
}

const STEP = 4_096;

test('a long answer that was looked through ahead is looked through in small steps alone, on whatever way it leaves', async () => {
  const { redactor, longest } = watched();
  const exits = createExits(redactor);
  const run = { run: { output: [{ text: worst(40_000) }, { text: 'quiet' }], result: [worst(9_000)] } };
  const text = JSON.stringify(run);
  expect(await exits.ahead(text)).toBeNull();
  expect(exits.row(text)).toBe(text);
  expect(exits.json(run)).toBe(text);
  expect(exits.keep(run)).toBe(run);
  const message = `{"result":${text},"jsonrpc":"2.0","id":7}`;
  expect(exits.message(message)).toBe(message);
  expect(longest()).toBeLessThanOrEqual(STEP);
});

test('what a program printed is looked through in small steps', async () => {
  const { redactor, longest } = watched();
  const shown = await valueWithout(redactor, [worst(30_000), KEY, worst(30_000)]);
  expect(shown).toEqual([worst(30_000), '[REDACTED:KEY]', worst(30_000)]);
  expect(longest()).toBeLessThanOrEqual(STEP);
});

test('a long answer that holds a secret is given back without it, in small steps', async () => {
  const { redactor, longest } = watched();
  const exits = createExits(redactor);
  const shown = await exits.ahead(JSON.stringify({ a: worst(9_000), b: `${KEY} ${worst(9_000)}` }));
  expect(longest()).toBeLessThanOrEqual(STEP);
  expect(JSON.stringify(shown)).toContain('[REDACTED:KEY]');
  expect(JSON.stringify(shown)).not.toContain(KEY);
});

test('what is learned after a look ahead is hidden all the same', async () => {
  const redactor = createRedactor([{ name: 'KEY', value: KEY }]);
  const exits = createExits(redactor);
  const text = JSON.stringify({ a: `fresh-Qw8vZ3kL5nR9 ${'quiet '.repeat(2_000)}` });
  await exits.ahead(text);
  redactor.learn({ name: 'LATE', value: 'fresh-Qw8vZ3kL5nR9' });
  expect(exits.row(text)).toContain('[REDACTED:LATE]');
});

test('a secret behind what JSON escapes is in no value', async () => {
  const redactor = createRedactor([{ name: 'KEY', value: 'a"b\\c9Xk2mQ7' }]);
  for (const value of [['x', 'a"b\\c9Xk2mQ7'], { k: ['a"b\\c9', 'Xk2mQ7'] }])
    expect(JSON.stringify(await valueWithout(redactor, value))).not.toContain('Xk2mQ7');
});
