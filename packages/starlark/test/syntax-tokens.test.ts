// Colours for the review page: every character is in its place, whatever the text, and nothing is hidden.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Scanner } from '../src/syntax/scanner.ts';
import { type ColourToken, tokensOf } from '../src/syntax/tokens.ts';
import { anyProgram, anyText } from './support/texts.ts';

const words = (source: string): string =>
  tokensOf(source)
    .map(({ kind, start, end }) => `${kind}:${source.slice(start, end)}`)
    .join(' ');

test('each kind', () => {
  expect(words('def f(x): # why\n  return x + 0x1f\n')).toBe(
    'keyword:def name:f bracket:( name:x bracket:) operator:: comment:# why keyword:return name:x operator:+ number:0x1f',
  );
  expect(words(`a = r"b" + rb'''c\nd'''`)).toBe(`name:a operator:= string:r"b" operator:+ string:rb'''c\nd'''`);
  expect(words('a \\\n + 1.5e3')).toBe('name:a operator:\\ operator:+ number:1.5e3');
  expect(words('import é1')).toBe('keyword:import name:é1');
});

test('what is no token is a fault of that place, and what follows is told as ever', () => {
  expect(words('a = "b\nc = 1')).toBe('name:a operator:= fault:"b name:c operator:= number:1');
  expect(words('"a\\z" + 1')).toBe('fault:"a\\z" operator:+ number:1');
  expect(words('a = 089x ? b')).toBe('name:a operator:= fault:089x fault:? name:b');
  expect(words('"""a')).toBe('fault:"""a');
  expect(words('a \\ b')).toBe('name:a fault:\\ name:b');
});

describe('what cannot be seen', () => {
  test('is told by itself, in comments and strings too', () => {
    expect(words('# a\u202eb')).toBe('comment:# a hidden:\u202e comment:b');
    expect(words('"a\u200b\u2066b"')).toBe('string:"a hidden:\u200b\u2066 string:b"');
    expect(words('x\u3164 = 1')).toBe('name:x hidden:\u3164 operator:= number:1');
    expect(words('# a\0\u2028b')).toBe('comment:# a hidden:\0\u2028 comment:b');
  });

  test('letters of every script and signs can be seen', () => {
    expect(words('# né, 名前, \u{1f600}, a\u0301')).toBe('comment:# né, 名前, \u{1f600}, a\u0301');
  });
});

test('of any text, tokens stand in order, within it, and leave only blanks between them', () => {
  fc.assert(
    fc.property(anyText(), (source) => {
      const tokens = tokensOf(source);
      const gaps = tokens.map(({ start }, i) => source.slice(tokens[i - 1]?.end ?? 0, start));
      expect([...gaps, source.slice(tokens.at(-1)?.end ?? 0)].join('')).toMatch(/^[ \t\r\n]*$/);
      const stops = tokens.flatMap(({ start, end }) => [start, end]);
      expect(stops).toEqual(stops.toSorted((a, b) => a - b));
      expect(tokens.every(({ start, end }) => start < end)).toBe(true);
    }),
  );
});

test('of a program, they are the tokens that the parser sees', () => {
  const stopsOf = ({ start, end }: ColourToken): string => `${start}-${end}`;
  fc.assert(
    fc.property(anyProgram(), (source) => {
      const scanner = new Scanner(source);
      const seen: string[] = [];
      for (let kind = scanner.next(); kind !== 'end of file'; kind = scanner.next()) {
        if (!['newline', 'indent', 'outdent'].includes(kind)) seen.push(`${scanner.start}-${scanner.offset}`);
      }
      const tokens = tokensOf(source).filter(({ kind, start }) => kind !== 'comment' && source.charAt(start) !== '\\');
      expect(tokens.map(stopsOf)).toEqual(seen);
    }),
  );
});
