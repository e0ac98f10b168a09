// Tokens: where lines, blocks and words begin and end, whatever the text looks like.
import { expect, test } from 'vitest';
import { SyntaxFault } from '../src/syntax/fault.ts';
import { Scanner } from '../src/syntax/scanner.ts';

/** The tokens of a text, parted by blanks: `→` and `←` for blocks, `¶` for the end of a line, `$` for the end. */
function scan(source: string): string {
  const scanner = new Scanner(source);
  const words: string[] = [];
  const signs = new Map([
    ['newline', '¶'],
    ['indent', '→'],
    ['outdent', '←'],
    ['end of file', '$'],
  ]);
  try {
    for (;;) {
      const kind = scanner.next();
      const hasValue = kind === 'identifier' || kind.endsWith('literal');
      words.push(signs.get(kind) ?? (hasValue ? JSON.stringify(String(scanner.value)).slice(1, -1) : kind));
      if (kind === 'end of file') return words.join(' ');
    }
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    return `${words.join(' ')} ! ${fault.at}: ${fault.message}`;
  }
}

test.each([
  ['', '$'],
  ['\n\n\n', '$'],
  ['   ', '$'],
  ['# nothing', '$'],
  ['a', 'a $'],
  ['a\n', 'a ¶ $'],
  ['a\n\n \n\t\nb', 'a ¶ b $'],
  ['a # b\n# c\nd', 'a ¶ d $'],
  ['a\r\nb', 'a ¶ b $'],
  ['a\rb', 'a ¶ b $'],
  ['a\n\rb', 'a ¶ b $'],
  ['(\n1\n+\n\n2)\nb', '( 1 + 2 ) ¶ b $'],
  ['[\n  1,\n      2,\n # c\n]', '[ 1 , 2 , ] $'],
  ['a \\\n + b', 'a + b $'],
  ['a \\\r\n + b', 'a + b $'],
  ['a \\ b', 'a ! 3: stray backslash in program'],
  ['a \\', 'a ! 3: stray backslash in program'],
])('lines: %j', (source, tokens) => expect(scan(source)).toBe(tokens));

test.each([
  ['if a:\n  b\nc', 'if a : ¶ → b ¶ ← c $'],
  ['if a:\n  b\n\n  c\n', 'if a : ¶ → b ¶ c ¶ ← $'],
  ['if a:\n  if b:\n    c\nd', 'if a : ¶ → if b : ¶ → c ¶ ← ← d $'],
  ['if a:\n  if b:\n    c', 'if a : ¶ → if b : ¶ → c ¶ ← ← $'],
  ['if a:\n  b # end', 'if a : ¶ → b ¶ ← $'],
  ['if a:\n  b\n# end', 'if a : ¶ → b ¶ ← $'],
  ['if a:\n  b\n    # deep\nc', 'if a : ¶ → b ¶ ← c $'],
  ['if a:\n  b \\\n', 'if a : ¶ → b ¶ ← $'],
  ['if a:\n  b(\n1)', 'if a : ¶ → b ( 1 ) ¶ ← $'],
  ['if a:\n  b(', 'if a : ¶ → b ( ¶ ← $'],
  ['if a: b', 'if a : b $'],
  ['  a', '→ a ¶ ← $'],
  ['if a:\n  b\n c', 'if a : ¶ → b ¶ ! 11: unindent does not match any outer indentation level'],
])('blocks: %j', (source, tokens) => expect(scan(source)).toBe(tokens));

test('a tab goes to the next stop of eight', () => {
  expect(scan('if a:\n\tb\n        c')).toBe('if a : ¶ → b ¶ c ¶ ← $');
  expect(scan('if a:\n   \tb\n        c')).toBe('if a : ¶ → b ¶ c ¶ ← $');
  expect(scan('if a:\n        b\n\tc')).toBe('if a : ¶ → b ¶ c ¶ ← $');
});

test('the longest operator wins', () => {
  expect(scan('/ // /= //= ///=')).toBe('/ // /= //= // /= $');
  expect(scan('<<=<<<==<')).toBe('<<= << <= = < $');
  expect(scan('** *= ***=')).toBe('** *= ** *= $');
  expect(scan('a!=b')).toBe('a != b $');
  expect(scan('.5 x.y 1.x')).toBe('0.5 x . y 1 x $');
});

test('names are letters of any script, digits and underscores', () => {
  expect(scan('_ a1 é été 名前 ß_9')).toBe('_ a1 é été 名前 ß_9 $');
  expect(scan('\u{1d4b3}x')).toBe('\u{1d4b3}x $');
  expect(scan('a\u0301')).toContain("unexpected input character '\u0301'");
  expect(scan('rb r b br')).toBe('rb r b br $');
});

test('what begins no token is named, and shown when it cannot be seen', () => {
  expect(scan('a $ b')).toBe("a ! 2: unexpected input character '$'");
  expect(scan('!a')).toBe(" ! 0: unexpected input character '!'");
  expect(scan('a ?')).toBe("a ! 2: unexpected input character '?'");
  expect(scan('\ufeffa')).toBe(" ! 0: unexpected input character '\\ufeff'");
  expect(scan('a\u00a0b')).toBe("a ! 1: unexpected input character '\\u00a0'");
  expect(scan('\u{1f600}')).toBe(" ! 0: unexpected input character '\u{1f600}'");
  expect(scan('\u{e0001}')).toBe(" ! 0: unexpected input character '\\U000e0001'");
  expect(scan('a\vb')).toBe("a ! 1: unexpected input character '\\v'");
});

test('a NUL hides nothing behind it', () => {
  expect(scan('a\0b')).toBe("a ! 1: unexpected input character '\\x00'");
  expect(scan('a # x\0\nb')).toBe("a ! 5: unexpected input character '\\x00'");
  expect(scan('"a\0b"')).toBe('a\\u0000b $');
});

test('a bracket must have been opened', () => {
  expect(scan('(a))')).toBe("( a ) ! 3: unexpected ')'");
  expect(scan(']')).toBe(" ! 0: unexpected ']'");
});
