// Written as the attacker who chooses the text, the secret's neighbours, or the shape of what is shown.
import { createRedactor, whyNotProtected } from '@castellan/secrets';
import { describe, expect, test } from 'vitest';

const VALUE = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a';
const of = (...values: readonly string[]) =>
  createRedactor(values.map((value, index) => ({ name: `S${index}`, value })));

test('long rows of one escape beside an escaped secret, or between its halves, hide nothing', () => {
  const nasty = 'p@ss w0rd&"quote\'<tag>%+\\back$lash';
  for (const value of [VALUE, nasty, 'a\\\\\\\\b-four-of-them', 'x""""y-four-quotes']) {
    const escaped = JSON.stringify(value).slice(1, -1);
    const coded = [...value].map((sign) => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
    for (const unit of ['\\\\', '\\"', '\\n', '\\t', '\\q'])
      for (const count of [1, 7, 8, 9, 15, 16, 17, 40, 999, 3000])
        for (const written of [escaped, coded]) {
          const row = unit.repeat(count);
          const output = of(value).text(`"a": "${row}${written}${row}"`);
          expect(output.length, `${unit} ${count} ${written}`).toBeLessThanOrEqual(row.length * 2 + 24);
          expect(output).toContain('[REDACTED:S0]');
          expect(output).not.toContain(written);
        }
  }
});

describe('secrets that are awkward', () => {
  test('one within another: the longer one names the whole, no rest is left', () => {
    const redactor = of('abcdefgh', 'abcdefgh-ijklmnop', 'ijklmnop-qrst');
    expect(redactor.text('abcdefgh-ijklmnop-qrst!')).toBe('[REDACTED:S1]!');
    expect(redactor.text('xabcdefghx abcdefgh-ijklmno')).toBe('x[REDACTED:S0]x [REDACTED:S0]-ijklmno');
  });
  test('a short one is found as a word, quoted, encoded; never inside another word', () => {
    const redactor = of('hunter');
    expect(redactor.text('pw=hunter "hunter" hunters ahunter aHVudGVy 68756e746572')).toBe(
      'pw=[REDACTED:S0] "[REDACTED:S0]" hunters ahunter [REDACTED:S0] [REDACTED:S0]',
    );
  });
  test('too short, and only white space: refused with a reason', () => {
    const redactor = createRedactor();
    for (const value of ['', 'abc', '   a   ', '        ']) {
      expect(redactor.learn({ name: 'S', value })).toBe(false);
      expect(whyNotProtected(value)).toMatch(/^[a-z].*[^.]$/);
    }
    expect(redactor.text('abc')).toBe('abc');
    expect(whyNotProtected('abcd')).toBe(null);
  });
  test.each([
    'a.*b(c|d)+[e]',
    'zero\u0000byte\u0000inside',
    'lone\ud800surrogate',
    '$&$1$`\\n\\0',
    '__proto__',
    'line one\r\nline two',
  ])('the value %j', (value) => {
    const redactor = of(value);
    expect(redactor.text(`<${value}>`)).toBe('<[REDACTED:S0]>');
    expect(redactor.text(`<${Buffer.from(value).toString('base64')}>`)).toBe('<[REDACTED:S0]>');
  });
  test('a name cannot end the marker, start a line or an escape', () => {
    const redactor = createRedactor([{ name: 'A]\n\u001b[31m<b>', value: VALUE }]);
    expect(redactor.text(VALUE)).toMatch(/^\[REDACTED:[A-Za-z0-9_.-]+\]$/);
  });
  test('a lone surrogate and letters of four bytes around a secret stay', () => {
    expect(of(VALUE).text(`\ud800🔑${VALUE}é\udc00`)).toBe('\ud800🔑[REDACTED:S0]é\udc00');
  });
});

describe('JSON values', () => {
  const redactor = of(VALUE, '4929123456789012');
  test('split over fields and items, in keys, as a number', () => {
    expect(redactor.json({ a: VALUE.slice(0, 8), b: VALUE.slice(8), c: 'x' })).toEqual({
      a: '[REDACTED:S0]',
      b: '[REDACTED:S0]',
      c: 'x',
    });
    expect(redactor.json([...VALUE])).toEqual([...VALUE].map(() => '[REDACTED:S0]'));
    expect(redactor.json({ [`x-${VALUE}`]: 4_929_123_456_789_012, n: 7 })).toEqual({
      'x-[REDACTED:S0]': '[REDACTED:S1]',
      n: 7,
    });
  });
  test('keys that become the same keep both values; `__proto__` is a key like any other', () => {
    const input = JSON.parse(`{"${VALUE}":1,"[REDACTED:S0]":2,"__proto__":{"admin":"${VALUE}"}}`);
    const output = redactor.json(input);
    expect(JSON.stringify(output)).toBe(
      '{"[REDACTED:S0]":1,"[REDACTED:S0]#2":2,"__proto__":{"admin":"[REDACTED:S0]"}}',
    );
    expect(Object.getPrototypeOf(output)).toBe(Object.prototype);
  });
  test('as deep as a parser goes', () => {
    const deep = JSON.parse(`${'['.repeat(5_000)}"${VALUE}"${']'.repeat(5_000)}`);
    expect(JSON.stringify(redactor.json(deep))).not.toContain(VALUE);
  });
});

describe('texts made to cost much', () => {
  const periodic = of('a'.repeat(2_000), `${'ab'.repeat(700)}c`, 'abababab', VALUE);
  test.each([
    ['one sign', 'a'.repeat(400_000)],
    ['two signs', 'ab'.repeat(200_000)],
    ['percent signs', '%'.repeat(400_000)],
    ['percent of percent', '%25'.repeat(130_000)],
    ['backslashes', '\\'.repeat(400_000)],
    ['ampersands', '&#'.repeat(200_000)],
    ['quotes', `'"`.repeat(200_000)],
    ['line ends', '\n'.repeat(400_000)],
    ['escape signs', '\u001b['.repeat(200_000)],
    ['a list of bytes', '67:'.repeat(130_000)],
    ['marks', 'e\u0301'.repeat(130_000)],
    ['zeros', '\u0000a'.repeat(200_000)],
  ])('%s, and the secret behind it', (_name, text) => {
    const output = periodic.text(`${text} ${VALUE}`);
    expect(output.endsWith('[REDACTED:S3]')).toBe(true);
  });
});

test('what is learned is protected at once, what the vault drops is not, what was learned stays', () => {
  const redactor = createRedactor({ known: [{ name: 'OLD', value: 'old-value-of-it' }] });
  for (let index = 0; index < 40; index++) {
    const value = `learned-value-${index}-x`;
    expect(redactor.learn({ name: 'NEW', value })).toBe(true);
    expect(redactor.text(value)).toBe('[REDACTED:NEW]');
  }
  redactor.replaceAll([{ name: 'NEXT', value: 'next-value-of-it' }]);
  expect(redactor.text('old-value-of-it next-value-of-it learned-value-0-x')).toBe(
    'old-value-of-it [REDACTED:NEXT] [REDACTED:NEW]',
  );
  expect(redactor.mentions(Buffer.from('next-value-of-it').toString('hex'))).toEqual(['NEXT']);
});

test('a detector adds what it is sure of, and its guesses stay', () => {
  const detector = {
    find: (bytes: Uint8Array) => {
      const at = Buffer.from(bytes).indexOf('unknown-token');
      return at < 0 ? [] : [{ start: at, end: at + 13, name: 'format', by: 'format', confidence: 'likely' } as const];
    },
  };
  const redactor = createRedactor({ known: [{ name: 'S', value: VALUE }], detector });
  expect(redactor.text(`unknown-token ${VALUE}`)).toBe('[REDACTED:format] [REDACTED:S]');
  const stream = redactor.stream();
  const output = ['$ ', 'echo unkn', 'own-tok', 'en', ' x'].map((text) => stream.push(Buffer.from(text)));
  expect(Buffer.concat([...output, stream.end()]).toString('utf8')).toBe('$ echo [REDACTED:format] x');
  expect(output[0]?.length).toBe(2);
});
