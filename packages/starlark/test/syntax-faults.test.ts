// What is no program, in the words of starlark-go and at its places: most faults are told just after the token that surprised.
import { expect, test } from 'vitest';
import { parseExpression, parseFile } from '../src/syntax/parse.ts';
import { faultOf } from './support/syntax.ts';

test.each([
  ['a = 1 +\n2', '1:8: got newline, want primary expression'],
  ['a = *b', "1:5: got '*', want primary expression"],
  ['f(a=1, *, b=2)', "1:9: got ',', want primary expression"],
  ['a = b +', '1:8: got end of file, want primary expression'],
  ['def f(a, *-b): pass', "1:12: got '-', want ','"],
  ['def pass(): pass', '1:9: not an identifier'],
  ['def f : pass', "1:8: got ':', want '('"],
  ['def f():\npass', '2:5: got pass, want indent'],
  ['def f()\n  pass', "2:1: got newline, want ':'"],
  ['if a:\n  b\n c', '3:2: unindent does not match any outer indentation level'],
  ['a\n  b', '2:3: got indent, want primary expression'],
  ['{a for a in b}', "1:7: got for, want ':'"],
  ['[a for a in b, c]', "1:15: got ',', want ']', for, or if"],
  ['[a for a in lambda: b]', '1:13: got lambda, want primary expression'],
  ['[a for a in b if c else d]', "1:24: got else, want ']', for, or if"],
  ['{a: b for a in c]', "1:18: got ']', want '}', for, or if"],
  ['a < b > c', '1:8: < does not associate with > (use parens)'],
  ['a in b not in c', '1:14: in does not associate with not in (use parens)'],
  ['a not b', '1:8: got identifier, want in'],
  ['f(1 + 2 = 3)', '1:10: keyword argument must have form name=expr'],
  ['f((a) = 3)', '1:8: keyword argument must have form name=expr'],
  ['f(a, b', "1:7: got end of file, want ')'"],
  ['f(a b)', "1:6: got identifier, want ','"],
  ['f(,)', "1:3: got ',', want primary expression"],
  ['a if b', '1:3: conditional expression without else clause'],
  ['a.1', '1:4: got float literal, want newline'],
  ['a.if', '1:5: not an identifier'],
  ['a[b, c,:d]', "1:8: got ':', want primary expression"],
  ['a[]', "1:3: got ']', want primary expression"],
  ['a, b, = c', '1:5: unparenthesized tuple with trailing comma'],
  ['print 1', '1:8: got int literal, want newline'],
  ['a b"c"', '1:7: got bytes literal, want newline'],
  ['class A: pass', '1:1: got class, want primary expression'],
  ['a = import', '1:5: got import, want primary expression'],
  ['for a in : pass', "1:10: got ':', want primary expression"],
  ['for a, in b: pass', '1:8: got in, want primary expression'],
  ['for 1 + 2 in a: pass', "1:8: got '+', want in"],
  ['else: pass', '1:1: got else, want primary expression'],
  ['load = 1', "1:7: got '=', want '('"],
  ['load()', '1:7: first operand of load statement must be a string literal'],
  ['load("m")', '1:5: load statement must import at least 1 symbol'],
  ['load("m", 1)', '1:12: load operand must be "name" or localname="name" (got int literal)'],
  ['load("m", a)', `1:13: load operand must be "a" or a="originalname" (want '=' after a)`],
  ['load("m", a=b)', '1:14: original name of loaded symbol must be quoted: a="originalname"'],
  ['load("m" "a")', "1:13: got string literal, want ','"],
  ['a = 1))', "1:6: unexpected ')'"],
  ['a = "\u{1f600}" ?', "1:9: unexpected input character '?'"],
  ['a\r\n?', "2:1: unexpected input character '?'"],
  ['"a\ud800"', '1:3: source is not well-formed Unicode'],
])('%j: %s', (source, fault) => expect(faultOf(source)).toBe(fault));

test('an expression is all there is', () => {
  const result = parseExpression('e.star', 'a b');
  expect(result).toMatchObject({ ok: false, errors: [{ message: 'got identifier after expression, want EOF' }] });
  const [error] = result.ok ? [] : result.errors;
  expect(error).toEqual({
    kind: 'syntax',
    message: 'got identifier after expression, want EOF',
    at: { file: 'e.star', line: 1, column: 4 },
    stack: [],
    budget: undefined,
  });
});

test.each([
  '(',
  '-',
  'not ',
  '[',
  '{0:',
  'f(',
  'a[',
  'lambda: ',
  'a if b else ',
  '1+(',
  '~',
  'if a:',
  'def f(a=',
  'a.b(c[',
  '{a:[x for x in ',
])('a hundred thousand times %j is a fault like any other', (unit) => {
  expect(faultOf(unit.repeat(100_000))).toMatch(/^1:\d+: (nesting is deeper than 500 levels|got |not an identifier)/);
});

test.each(['+1', '.b', '()', '[0]', ' or a', '-a'])(
  'a chain of a hundred thousand %j is a fault like any other',
  (link) => {
    expect(faultOf(`a${link.repeat(100_000)}`)).toMatch(/^1:1: nesting is deeper than 500 levels$/);
    expect(faultOf(`a${link.repeat(400)}`)).toBe('ok');
  },
);

test('blocks nest as deep as expressions, and `elif` counts', () => {
  const nested = (depth: number): string =>
    [...Array.from({ length: depth }, (_, i) => `${' '.repeat(i)}if a:`), `${' '.repeat(depth)}pass\n`].join('\n');
  expect(faultOf(nested(400))).toBe('ok');
  expect(faultOf(nested(600))).toMatch(/nesting is deeper than 500 levels/);
  expect(faultOf(`if a: b\n${'elif a: b\n'.repeat(400)}`)).toBe('ok');
  expect(faultOf(`if a: b\n${'elif a: b\n'.repeat(600)}`)).toMatch(/nesting is deeper than 500 levels/);
});

test.each([
  ['f(', true],
  ['def f():\n', true],
  ['a = """b\n', true],
  ['a = [\n1,\n', true],
  ['a + \\\n', true],
  ['a +\n', false],
  ['a b\n', false],
  ['"a\n', false],
  ['f)\n', false],
])('a REPL asks for more after %j: %s', (source, incomplete) => {
  expect(parseFile('f.star', source)).toMatchObject({ ok: false, incomplete });
});
