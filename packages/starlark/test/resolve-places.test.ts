// Where each name lives: locals, cells, free variables, globals, and what the host gives.
import { describe, expect, test } from 'vitest';
import type { FunctionNode, Identifier } from '../src/syntax/ast.ts';
import { type SyntaxNode, walk } from '../src/syntax/walk.ts';
import { resolved } from './support/syntax.ts';

/** Every identifier of a program in order, with its place: `x:local0`. */
function places(source: string, change = {}): string {
  const words: string[] = [];
  walk(resolved(source, change), (node) => {
    if (node.kind === 'name') words.push(`${node.name}:${placeOf(node)}`);
    return true;
  });
  return words.join(' ');
}

function placeOf({ binding }: Identifier): string {
  if (binding === undefined) return '?';
  return 'index' in binding ? `${binding.kind}${binding.index}` : binding.kind;
}

/** The function that is called `name`, or the lambda. */
function functionOf(source: string, name: string): FunctionNode {
  const found: FunctionNode[] = [];
  walk(resolved(source), (node: SyntaxNode) => {
    if ((node.kind === 'def' || node.kind === 'lambda') && node.function.name === name) found.push(node.function);
    return true;
  });
  const [first] = found;
  if (first === undefined) throw new Error(`no ${name}`);
  return first;
}

test.each([
  ['x = 1\ny = x', 'x:global0 y:global1 x:global0'],
  ['y = x\nx = 1', 'y:global0 x:global1 x:global1'],
  ['(a, [b, c]) = M', 'a:global0 b:global1 c:global2 M:predeclared'],
  ['M(len)', 'M:predeclared len:universal'],
  ['M = len\nlen = M', 'M:global0 len:global1 len:global1 M:global0'],
  ['def f(a): return a + b\nb = 1', 'f:global0 a:local0 a:local0 b:global1 b:global1'],
  ['def f():\n  M(x)\n  x = 1', 'f:global0 M:predeclared x:local0 x:local0'],
  ['def f():\n  f()\n  return g\ndef g(): pass', 'f:global0 f:global0 g:global1 g:global1'],
  ['def f(x):\n  x += 1', 'f:global0 x:local0 x:local0'],
  ['x = [1]\ndef f():\n  x[0] += 1', 'x:global0 f:global1 x:global0'],
  ['load("m", "a", b="c")\nM(a, b)', 'a:local0 b:local1 M:predeclared a:local0 b:local1'],
  ['def f(): return a\nload("m", "a")', 'f:global0 a:free0 a:cell0'],
  ['def f(len): return len', 'f:global0 len:local0 len:local0'],
  ['def f(x=x): pass\nx = 1', 'f:global0 x:local0 x:global1 x:global1'],
])('%j', (source, expected) => expect(places(source)).toBe(expected));

describe('comprehensions', () => {
  test.each([
    ['[x for x in M]', 'x:local0 x:local0 M:predeclared'],
    ['x = [x for x in M]', 'x:global0 x:local0 x:local0 M:predeclared'],
    ['x = 1\n[x for x in x]', 'x:global0 x:local0 x:local0 x:global0'],
    ['[x for x in M for y in x if y]', 'x:local0 x:local0 M:predeclared y:local1 x:local0 y:local1'],
    ['[[x for x in x] for x in M]', 'x:local1 x:local1 x:local0 x:local0 M:predeclared'],
    ['{x: y for x, y in M}', 'x:local0 y:local1 x:local0 y:local1 M:predeclared'],
    ['def f(a): return [a for b in a]', 'f:global0 a:local0 a:local0 b:local1 a:local0'],
    ['def f(x): return [x for x in x] + x', 'f:global0 x:local0 x:local1 x:local1 x:local0 x:local0'],
    ['[lambda: x for x in M]', 'x:free0 x:cell0 M:predeclared'],
  ])('%j', (source, expected) => expect(places(source)).toBe(expected));

  test('each has slots of its own in the frame around it', () => {
    const file = resolved('[x for x in M]\n[x for x in M]');
    expect(file.scope?.locals).toEqual(['x', 'x']);
    expect(file.globals).toEqual([]);
  });
});

describe('functions in functions', () => {
  const nested = 'def f(a):\n  b = 1\n  def g():\n    return lambda: (a, b, c)\n  return g\nc = 1';

  test('what is shared is a cell, and every function between takes it along', () => {
    expect(functionOf(nested, 'f').scope).toMatchObject({ locals: ['a', 'b', 'g'], cells: [0, 1], free: [] });
    expect(functionOf(nested, 'g').scope?.free).toEqual([
      { name: 'a', from: { kind: 'cell', index: 0 } },
      { name: 'b', from: { kind: 'cell', index: 1 } },
    ]);
    expect(functionOf(nested, 'lambda').scope?.free).toEqual([
      { name: 'a', from: { kind: 'free', index: 0 } },
      { name: 'b', from: { kind: 'free', index: 1 } },
    ]);
  });

  test('once, however often it is used', () => {
    const node = functionOf('def f(a):\n  return lambda: a + a + [a for b in a][0]', 'lambda');
    expect(node.scope?.free).toHaveLength(1);
  });

  test('a name that an inner function binds is its own', () => {
    expect(places('def f(a):\n  def g(a): return a')).toBe('f:global0 a:local0 g:local1 a:local0 a:local0');
  });
});

describe('parameters', () => {
  test('take the first slots: plain ones, then *args, then **kwargs', () => {
    expect(functionOf('def f(a, *b, c, d=1, **e): z = 1', 'f').scope).toMatchObject({
      locals: ['a', 'c', 'd', 'b', 'e', 'z'],
      keywordOnly: 2,
      hasArgs: true,
      hasKwargs: true,
    });
    expect(functionOf('def f(a, *, b): pass', 'f').scope).toMatchObject({
      locals: ['a', 'b'],
      keywordOnly: 1,
      hasArgs: false,
      hasKwargs: false,
    });
    expect(functionOf('x = lambda *a, **k: a', 'lambda').scope).toMatchObject({ hasArgs: true, hasKwargs: true });
  });

  test('standards belong to the outside', () => {
    expect(places('def f(a):\n  def g(a=a): pass')).toBe('f:global0 a:local0 g:local1 a:local0 a:local0');
  });
});

test('where globals may be bound twice, a use means what stands above it', () => {
  const change = { globalReassign: true };
  expect(places('M(len)\nlen = 1\nM(len)', change)).toBe(
    'M:predeclared len:universal len:global0 M:predeclared len:global0',
  );
  expect(places('x = 1\nx = 2', change)).toBe('x:global0 x:global0');
});

test('where `load` binds globally, its names are globals', () => {
  expect(places('load("m", "a")\nM(a)', { loadBindsGlobally: true })).toBe('a:global0 M:predeclared a:global0');
});
