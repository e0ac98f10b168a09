// The grammar: which tree a text makes.
import { describe, expect, test } from 'vitest';
import { expressionText, statementsText } from './support/syntax.ts';

describe('operators', () => {
  test.each([
    ['a + b * c', '(+ a (* b c))'],
    ['a * b + c', '(+ (* a b) c)'],
    ['a - b - c', '(- (- a b) c)'],
    ['a | b ^ c & d << e + f * g', '(| a (^ b (& c (<< d (+ e (* f g))))))'],
    ['a * b + c << d & e ^ f | g', '(| (^ (& (<< (+ (* a b) c) d) e) f) g)'],
    ['a or b and not c == d | e', '(or a (and b (not (== c (| d e)))))'],
    ['a and b or c and d', '(or (and a b) (and c d))'],
    ['not not a', '(not (not a))'],
    ['not a in b', '(not (in a b))'],
    ['a not in b + c', '(not in a (+ b c))'],
    ['a == b and c != d', '(and (== a b) (!= c d))'],
    ['(a < b) < c', '(< (paren (< a b)) c)'],
    ['-a * +b // ~c % d', '(% (// (* (- a) (+ b)) (~ c)) d)'],
    ['- - a', '(- (- a))'],
    ['-a.b(c)[d]', '(- (at (call (. a b) c) d))'],
    ['a if b else c if d else e', '(if b a (if d c e))'],
    ['a or b if c or d else e or f', '(if (or c d) (or a b) (or e f))'],
  ])('%s', (source, tree) => expect(expressionText(source)).toBe(tree));
});

describe('operands', () => {
  test.each([
    ['f()', '(call f)'],
    ['f(a, b=c, *d, **e)', '(call f a b=c *d **e)'],
    ['f(a, )(*b, )', '(call (call f a) *b)'],
    ['a.b.c', '(. (. a b) c)'],
    ['a[b]', '(at a b)'],
    ['a[b, c]', '(at a (tuple b c))'],
    ['a[b:c:d]', '(slice a b c d)'],
    ['a[:]', '(slice a _ _ _)'],
    ['a[::]', '(slice a _ _ _)'],
    ['a[b:]', '(slice a b _ _)'],
    ['a[:b]', '(slice a _ b _)'],
    ['a[::b]', '(slice a _ _ b)'],
    ['a[b, c:d]', '(slice a (tuple b c) d _)'],
    ['"a".b', '(. "a" b)'],
    ['()', '(tuple)'],
    ['(a)', '(paren a)'],
    ['(a,)', '(paren (tuple a))'],
    ['(a, b)', '(paren (tuple a b))'],
    ['a, b', '(tuple a b)'],
    ['[]', '(list)'],
    ['[a, b,]', '(list a b)'],
    ['{}', '(dict)'],
    ['{a: b, c: d,}', '(dict a:b c:d)'],
    ['[a for b in c]', '(each a for b in c)'],
    ['[a for b in c if d if e for f, g in h]', '(each a for b in c if d if e for (tuple f g) in h)'],
    ['{a: b for a, b in c}', '(each a:b for (tuple a b) in c)'],
    ['[a for b in c or d]', '(each a for b in (or c d))'],
    ['[a for b in c if lambda: d]', '(each a for b in c if (lambda () (return d)))'],
    ['[a for b[c] in d]', '(each a for (at b c) in d)'],
    ['lambda: a', '(lambda () (return a))'],
    ['lambda a, b=c, *d, e, **f: g', '(lambda (a b=c *d e **f) (return g))'],
    ['lambda *, a: b if c else d', '(lambda (* a) (return (if c b d)))'],
    ['lambda: lambda: a', '(lambda () (return (lambda () (return a))))'],
    ['a\n', 'a'],
    ['(\na\n)', '(paren a)'],
  ])('%j', (source, tree) => expect(expressionText(source)).toBe(tree));
});

describe('statements', () => {
  test.each([
    ['a = b', '(= a b)'],
    ['a, b = c, d', '(= (tuple a b) (tuple c d))'],
    ['a += b', '(+= a b)'],
    ['a //= b; c <<= d; e >>= f', '(//= a b); (<<= c d); (>>= e f)'],
    ['a; b;\nc', 'a; b; c'],
    ['\n\na\n\n', 'a'],
    ['if a: b', '(if a {b} {})'],
    ['if a: b; c\nelse: d', '(if a {b; c} {d})'],
    ['if a:\n  b\nelif c:\n  d\nelif e:\n  f\nelse:\n  g', '(if a {b} {(if c {d} {(if e {f} {g})})})'],
    ['for a in b: continue', '(for a b {continue})'],
    ['for a, b in c, d:\n  break', '(for (tuple a b) (tuple c d) {break})'],
    ['for (a, b), [c] in d: pass', '(for (tuple (paren (tuple a b)) (list c)) d {pass})'],
    ['while a:\n\tpass', '(while a {pass})'],
    ['def f(): return', '(def f () {(return)})'],
    ['def f(a, b=c, *, d, e=g, **h):\n  return a, b\n', '(def f (a b=c * d e=g **h) {(return (tuple a b))})'],
    ['def f(**a, *b, c=d, e): pass', '(def f (**a *b c=d e) {pass})'],
    ['def f():\n  def g():\n    pass\n  pass\nh', '(def f () {(def g () {pass}); pass}); h'],
    ['load("m", "a", b="c",)', '(load "m" a=a b=c)'],
    ['if a: load("m", "n")', '(if a {(load "m" n=n)} {})'],
  ])('%j', (source, tree) => expect(statementsText(source)).toBe(tree));
});
