// Built-in functions and the methods of list, dict and set. What is expected is what starlark-go says.
import { describe, expect, it } from 'vitest';
import { compile, STANDARD } from '../src/index.ts';
import { BUDGET, says } from './support/says.ts';

function check(rows: readonly (readonly [string, string])[]): void {
  it.each(rows)('%s is %s', (expression, expected) => {
    expect(says(expression)).toBe(expected);
  });
}

describe('conversions', () =>
  check([
    ['abs(-(1 << 70))', '1180591620717411303424'],
    ['abs(-2.5)', '2.5'],
    ['abs("x")', '!got string, want int or float'],
    ['bool()', 'False'],
    ['bytes("é")', 'b"é"'],
    ['bytes([65, 255])', 'b"A\\xff"'],
    ['bytes([256])', '!bytes: at index 0, 256 out of range (want value in unsigned 8-bit range)'],
    ['bytes(1)', '!bytes: got int, want string, bytes, or iterable of ints'],
    ['str(b"a\\xffb")', '"a�b"'],
    ['str(b"\\xf0\\x9f")', '"��"'],
    ['chr(128512)', '"😀"'],
    ['chr(0xD800)', '"�"'],
    ['chr(-1)', '!chr: Unicode code point -1 out of range (<0)'],
    ['chr(0x110000)', '!chr: Unicode code point U+110000 out of range (>0x10FFFF)'],
    ['chr(1 << 40)', '!chr: 1099511627776 out of range'],
    ['ord("😀")', '128512'],
    ['ord("ab")', '!ord: string encodes 2 Unicode code points, want 1'],
    ['hash("hello")', '99162322'],
    ['hash(b"hello")', '1335831723'],
    ['hash(1)', '!hash: got int, want string or bytes'],
    ['float("1e3")', '1000.0'],
    ['float("-InFinity")', '-inf'],
    ['float("0x1.8p1")', '3.0'],
    ['float("1e400")', '!floating-point number too large'],
    ['float("")', '!float: empty string'],
    ['float([])', '!float got list, want number or string'],
    ['int("0b101", 0)', '5'],
    ['int("-0x1F", 16)', '-31'],
    ['int("zz", 36)', '1295'],
    ['int("0755", 0)', '!int: invalid literal with base 0: 0755'],
    ['int("1_0")', '!int: invalid literal with base 10: 1_0'],
    ['int("12", 1)', '!int: base must be an integer >= 2 && <= 36'],
    ['int(1, 10)', "!int: can't convert non-string with explicit base"],
    ['int(1e30)', '1000000000000000019884624838656'],
    ['int(float("nan"))', '!int: cannot convert float NaN to integer'],
    ['int(None)', '!int: cannot convert NoneType to int'],
    ['int(y = 1)', '!int: unexpected keyword argument "y"'],
    ['len(1)', '!len: value of type int has no len'],
    ['len("😀")', '1'],
    ['repr("a\\n")', '"\\"a\\\\n\\""'],
    ['str(x = 1)', '!str does not accept keyword arguments'],
    ['type()', '!type: got 0 arguments, want exactly 1'],
  ]));

describe('sequences', () =>
  check([
    ['all([1, 0])', 'False'],
    ['any(["", 1])', 'True'],
    ['any(1)', '!any: for parameter 1: got int, want iterable'],
    ['enumerate(["a"], 9007199254740992)', '[(9007199254740992, "a")]'],
    ['list("abc")', '!list: for parameter 1: got string, want iterable'],
    ['range(0)', 'range(0)'],
    ['list(range(5, 0, -2))', '[5, 3, 1]'],
    ['range(1, 2, 0)', '!range: step argument must not be zero'],
    ['range(1.0)', '!range: for parameter 1: got float, want int'],
    ['reversed({1: 2, 3: 4})', '[3, 1]'],
    ['zip([1, 2], [3], [4, 5])', '[(1, 3, 4)]'],
    ['zip()', '[]'],
    ['zip([1], 1)', '!zip: argument #2 is not iterable: int'],
    ['dict([(1, 2)], a = 3)', '{1: 2, "a": 3}'],
    ['dict([1])', '!dict: dictionary update sequence element #0 is not iterable (int)'],
    ['dict([[1]])', '!dict: dictionary update sequence element #0 has length 1, want 2'],
    ['dict([([], 1)])', '!dict: unhashable type: list'],
    ['set([1, 1.0, True])', 'set([1, True])'],
    ['set([[]])', '!set: unhashable type: list'],
    ['sorted([3, 1, 2], reverse = True)', '[3, 2, 1]'],
    ['sorted(["b", "a", "B", "😀", "\\uffff"])', '["B", "a", "b", "\\uffff", "😀"]'],
    ['sorted([(1, "b"), (0, "c"), (1, "a")])', '[(0, "c"), (1, "a"), (1, "b")]'],
    ['sorted(["bb", "a", "cc", "d"], key = len)', '["a", "d", "bb", "cc"]'],
    ['sorted(["bb", "a", "cc", "d"], key = len, reverse = True)', '["bb", "cc", "a", "d"]'],
    ['sorted([1, "a"])', '!string < int not implemented'],
    ['sorted([1, "a", 2])', '!int < string not implemented'],
    ['sorted([1], key = 1)', '!sorted: for parameter "key": got int, want callable'],
    ['sorted([1, 2.5, -1, 1 << 60, 0.1])', '[-1, 0.1, 1, 2.5, 1152921504606846976]'],
    ['sorted([(1, None), (1, None), (0, None)])', '[(0, None), (1, None), (1, None)]'],
    ['sorted([(1, "a"), (1, None)])', '!NoneType < string not implemented'],
    ['sorted([[1, 2], [1], [1, [2]][:1]])', '[[1], [1], [1, 2]]'],
    ['sorted([(1, 2.0), (1, 1)])', '[(1, 1), (1, 2.0)]'],
    ['sorted([{}, {}])', '!dict < dict not implemented'],
    ['sorted([((((((((((1,),),),),),),),),),)] * 2)', '!comparison exceeded maximum recursion depth'],
    ['max(1, 3, 2)', '3'],
    ['min(["aa", "b"], key = len)', '"b"'],
    ['max([])', '!max: argument is an empty sequence'],
    ['max()', '!max requires at least one positional argument'],
    ['min(1)', '!min: int value is not iterable'],
    ['max(1, "a")', '!max: string > int not implemented'],
    ['max([1], keys = len)', '!max: unexpected keyword argument "keys" (did you mean key?)'],
    ['max([1], kye = len)', '!max: unexpected keyword argument "kye"'],
  ]));

