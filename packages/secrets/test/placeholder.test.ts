// A text with placeholders is whole or it is not sent.
import { parsePlaceholders, resolvePlaceholders, type SecretLookup } from '@castellan/secrets';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const held: Readonly<Record<string, string>> = { KEY: 'k-value', ECHO: `not \${secret:KEY} again`, EMPTY: '' };
const asked: string[] = [];
const lookup: SecretLookup = async (name, host) => {
  asked.push(`${name} ${host}`);
  const value = host === 'example.org' ? held[name] : undefined;
  return value === undefined ? { ok: false, message: 'is not for that', hint: 'allow it' } : { ok: true, value };
};
const resolve = (text: string, host = 'example.org') => resolvePlaceholders(text, host, lookup);

test('every name is put in, once read, and nothing that is put in is read again', async () => {
  expect(await resolve(`Bearer \${secret:KEY}`)).toEqual({ ok: true, value: 'Bearer k-value' });
  expect(await resolve(`\${secret:ECHO}`)).toEqual({ ok: true, value: `not \${secret:KEY} again` });
  expect(await resolve(`a\${secret:EMPTY}b`)).toEqual({ ok: true, value: 'ab' });
  asked.length = 0;
  expect(await resolve(`\${secret:KEY}:\${secret:KEY}`)).toEqual({ ok: true, value: 'k-value:k-value' });
  expect(asked).toEqual(['KEY example.org']);
});

test('one name that is not given, and there is no text', async () => {
  for (const [text, host] of [
    [`\${secret:KEY} \${secret:MISSING}`, 'example.org'],
    [`\${secret:KEY}`, 'evil.example'],
    [`\${secret:}`, 'example.org'],
    [`\${secret:a b}`, 'example.org'],
    [`\${secret:KEY`, 'example.org'],
    [`\${secret:\${secret:KEY}}`, 'example.org'],
    [`\${secret: KEY}`, 'example.org'],
  ] as const) {
    const result = await resolve(text, host);
    expect(result.ok, text).toBe(false);
    expect(JSON.stringify(result)).not.toContain('k-value');
  }
});

test('what is no placeholder stays as it is', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes(`\${secret:`));
      const read = parsePlaceholders(text);
      expect(read).toEqual({ ok: true, value: text === '' ? [] : [{ kind: 'text', text }] });
    }),
  );
  expect(parsePlaceholders(`$secret:KEY \${SECRET:KEY} \${env:KEY}`).ok).toBe(true);
});
