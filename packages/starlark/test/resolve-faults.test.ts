// Every static error, in the words and the order of starlark-go.
import { describe, expect, test } from 'vitest';
import { resolveFaults } from './support/syntax.ts';

const LOOPS = { while: true, topLevelControl: true };

test.each([
  ['x', ['1:1: undefined: x']],
  ['M.x(y=z)', ['1:7: undefined: z']],
  ['x = 1\nx = 2', ['2:1: cannot reassign global x declared at f.star:1:1']],
  ['x = 1\nx += 2', ['2:1: cannot reassign global x declared at f.star:1:1']],
  ['def f(): pass\nf = 1', ['2:1: cannot reassign global f declared at f.star:1:5']],
  ['load("m", "x")\nx = 1', ['2:1: cannot reassign local x declared at f.star:1:12']],
  ['load("m", "x", "x")', ['1:17: cannot reassign top-level x']],
  ['[x for x in M]\nM(x)', ['2:3: undefined: x']],
  ['[y for x in M if y]', ['1:18: undefined: y']],
  ['1 = M', ["1:1: can't assign to literal"]],
  ['M + 1 = 2', ["1:1: can't assign to binaryexpr"]],
  ['-M = 2', ["1:1: can't assign to unaryexpr"]],
  ['M() = 2', ["1:1: can't assign to callexpr"]],
  ['M[1:] = 2', ["1:1: can't assign to sliceexpr"]],
  ['{} = 2', ["1:1: can't assign to dictexpr"]],
  ['(M if M else M) = 2', ["1:2: can't assign to condexpr"]],
  ['[M for a in M] = 2', ["1:1: can't assign to comprehension"]],
  ['lambda: M = 2', ["1:1: can't assign to lambdaexpr"]],
  ['a, "b" = M', ["1:4: can't assign to literal"]],
  ['a, b += M', ["1:1: can't use tuple expression in augmented assignment"]],
  ['[a] += M', ["1:1: can't use list expression in augmented assignment"]],
  ['(a, b) += M', ["1:2: can't use tuple expression in augmented assignment"]],
  ['() = M\n[] = M', []],
  ['return M', ['1:1: return statement not within a function']],
  ['break\ncontinue', ['1:1: break not in a loop', '2:1: continue not in a loop']],
  ['if M: pass', ['1:1: if statement not within a function']],
  ['for x in M: break', ['1:1: for loop not within a function']],
  [
    'while M: pass',
    ['1:1: this Starlark dialect does not support while loops', '1:1: while loop not within a function'],
  ],
])('%j', (source, faults) => expect(resolveFaults(source)).toEqual(faults));

test('where the dialect allows more', () => {
  expect(resolveFaults('for x in M: break\nif M: pass\nwhile M: continue', LOOPS)).toEqual([]);
  expect(resolveFaults('for x in M:\n  def f(): break', LOOPS)).toEqual(['2:12: break not in a loop']);
  expect(resolveFaults('x = 1\nx = 2', { globalReassign: true })).toEqual([]);
  expect(resolveFaults('set()', { set: false })).toEqual(['1:1: this Starlark dialect does not support sets']);
});

describe('load', () => {
  test.each([
    ['def f():\n  load("m", "a")', ['2:3: load statement within a function']],
    ['for x in M:\n  load("m", "a")', ['2:3: load statement within a loop']],
    ['if M:\n  load("m", "a")', ['2:3: load statement within a conditional']],
    ['load("m", "", b="")', ['1:12: load: empty identifier', '1:18: load: empty identifier']],
    ['load("m", "_a")', ['1:12: load: names with leading underscores are not exported: _a']],
    ['load("m", _b="a")', []],
  ])('%j', (source, faults) => expect(resolveFaults(source, LOOPS)).toEqual(faults));
});

