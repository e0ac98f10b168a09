// What literals mean, and which of them mean nothing. Messages are those of starlark-go.
import { describe, expect, test } from 'vitest';
import { parseExpression } from '../src/syntax/parse.ts';
import { expressionText } from './support/syntax.ts';

function meaningOf(source: string): unknown {
  const result = parseExpression('f.star', source);
  if (!result.ok) return result.errors.map(({ at, message }) => `${at?.column}: ${message}`).join();
  const { value } = result.expression;
  return 'value' in value ? value.value : value;
}

describe('numbers', () => {
  test.each([
    ['0', 0],
    ['000', 0],
    ['123', 123],
    ['0xfF', 255],
    ['0XA', 10],
    ['0o17', 15],
    ['0B101', 5],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['0x123456789abcdef01', 0x123456789abcdef01n],
    ['0o777777777777777777777', 0o777777777777777777777n],
    ['1.', 1],
    ['.5', 0.5],
    ['1.e2', 100],
    ['1e-2', 0.01],
    ['1E+2', 100],
    ['09.5', 9.5],
    ['0e5', 0],
    ['1e-400', 0],
  ])('%s', (source, value) => expect(meaningOf(source)).toBe(value));

  test('an int is a bigint only beyond what is exact', () => {
    expect(expressionText('9007199254740993')).toBe('9007199254740993');
    expect(typeof meaningOf('4503599627370496')).toBe('number');
  });

  test.each([
    ['0x', '1: invalid hex literal'],
    ['0xg', '1: invalid hex literal'],
    ['0o8', '3: invalid octal literal'],
    ['0b2', '3: invalid binary literal'],
    ['0755', '5: obsolete form of octal literal; use 0o755'],
    ['089', '1: invalid int literal'],
    ['0b1111111111111111111111111111111111111111111111111111111111111111', '1: invalid int literal'],
    ['1e', '3: invalid float literal'],
    ['1e+', '4: invalid float literal'],
    ['1e999', '6: invalid float literal'],
  ])('%s is refused', (source, fault) => expect(meaningOf(source)).toBe(fault));
});

describe('strings', () => {
  test.each([
    [`'a"b'`, 'a"b'],
    [`"a'b"`, "a'b"],
    [`"\\a\\b\\f\\n\\r\\t\\v\\\\\\'\\""`, '\x07\b\f\n\r\t\v\\\'"'],
    [`"\\101\\60\\0"`, 'A0\0'],
    [`"\\1234"`, 'S4'],
    [`"\\x41"`, 'A'],
    [`"\\u00e9\\U0001F600"`, 'é\u{1f600}'],
    [`"a\\\nb"`, 'ab'],
    [`"a\\\r\nb"`, 'ab'],
    [`"""a\nb"""`, 'a\nb'],
    [`"""a\r\nb\rc"""`, 'a\nb\nc'],
    [`'''a''b'''`, "a''b"],
    [`""""a"""`, '"a'],
    [`'''\\''''`, "'"],
    [`r"a\\n\\"b"`, 'a\\n\\"b'],
    [`r'a\\\nb'`, 'a\\\nb'],
    [`r'a\\\r\nb'`, 'a\\\nb'],
    [`""`, ''],
    [`""""""`, ''],
    [`"\u{1f600}"`, '\u{1f600}'],
  ])('%j', (source, value) => expect(meaningOf(source)).toBe(value));

  test.each([
    [`"a`, '1: unexpected EOF in string'],
    [`"a\\`, '1: unexpected EOF in string'],
    [`"a\n"`, '1: unexpected newline in string'],
    [`r'a\nb'`, '1: unexpected newline in string'],
    [`"""a""`, '1: unexpected EOF in string'],
    [`x+"\\z"`, '3: invalid escape sequence \\z'],
    [`"\\8"`, '1: invalid escape sequence \\8'],
    [`"\\é"`, '1: invalid escape sequence \\Ã'],
    [`"\\x4"`, '1: truncated escape sequence \\x4'],
    [`"\\x-0"`, '1: invalid escape sequence \\x-0'],
    [`"\\u12"`, '1: truncated escape sequence \\u12'],
    [`"\\u12zz"`, '1: invalid escape sequence \\u12zz'],
    [`"\\ud800"`, '1: invalid Unicode code point U+D800'],
    [`"\\U00110000"`, '1: code point out of range: \\U00110000 (max \\U00110000)'],
    [`"\\xff"`, '1: non-ASCII hex escape \\xff (use \\u00FF for the UTF-8 encoding of U+00FF)'],
    [`"\\377"`, '1: non-ASCII octal escape \\377 (use \\u00FF for the UTF-8 encoding of U+00FF)'],
  ])('%j is refused', (source, fault) => expect(meaningOf(source)).toBe(fault));
});

describe('bytes', () => {
  test.each([
    [`b"abc"`, [97, 98, 99]],
    [`b'\\xff\\377\\0'`, [255, 255, 0]],
    [`b"é"`, [0xc3, 0xa9]],
    [`b"\\u00e9"`, [0xc3, 0xa9]],
    [`b"\\U0001f600"`, [0xf0, 0x9f, 0x98, 0x80]],
    [`rb"\\xff"`, [92, 120, 102, 102]],
    [`b"""a\r\nb"""`, [97, 10, 98]],
  ])('%j', (source, bytes) => expect(meaningOf(source)).toEqual(new Uint8Array(bytes)));

  test('an octal escape ends at a byte', () => expect(meaningOf(`b"\\400"`)).toBe('2: invalid escape sequence \\400'));

  test('`br` is a name before a string', () =>
    expect(meaningOf('br"a"')).toBe('6: got string literal after expression, want EOF'));
});
