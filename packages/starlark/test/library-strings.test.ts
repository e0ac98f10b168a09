// Methods of strings. What is expected is what starlark-go says, but that positions count code points.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { says } from './support/says.ts';

it.each([
  ['"banana".count("an")', '2'],
  ['"aaa".count("")', '4'],
  ['"a😀a".count("", 1)', '3'],
  ['"banana".find("n", 3)', '4'],
  ['"banana".find("n", -1)', '-1'],
  ['"a😀b😀".find("😀", 2)', '3'],
  ['"a😀b😀".rfind("😀")', '3'],
  ['"abc".rfind("")', '3'],
  ['"abc".index("x")', '!index: substring not found'],
  ['"abc".find("b", "x")', '!find: invalid start index: got string, want int'],
  ['"abc".find(1)', '!find: for parameter 1: got int, want string'],
  ['"abc".find()', '!find: got 0 arguments, want at least 1'],
  ['"abc".startswith(("x", "ab"))', 'True'],
  ['"abc".endswith("bc", 1)', 'True'],
  ['"abc".startswith(("x", 1))', '!startswith: want string, got int, for element 1'],
  ['"abc".startswith([])', '!startswith: got list, want string or tuple of string'],
  ['"a/b/c".partition("/")', '("a", "/", "b/c")'],
  ['"a/b/c".rpartition("/")', '("a/b", "/", "c")'],
  ['"abc".rpartition("/")', '("", "", "abc")'],
  ['"abc".partition("")', '!partition: empty separator'],
  ['"abc".removeprefix("ab")', '"c"'],
  ['"abc".removesuffix("")', '"abc"'],
])('looks for: %s is %s', (expression, expected) => {
  expect(says(expression)).toBe(expected);
});

it.each([
  ['"  a  b ".split()', '["a", "b"]'],
  ['"  a  b  c ".split(None, 1)', '["a", "b  c "]'],
  ['"  a  b  c ".rsplit(None, 1)', '["  a  b", "c"]'],
  ['" a ".rsplit(None, 0)', '[" a"]'],
  ['"a,b,,c".split(",")', '["a", "b", "", "c"]'],
  ['"a,b,,c".split(",", 2)', '["a", "b", ",c"]'],
  ['"a,b,,c".rsplit(",", 1)', '["a,b,", "c"]'],
  ['"".split()', '[]'],
  ['"".split(",")', '[""]'],
  ['"a".split("")', '!split: empty separator'],
  ['"a".split(1)', '!split: got int for separator, want string'],
  ['"a\\nb\\r\\n\\nc".splitlines()', '["a", "b\\r", "", "c"]'],
  ['"a\\nb\\n".splitlines(True)', '["a\\n", "b\\n"]'],
  ['"".splitlines()', '[]'],
  ['", ".join(["a", "b"])', '"a, b"'],
  ['"".join(["a", 1])', '!join: in list, want string, got int'],
  ['"".join(1)', '!join: for parameter 1: got int, want iterable'],
  ['"banana".replace("a", "oo", 2)', '"boonoona"'],
  ['"ab😀".replace("", "-")', '"-a-b-😀-"'],
  ['"ab".replace("", "-", 2)', '"-a-b"'],
  ['"xxaxx".strip("x")', '"a"'],
  ['"\\u00a0 a\\t".strip()', '"a"'],
  ['"😀a😀".lstrip("😀")', '"a😀"'],
  ['"abc  ".rstrip()', '"abc"'],
])('takes apart: %s is %s', (expression, expected) => {
  expect(says(expression)).toBe(expected);
});

it.each([
  ['"ß".upper()', '"ß"'],
  ['"ΑΣ".lower()', '"ας"'.replace('ς', 'σ')],
  ['"hElLo wORLD".title()', '"Hello World"'],
  ['"ǆ".capitalize()', '"ǅ"'],
  ['"hELLO".capitalize()', '"Hello"'],
  ['"ᾳ".upper()', '"ᾼ"'],
  ['"A b".istitle()', 'False'],
  ['"A B".istitle()', 'True'],
  ['"é1".isalnum()', 'True'],
  ['"".isalpha()', 'False'],
  ['"٣".isdigit()', 'True'],
  ['"²".isdigit()', 'False'],
  ['"aB".islower()', 'False'],
  ['"1a".islower()', 'True'],
  ['"1".isupper()', 'False'],
  ['" \\u2003".isspace()', 'True'],
  ['"abc".upper(1)', '!upper: got 1 arguments, want 0'],
  ['list("a😀".elems())', '["a", "😀"]'],
  ['list("a😀".codepoint_ords())', '[97, 128512]'],
  ['"a😀".elems()[1]', '"😀"'],
  ['len("a".codepoints())', '!len: value of type string.codepoints has no len'],
  ['"a".elem_ords()', '"a".elem_ords()'],
  ['list(b"a\\xff".elems())', '[97, 255]'],
])('letters: %s is %s', (expression, expected) => {
  expect(says(expression)).toBe(expected);
});