describe('parameters', () => {
  test.each([
    ['def f(a, b, a): pass', ['1:13: duplicate parameter: a']],
    ['def f(a, b=1, a=2): pass', ['1:16: duplicate parameter: a']],
    ['def f(a, *a): pass', ['1:11: duplicate parameter: a']],
    ['def f(a, **a): pass', ['1:12: duplicate parameter: a']],
    ['def f(a=1, b): pass', ['1:12: required parameter may not follow optional']],
    ['def f(**a, b): pass', ['1:12: required parameter may not follow **a']],
    ['def f(**a, b=1): pass', ['1:13: optional parameter may not follow **a']],
    ['def f(**a, *b): pass', ['1:12: * parameter may not follow **a']],
    ['def f(**a, **b): pass', ['1:12: multiple ** parameters not allowed']],
    ['def f(*a, *b): pass', ['1:11: multiple * parameters not allowed']],
    ['def f(*): pass', ['1:7: bare * must be followed by keyword-only parameters']],
    ['def f(*, **a): pass', ['1:7: bare * must be followed by keyword-only parameters']],
    ['def f(*a, b, c=1, d): pass', []],
  ])('%j', (source, faults) => expect(resolveFaults(source)).toEqual(faults));
});

describe('arguments', () => {
  const many = (argument: (i: number) => string, count: number): string =>
    `M(${Array.from({ length: count }, (_, i) => argument(i)).join(', ')})`;

  test.each([
    ['M(a=1, 2)', ['1:8: positional argument may not follow named']],
    ['M(*M, 1)', ['1:7: positional argument may not follow *args']],
    ['M(**M, 1)', ['1:8: positional argument may not follow **kwargs']],
    ['M(*M, a=1)', ['1:7: keyword argument may not follow *args']],
    ['M(**M, a=1)', ['1:8: keyword argument may not follow **kwargs']],
    ['M(*M, *M)', ['1:7: multiple *args not allowed']],
    ['M(**M, *M)', ['1:8: *args may not follow **kwargs']],
    ['M(**M, **M)', ['1:8: multiple **kwargs not allowed']],
    ['M(a=1, a=2)', ['1:8: keyword argument "a" is repeated']],
    ['M(1, a=2, *M, **M)', []],
  ])('%j', (source, faults) => expect(resolveFaults(source)).toEqual(faults));

  test('no more than 255 of a kind', () => {
    expect(resolveFaults(many(() => '1', 255))).toEqual([]);
    expect(resolveFaults(many(() => '1', 256))).toEqual(['1:1: 256 positional arguments in call, limit is 255']);
    expect(resolveFaults(many((i) => `a${i}=1`, 256))).toEqual(['1:1: 256 keyword arguments in call, limit is 255']);
  });
});

describe('the order of faults', () => {
  test('what the walk finds comes first, then unknown names, those of inner functions before', () => {
    expect(resolveFaults('a\ndef f():\n  b\n  def g():\n    c\nreturn')).toEqual([
      '6:1: return statement not within a function',
      '5:5: undefined: c',
      '3:3: undefined: b',
      '1:1: undefined: a',
    ]);
  });

  test('an unknown name is told once a function, and at top level each time', () => {
    expect(resolveFaults('def f():\n  b\n  b')).toEqual(['2:3: undefined: b']);
    expect(resolveFaults('b\nb')).toEqual(['1:1: undefined: b', '2:1: undefined: b']);
  });

  test('the right side is looked at before the left', () => {
    expect(resolveFaults('1 = M(a=1, a=1)')).toEqual([
      '1:12: keyword argument "a" is repeated',
      "1:1: can't assign to literal",
    ]);
  });
});

test('an unknown name that is near a known one is a slip', () => {
  expect(resolveFaults('hello = 1\nM(hollo)')).toEqual(['2:3: undefined: hollo (did you mean hello?)']);
  expect(resolveFaults('def f(abc):\n  abd')).toEqual(['2:3: undefined: abd (did you mean abc?)']);
  expect(resolveFaults('def f(abc):\n  goodbye')).toEqual(['2:3: undefined: goodbye']);
});

describe('a text that asks for more work than it is long', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `v${i.toString(36)}`).join(',');

  test('by functions in functions that pass on names', () => {
    const source = `f = lambda ${names}: ${'lambda: '.repeat(240)}[${names}]`;
    expect(resolveFaults(source)).toEqual([
      '1:1: names are used through too many functions and comprehensions within one another',
    ]);
  });

  test('by unknown names alone: a hundred are enough', () => {
    expect(resolveFaults(`[${names}]`)).toHaveLength(100);
  });
});
