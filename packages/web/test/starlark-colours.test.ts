// Colours of Starlark. The reviewer reads past texts and comments: whatever an author writes, code must not look like either.
import { StringStream } from '@codemirror/language';
import { expect, test } from 'vitest';
import { type Carried, starlarkToken } from '../src/kit/code-editor-starlark.ts';

/** Each piece with its kind, line after line, as the editor asks for them. */
function kinds(source: string): readonly (readonly [string, string | null])[] {
  const state: Carried = { until: null, defines: false };
  const found: [string, string | null][] = [];
  for (const line of source.split('\n')) {
    const stream = new StringStream(line, 4, 4);
    while (!stream.eol()) {
      stream.start = stream.pos;
      const kind = starlarkToken(stream, state);
      expect(stream.pos, `stands still in ${JSON.stringify(line)}`).toBeGreaterThan(stream.start);
      if (stream.current().trim() !== '') found.push([stream.current(), kind]);
    }
    if (line === '' && state.until !== null) expect(state.until.length).toBe(3);
  }
  return found;
}
const kindOf = (source: string, piece: string): string | null | undefined =>
  kinds(source).find(([text]) => text === piece)?.[1];

test('words, names that are made, numbers, and what reaches out', () => {
  const source = 'load("m", "x")\ndef send(n):\n    return http.get("u") if n > 0x1F else None';
  expect(kindOf(source, 'load')).toBe('host');
  expect(kindOf(source, 'def')).toBe('word');
  expect(kindOf(source, 'send')).toBe('defined');
  expect(kindOf(source, 'http')).toBe('host');
  expect(kindOf(source, '0x1F')).toBe('figure');
  expect(kindOf(source, 'None')).toBe('figure');
  expect(kindOf('a.http.get()', 'http')).toBe(null);
  expect(kindOf('# @hosts: example.org', '# @hosts: example.org')).toBe('declared');
  expect(kindOf('# http.get()', '# http.get()')).toBe('remark');
});

test('a text goes on over lines where the language says so, and nowhere else', () => {
  expect(kindOf('x = """a\nb http.get() c\n"""\nhttp.get()', 'http')).toBe('host');
  expect(kindOf('x = """a\nb http.get() c"""', 'b http.get() c"""')).toBe('text');
  // A backslash at the end of a line carries a text on; what stands behind its end is code again.
  const carried = 'x = "a\\\nb"; http.post("u")';
  expect(kindOf(carried, 'b"')).toBe('text');
  expect(kindOf(carried, 'http')).toBe('host');
  expect(kindOf('x = "a\nhttp.post("u")', 'http')).toBe('host');
});

test.each([
  ['an escaped quote', String.raw`x = "\""; http.get("u")`],
  ['an escaped backslash', String.raw`x = "\\"; http.get("u")`],
  ['a raw text', String.raw`x = r"\""; http.get("u")`],
  ['bytes', `x = b'#'; http.get("u")`],
  ['raw bytes', `x = rb"""#"""; http.get("u")`],
  ['quotes of the other kind', `x = "'"; http.get("u")`],
  ['two quotes are a whole text', `x = ""; http.get("u")`],
  ['a sign of a comment in a text', `x = "# no comment"; http.get("u")`],
])('%s does not hide what comes after it', (_, source) => {
  expect(kindOf(source, 'http')).toBe('host');
});
