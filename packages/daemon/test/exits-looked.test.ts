// What was looked through already is not looked through again, attacked: a secret that is learned in between, one in the id,
// one that crosses the edge of the result, one that is looked for since the configuration changed.
import { createRedactor, type Redactor } from '@castellan/secrets';
import { expect, test } from 'vitest';
import { createExits } from '../src/exits/exits.ts';
import { createGuard } from '../src/exits/guard.ts';

const SECRET = 'kQ7vZ2mXw9Lr4TbN8sYc';
const LONG = 'lorem ipsum dolor sit amet '.repeat(2_000);
const RESULT = { content: [{ type: 'text', text: LONG }] };
const answer = (result: unknown, id: number | string = 1): string => JSON.stringify({ result, jsonrpc: '2.0', id });

/** How many characters were looked through. */
function counted(): { readonly redactor: Redactor; readonly chars: () => number } {
  const redactor = createRedactor();
  let chars = 0;
  const text = (input: string): string => {
    chars += input.length;
    return redactor.text(input);
  };
  const mentions = (input: Uint8Array | string): readonly string[] => {
    chars += input.length;
    return redactor.mentions(input);
  };
  const made = Object.defineProperties({ ...redactor, text, mentions }, { version: { get: () => redactor.version } });
  return { redactor: made, chars: () => chars };
}

test('a result that the gate hid, and a list that was answered before, are looked through once', () => {
  const { redactor, chars } = counted();
  const exits = createExits(redactor);
  exits.keep(RESULT);
  const once = chars();
  for (let id = 0; id < 50; id++) expect(exits.message(answer(RESULT, id))).toBe(answer(RESULT, id));
  expect(chars() - once).toBeLessThan(50 * 1_000);
  const list = { tools: [{ name: 'a', description: LONG }] };
  exits.message(answer(list, 'first'));
  const before = chars();
  for (let id = 0; id < 50; id++) expect(exits.message(answer(list, `n${id}`))).toBe(answer(list, `n${id}`));
  expect(chars() - before).toBeLessThan(50 * 1_000);
});

test('a secret that became known meanwhile is hidden in what was clean before', () => {
  const redactor = createRedactor();
  const exits = createExits(redactor);
  const result = { content: [{ type: 'text', text: `it is ${SECRET}` }] };
  exits.keep(result);
  expect(exits.message(answer(result))).toContain(SECRET);
  const { version } = exits;
  redactor.learn({ name: 'S', value: SECRET });
  expect(exits.version).toBeGreaterThan(version);
  expect(exits.message(answer(result))).not.toContain(SECRET);
  redactor.replaceAll([{ name: 'T', value: 'lorem ipsum' }]);
  exits.keep(RESULT);
  expect(exits.message(answer(RESULT))).not.toContain('lorem ipsum');
});

test('what is looked for since the configuration changed is hidden in what was clean before', () => {
  const guard = createGuard();
  guard.detect('off');
  const token = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
  const result = { content: [{ type: 'text', text: `token ${token}` }] };
  guard.exits.keep(result);
  const { version } = guard.exits;
  guard.detect('certain');
  expect(guard.exits.version).toBeGreaterThan(version);
  expect(guard.exits.message(answer(result))).toBe(guard.exits.row(answer(result)));
});

test.each([
  ['in the id', SECRET, RESULT, SECRET],
  ['a number that is the id', '123456789012', RESULT, 123456789012],
  ['over the end of the result', `"}],"isError":true},"jsonrpc":"2.0","id":7`, { ...RESULT, isError: true }, 7],
  ['over its begin', `{"result":{"content":[{"type":"text"`, RESULT, 7],
])('a secret %s is hidden or kept as it is without us remembering anything', (_, value, result, id) => {
  const exits = createExits(createRedactor({ known: [{ name: 'S', value }] }));
  exits.keep(result);
  const text = answer(result, id as number | string);
  for (let n = 0; n < 3; n++) expect(exits.message(text)).toBe(exits.row(text));
});

test('what holds a secret is never taken for clean, however often it comes', () => {
  const exits = createExits(createRedactor({ known: [{ name: 'S', value: SECRET }] }));
  const result = { content: [{ type: 'text', text: `${LONG}${SECRET}` }] };
  for (let n = 0; n < 3; n++) {
    exits.keep(result);
    expect(exits.message(answer(result, n))).not.toContain(SECRET);
  }
});
