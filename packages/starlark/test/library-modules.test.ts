// The modules json, math and time, struct, and the text of floats.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Float } from '../src/index.ts';
import { floatText } from '../src/values/float-text.ts';
import { says } from './support/says.ts';

function check(rows: readonly (readonly [string, string])[]): void {
  it.each(rows)('%s is %s', (expression, expected) => {
    expect(says(expression)).toBe(expected);
  });
}

describe('json', () =>
  check([
    ['json.encode({"b": [1, 2.0, None], "a": (True,)})', '"{\\"a\\":[true],\\"b\\":[1,2.0,null]}"'],
    ['json.encode(struct(y = 1, x = "é<"))', '"{\\"x\\":\\"é\\\\u003c\\",\\"y\\":1}"'],
    ['json.encode("<>")', '"\\"<>\\""'],
    ['json.encode({1: 2})', '!json.encode: dict has int key, want string'],
    [
      'json.encode([{"a": len}])',
      '!json.encode: at list index 0: in dict key "a": cannot encode builtin_function_or_method as JSON',
    ],
    ['json.encode(float("nan"))', '!json.encode: cannot encode non-finite float nan'],
    [
      'json.encode(struct(a = [print]))',
      '!json.encode: in field .a: at list index 0: cannot encode builtin_function_or_method as JSON',
    ],
    ['json.decode("[1, 2.5, 1e2, -0, 12345678901234567890, null]")', '[1, 2.5, 100.0, 0, 12345678901234567890, None]'],
    ['json.decode(\'{"a": {}, "b": [], "a": "\\\\u00e9\\\\n\\\\ud800"}\')', '{"a": "é\\n�", "b": []}'],
    ['json.decode("")', '!json.decode: at offset 0, unexpected end of file'],
    ['json.decode("[1")', '!json.decode: at offset 2, unexpected end of file'],
    ['json.decode("[1 2]")', "!json.decode: at offset 3, got '2', want ',' or ']'"],
    ['json.decode("{1: 2}")', '!json.decode: at offset 2, got int for object key, want string'],
    ['json.decode(\'{"a" 1}\')', "!json.decode: at offset 5, after object key, got '1', want ':' "],
    ['json.decode("01")', '!json.decode: at offset 2, invalid number: 01'],
    ['json.decode("1 x")', "!json.decode: at offset 2, unexpected character 'x' after value"],
    ['json.decode("nul")', "!json.decode: at offset 0, unexpected character 'n'"],
    ["json.decode('\"a')", '!json.decode: at offset 0, unclosed string literal'],
    ['json.decode("x", default = 1)', '1'],
    ['json.indent(\'{"a":[1,{}],"b":[]}\', indent = " ")', '"{\\n \\"a\\": [\\n  1,\\n  {}\\n ],\\n \\"b\\": []\\n}"'],
    ['json.encode_indent([1], prefix = ">", indent = "-")', '"[\\n>-1\\n>]"'],
    ['json.indent("[1,]")', "!json.indent: invalid character ']' looking for beginning of value"],
    ['json.indent("[1")', '!json.indent: unexpected end of JSON input'],
    ['json.indent("{1}")', "!json.indent: invalid character '1' looking for beginning of object key string"],
    ['json.indent("[1}")', "!json.indent: invalid character '}' after array element"],
    ['json.indent("1 2")', "!json.indent: invalid character '2' after top-level value"],
    ['json.indent("trux")', "!json.indent: invalid character 'x' in literal true (expecting 'e')"],
  ]));

it('encodes and decodes what is nested fifty thousand deep', () => {
  const text = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  expect(says('json.encode(json.decode(text)) == text', { text })).toBe('True');
  expect(says('len(json.indent(text, indent = ""))', { text })).toBe(String(100_000 + 2 * 49_999));
});

it('decodes any JSON to what it means', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), (text) => {
      expect(
        says('json.decode(json.encode(json.decode(text))) == json.decode(text)', { text: text.toWellFormed() }),
      ).toBe('True');
      expect(says('json.decode(json.indent(text)) == json.decode(text)', { text: text.toWellFormed() })).toBe('True');
    }),
  );
});

