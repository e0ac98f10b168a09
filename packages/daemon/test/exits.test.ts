// The exits, attacked: secrets that look like our own words, that are pieces of JSON, that lie over several fields or are
// numbers. Nothing may leak, and what is given back must still be what its readers expect.
import { parseRecord } from '@castellan/contract';
import { createRedactor, type KnownSecret } from '@castellan/secrets';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createExits } from '../src/exits/exits.ts';
import { answerText } from '../src/exits/verbatim.ts';

const over = (...known: readonly KnownSecret[]) => createExits(createRedactor({ known }));
const one = (value: string) => over({ name: 'S', value });

const RECORD = {
  kind: 'refusal',
  at: 1_795_764_915_000,
  who: 'agent:agent_aaaaaaaa',
  what: 'claude-code hook',
  text: 'no such thing',
};

test.each(['refusal', 'attempt', 'approval', 'succeeded', 'arguments', 'createdAt', 'kind', 'text'])(
  'a secret that is the word `%s` breaks no record and is hidden in a text',
  (word) => {
    const exits = one(word);
    const read = parseRecord(JSON.parse(exits.json({ ...RECORD, text: `x ${word} y` })));
    expect(read.ok).toBe(true);
    expect(read.ok && read.value).toMatchObject({ kind: 'refusal', at: RECORD.at, text: 'x [REDACTED:S] y' });
  },
);

test('a secret of digits hides no time of ours, and is hidden as a number an agent wrote', () => {
  const exits = one('17957649');
  expect(JSON.parse(exits.json(RECORD))).toEqual(RECORD);
  expect(exits.json({ arguments: { pin: 17_957_649 } })).not.toContain('17957649');
  expect(exits.json({ arguments: { size: 17_957_649 } })).not.toContain('17957649');
});

test('a secret that is a piece of JSON is hidden as a value and as the text of one', () => {
  const key = { type: 'service_account', private_key_id: 'b7a19f03c5d2e846', project: 'billing' };
  const exits = one(JSON.stringify(key));
  for (const given of [{ arguments: key }, { arguments: { a: [key] } }, { text: JSON.stringify(key) }]) {
    const text = exits.json(given);
    expect(text).not.toContain(JSON.stringify(key));
    expect(() => JSON.parse(text)).not.toThrow();
  }
});

test('a secret over fields that follow each other', () => {
  const exits = one('correct-horse-battery-staple');
  for (const given of [
    ['correct-horse-', 'battery-staple'],
    { a: 'correct-horse-', b: 'battery-staple' },
    { a: { b: ['correct-', 'horse-battery'] }, c: '-staple' },
  ]) {
    const strings: string[] = [];
    JSON.parse(exits.json(given), (_key, value) => {
      if (typeof value === 'string') strings.push(value);
      return value as unknown;
    });
    expect(strings.join('')).not.toContain('correct-horse-battery-staple');
    expect(strings.join('')).not.toContain('horse-battery');
  }
});

test('two names that were secrets stay two', () => {
  const exits = over({ name: 'A', value: 'first-secret-value' }, { name: 'A', value: 'other-secret-value' });
  const shown = JSON.parse(exits.json({ 'first-secret-value': 1, 'other-secret-value': 2 })) as object;
  expect(Object.values(shown).toSorted()).toEqual([1, 2]);
  expect(JSON.stringify(shown)).not.toContain('secret-value');
});

test('rows: JSON stays JSON, a plain text is a text', () => {
  const exits = one('a-secret-"with"-quotes');
  const row = exits.row(JSON.stringify({ title: 'say a-secret-"with"-quotes' }));
  expect(JSON.parse(row)).toEqual({ title: 'say [REDACTED:S]' });
  expect(exits.row('plain a-secret-"with"-quotes')).toBe('plain [REDACTED:S]');
  expect(exits.row('{ not json a-secret-"with"-quotes')).toBe('{ not json [REDACTED:S]');
});

test('an answer lets through the member of the table and nothing else', () => {
  const exits = one('the-credential-itself');
  const answer = JSON.stringify({ agent: { name: 'the-credential-itself' }, credential: 'the-credential-itself' });
  expect(JSON.parse(answerText(exits, 'connect', answer))).toEqual({
    agent: { name: '[REDACTED:S]' },
    credential: 'the-credential-itself',
  });
  expect(answerText(exits, 'status', answer)).not.toContain('the-credential-itself');
  expect(answerText(exits, '', answer)).not.toContain('the-credential-itself');
});

test('whatever holds a secret, the JSON text that leaves holds none and is JSON', () => {
  const secret = fc.string({ minLength: 12, maxLength: 40, unit: 'binary' }).filter((text) => text.trim().length >= 12);
  const around = fc.jsonValue({ maxDepth: 3 });
  fc.assert(
    fc.property(secret, around, fc.constantFrom('value', 'name', 'item', 'inside'), (value, rest, where) => {
      const given =
        where === 'value'
          ? { a: rest, b: value }
          : where === 'name'
            ? { [value]: rest }
            : where === 'item'
              ? [rest, value, rest]
              : { a: { b: [`x${value}y`] }, rest };
      const text = one(value).json(given);
      const seen: string[] = [];
      JSON.parse(text, (key, part) => {
        seen.push(key, typeof part === 'string' ? part : '');
        return part;
      });
      expect(seen.some((part) => part.includes(value))).toBe(false);
    }),
    { numRuns: 200 },
  );
});

test('what holds nothing comes back as the very value', () => {
  const exits = one('nothing-of-this-is-here');
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(exits.json(value)).toBe(JSON.stringify(value));
    }),
  );
});