it.each([
  ['"{} {}".format(1, "b")', '"1 b"'],
  ['"{1}{0}{1}".format("a", "b")', '"bab"'],
  ['"{a!r}{{}}".format(a = "x")', '"\\"x\\"{}"'],
  ['"{}{0}".format(1)', '!format: cannot switch from automatic field numbering to manual field specification'],
  ['"{0}{}".format(1)', '!format: cannot switch from manual field specification to automatic field numbering'],
  ['"{}".format()', '!format: tuple index out of range'],
  ['"{a}".format()', '!format: keyword a not found'],
  ['"{a.b}".format(a = 1)', '!format: attribute syntax x.y is not supported in replacement fields: a.b'],
  ['"{a[0]}".format(a = 1)', '!format: element syntax a[i] is not supported in replacement fields: a[0]'],
  ['"{:x}".format(1)', '!format spec features not supported in replacement fields: x'],
  ['"{!x}".format(1)', '!format: unknown conversion "x"'],
  ['"}".format()', "!format: single '}' in format"],
  ['"{".format()', "!format: unmatched '{' in format"],
])('formats: %s is %s', (expression, expected) => {
  expect(says(expression)).toBe(expected);
});

it.each([
  ['"%s %r" % ("a", "a")', '"a \\"a\\""'],
  ['"%d %i %o %x %X" % (-10, 2.9, 8, 255, 255)', '"-10 2 10 ff FF"'],
  ['"%d" % (1 << 70)', '"1180591620717411303424"'],
  ['"%x" % -(1 << 70)', '"-400000000000000000"'],
  ['"%e %f %g" % (1234.5, 1234.5, 1234.5)', '"1.234500e+03 1234.500000 1234.5"'],
  ['"%f" % 0.0078125', '"0.007812"'],
  ['"%e" % 1000000.5', '"1.000000e+06"'],
  ['"%F %G" % (float("inf"), 1e100)', '"+inf 1E+100"'],
  ['"%c%c" % (128512, "a")', '"😀a"'],
  ['"%c" % -1', '!%c format requires a valid Unicode code point, got -1'],
  ['"%c" % "ab"', '!%c format requires a single-character string'],
  ['"%c" % None', '!%c format requires int or single-character string, not NoneType'],
  ['"%d" % "x"', '!%d format requires integer: cannot convert string to int'],
  ['"%d" % True', '!%d format requires integer: cannot convert bool to int'],
  ['"%f" % "x"', '!%f format requires float, not string'],
  ['"%(a)s%%" % {"a": 1}', '"1%"'],
  ['"%(b)s" % {"a": 1}', '!key not found: b'],
  ['"%(a)s" % 1', '!format requires a mapping'],
  ['"%(a" % {}', '!incomplete format key'],
  ['"%s %s" % 1', '!not enough arguments for format string'],
  ['"%s" % (1, 2)', '!too many arguments for format string'],
  ['"%" % 1', '!incomplete format'],
  ['"%y" % 1', '!unknown conversion %y'],
  ['"x" % {}', '"x"'],
  ['"%s" % (("a", "b"),)', '"(\\"a\\", \\"b\\")"'],
])('interpolates: %s is %s', (expression, expected) => {
  expect(says(expression)).toBe(expected);
});

const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', ' ', ','), maxLength: 12 });

it('finds where a list of code points finds', () => {
  fc.assert(
    fc.property(text, text, fc.integer({ min: -14, max: 14 }), (whole, part, start) => {
      const points = [...whole];
      const from = Math.min(Math.max(start < 0 ? start + points.length : start, 0), points.length);
      const rest = points.slice(from).join('');
      const at = rest.indexOf(part);
      const expected = at < 0 ? -1 : from + [...rest.slice(0, at)].length;
      expect(says('whole.find(part, start)', { whole, part, start })).toBe(String(expected));
    }),
  );
});

it('joins what it split', () => {
  fc.assert(
    fc.property(text, text, fc.integer({ min: -1, max: 4 }), (whole, separator, most) => {
      if (separator === '') return;
      const names = { whole, separator, most };
      expect(says('separator.join(whole.split(separator, most)) == whole', names)).toBe('True');
      expect(says('separator.join(whole.rsplit(separator, most)) == whole', names)).toBe('True');
      expect(says('whole.replace(separator, "|") == "|".join(whole.split(separator))', names)).toBe('True');
    }),
  );
});