describe('math', () =>
  check([
    ['math.ceil(1.2), math.floor(-1.2), math.ceil(1 << 60)', '(2, -2, 1152921504606846976)'],
    ['math.round(-2.5), math.round(0.49999999999999994)', '(-3.0, 0.0)'],
    ['math.remainder(5, 3), math.remainder(7, 2), math.mod(-7, 3)', '(-1.0, -1.0, -1.0)'],
    ['math.pow(1, float("nan")), math.log(8, 2), math.gamma(5)', '(1.0, 3.0, 24.0)'],
    ['math.log(2, 1)', '!division by zero'],
    ['math.sqrt("x")', '!sqrt: for parameter 1: got string, want float or int'],
    ['math.floor(float("inf"))', '!cannot convert float infinity to integer'],
  ]));

describe('struct', () =>
  check([
    ['struct(b = 1, a = "x")', 'struct(a = "x", b = 1)'],
    ['struct(a = 1) + struct(b = 2, a = 3)', 'struct(a = 3, b = 2)'],
    ['struct(a = 1).b', '!struct has no .b attribute'],
    ['struct(name = 1).nam', '!struct has no .nam attribute (did you mean .name?)'],
    ['{struct(a = (1, 2)): 3}[struct(a = (1, 2))]', '3'],
    ['{struct(a = []): 1}', '!unhashable type: list'],
    ['struct(1)', '!struct: unexpected positional arguments'],
    ['struct(a = 1) == struct(a = 1.0), struct() == struct(a = 1)', '(True, False)'],
    ['struct() < struct()', '!struct < struct not implemented'],
  ]));

describe('time', () =>
  check([
    ['time.parse_duration("1h15m30.918s")', '1h15m30.918s'],
    ['time.parse_duration("-1.5us")', '-1.5µs'],
    ['time.parse_duration("1x")', '!parse_duration: for parameter 1: time: unknown unit "x" in duration "1x"'],
    ['time.parse_duration("1")', '!parse_duration: for parameter 1: time: missing unit in duration "1"'],
    ['time.hour * 2.0', '!unknown binary op: time.duration * float'],
    ['time.now()', '2023-11-14 22:13:20 +0000 UTC'],
    ['time.time(year = 2024, month = 14, day = -1)', '2025-01-30 00:00:00 +0000 UTC'],
    ['time.time(year = 2024, month = 7, day = 1, location = "America/New_York")', '2024-07-01 00:00:00 -0400 EDT'],
    [
      'time.from_timestamp(0).in_location("Asia/Kolkata").format("Mon Jan _2 15:04:05.000 -07:00 2006")',
      '"Thu Jan  1 05:30:00.000 +05:30 1970"',
    ],
    ['time.parse_time("2024-02-30T00:00:00Z")', '!parsing time "2024-02-30T00:00:00Z": day out of range'],
    ['time.parse_time("x")', '!parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
    ['time.parse_time("3:04PM Feb 9 24", "3:04PM Jan 2 06")', '2024-02-09 15:04:00 +0000 UTC'],
    ['time.is_valid_timezone("+01:00"), time.is_valid_timezone("europe/paris")', '(False, False)'],
    [
      'time.from_timestamp(1).foo',
      '!time.time has no .foo field or method (did you mean .format?)'.replace(/ \(.*/, ''),
    ],
  ]));

it('carries days back and forth', () => {
  fc.assert(
    fc.property(fc.integer({ min: -62_000_000_000, max: 250_000_000_000 }), (seconds) => {
      const expected = new Date(seconds * 1000).toISOString().slice(0, 19);
      const text = says('time.from_timestamp(s).format("2006-01-02T15:04:05")', { s: seconds });
      expect(text).toBe(`"${expected}"`);
      expect(says('time.parse_time(text + "Z").unix', { text: expected })).toBe(String(seconds));
    }),
  );
});

describe('floats', () => {
  it.each([
    [1, '1.0'],
    [123456.7, '123456.7'],
    [1e6, '1e+06'],
    [1234567, '1.234567e+06'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [-0, '-0.0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
  ])('%d is written %s', (value, expected) => {
    expect(floatText(value)).toBe(expected);
  });

  it('reads back as the same float', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Object.is(Number(floatText(value)), value)).toBe(true);
        expect(says('float(str(x)) == x', { x: new Float(value) })).toBe('True');
      }),
    );
  });
});
