// Changes as lines: what both texts begin and end with is not compared, and no line that is shown is another for it.
import { structuredPatch } from 'diff';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeOf } from '../src/changes/index.ts';

/** As if everything were compared. */
const whole = (before: string, after: string): readonly string[] =>
  structuredPatch('', '', before, after, '', '', { context: 3 }).hunks.flatMap(
    ({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines,
    ],
  );

/** A side made again from the lines that are shown and the other side. */
function applied(before: string, lines: readonly string[]): string {
  const had = before.split('\n');
  const made: string[] = [];
  let at = 0;
  for (const line of lines) {
    const [, start = '', count = ''] = /^@@ -(\d+),(\d+) /.exec(line) ?? [];
    if (start !== '') {
      const from = Number(start) - (count === '0' ? 0 : 1);
      made.push(...had.slice(at, from));
      at = from;
    } else if (line.startsWith('+')) made.push(line.slice(1));
    else if (line.startsWith(' ')) {
      expect(had[at]).toBe(line.slice(1));
      made.push(line.slice(1));
      at += 1;
    } else if (line.startsWith('-')) {
      expect(had[at]).toBe(line.slice(1));
      at += 1;
    }
  }
  return [...made, ...had.slice(at)].join('\n');
}

const edits = fc.array(fc.record({ at: fc.nat(29), what: fc.constantFrom('gone', 'other', 'more') }), { maxLength: 4 });
const edited = (
  lines: readonly string[],
  changes: readonly { readonly at: number; readonly what: string }[],
): string[] =>
  lines.flatMap((line, index) => {
    const change = changes.find(({ at }) => at === index);
    if (change === undefined) return [line];
    return change.what === 'gone' ? [] : change.what === 'other' ? [`${line}!`] : [line, `new ${index}`];
  });
const end = fc.constantFrom('', '\n', '\n\n');

test('of lines that differ from each other, exactly what a comparison of everything shows', () => {
  const lines = Array.from({ length: 30 }, (_, n) => `line ${n}`);
  fc.assert(
    fc.property(edits, end, end, (changes, one, other) => {
      const [before, after] = [lines.join('\n') + one, edited(lines, changes).join('\n') + other];
      expect(changeOf('/a', before, after).lines).toEqual(whole(before, after));
    }),
  );
});

test('of lines that are often the same, what is shown still leads from one text to the other', () => {
  const text = fc
    .array(fc.constantFrom('', 'a', 'b'), { maxLength: 25 })
    .map((lines) => [...lines, 'end', ''].join('\n'));
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(applied(before, changeOf('/a', before, after).lines)).toBe(after);
    }),
  );
});