describe('objects', () =>
  check([
    ['dir({})', '["clear", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"]'],
    ['hasattr([], "append")', 'True'],
    ['getattr("a", "nope", 1)', '1'],
    ['getattr("a", "nope")', '!getattr: string has no .nope field or method'],
    ['[].apend', '!list has no .apend field or method (did you mean .append?)'],
    ['getattr({}, "__proto__", None)', 'None'],
    ['getattr("", "constructor", None)', 'None'],
    ['fail("a", 1, sep = "-")', '!fail: a-1'],
    ['print(sep = 1)', '!print: for parameter "sep": got int, want string'],
  ]));

describe('methods of list, dict and set', () =>
  check([
    ['[1, 2, 1].index(1, 1)', '2'],
    ['[1].index(2)', '!index: value not in list'],
    ['[1].pop(1)', '!pop: list index 1 out of range [-1:0]'],
    ['[].pop()', '!pop: index -1 out of range: empty list'],
    ['[1].remove(2)', '!remove: element not found'],
    ['[1].extend(2)', '!extend: for parameter 1: got int, want iterable'],
    ['[].append()', '!append: got 0 arguments, want 1'],
    ['[].insert("x", 1)', '!insert: for parameter 1: got string, want int'],
    ['{1: None}.get(1, 2)', 'None'],
    ['{}.get([])', '!get: unhashable type: list'],
    ['{}.pop(1)', '!pop: missing key'],
    ['{}.pop(1, None)', 'None'],
    ['{}.popitem()', '!popitem: empty dict'],
    ['{1: 2}.setdefault(1, 3)', '2'],
    ['{}.update(1)', '!update: got int, want iterable'],
    ['{}.update([], [])', '!update: got 2 arguments, want at most 1'],
    ['set([1, 2]).union([3], (2,))', 'set([1, 2, 3])'],
    ['set([1]).union(1)', '!union: argument #1 is not iterable: int'],
    ['set([1, 2, 3]).difference([2])', 'set([1, 3])'],
    ['set([1, 2, 3]).intersection([3, 2])', 'set([3, 2])'],
    ['set([1, 2]).symmetric_difference([2, 3])', 'set([1, 3])'],
    ['set([1]).issubset([1, 1, 2])', 'True'],
    ['set([1, 2]).issuperset([1, 3])', 'False'],
    ['set().pop()', '!pop: empty set'],
    ['set([1]).remove(2)', '!remove: missing key'],
    ['set([1]).discard([])', '!discard: unhashable type: list'],
  ]));

/** The error of a program, or `undefined`. */
function errorOf(source: string): string | undefined {
  const compiled = compile('test.star', source, { dialect: { ...STANDARD, topLevelControl: true } });
  if (!compiled.ok) return compiled.errors[0]?.message;
  const result = compiled.program.run({ budget: BUDGET });
  return result.ok ? undefined : result.error.message;
}

it.each([
  ['l = [1]\nfor x in l: l.append(x)', 'append: cannot append to list during iteration'],
  ['l = [1]\nfor x in l: l.pop()', 'pop: cannot pop from list during iteration'],
  ['d = {1: 2}\nfor x in d: d.update({3: 4})', 'update: cannot insert into hash table during iteration'],
  ['d = {1: 2}\nfor x in d: d.clear()', 'cannot clear hash table during iteration'],
  ['s = set([1])\nfor x in s: s.add(2)', 'add: cannot insert into hash table during iteration'],
  ['l = [2, 1]\nsorted(l, key = lambda x: l.append(x))', 'append: cannot append to list during iteration'],
  ['l = [2, 1]\nmax(l, key = lambda x: l.append(x))', 'append: cannot append to list during iteration'],
  ['l = [1]\nl.extend(l)\nl.insert(-9, 0)\nif l != [0, 1, 1]: fail(l)', undefined],
  ['d = {1: 2}\nd.update(d)\nif d != {1: 2}: fail(d)', undefined],
])('does not let what is iterated over change: %j', (source, expected) => {
  expect(errorOf(source)).toBe(expected);
});
