// Two texts as the lines a person reads: a unified diff with three lines around each change, bounded.
import type { Change } from '@castellan/contract';
import { structuredPatch } from 'diff';

export const MOST_LINES = 400;
/** Longest line shown; a file may be one line. */
const LONGEST_LINE = 2000;
/** Beyond this many edits the comparison itself takes too long, and nobody reads it. */
const MOST_EDITS = 4000;

export function changeOf(path: string, before: string | null, after: string): Change {
  if (before === null)
    return bounded(
      path,
      'new',
      linesOf(after).map((line) => `+${line}`),
    );
  const patch = structuredPatch('', '', before, after, '', '', { context: 3, maxEditLength: MOST_EDITS });
  if (patch === undefined)
    return unseen(
      path,
      `it changes too much to be shown line by line: ${linesOf(before).length} lines before, ${linesOf(after).length} after`,
    );
  const lines = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: own }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...own,
  ]);
  return bounded(path, 'changed', lines);
}

export const unseen = (path: string, why: string): Change => ({ path, kind: 'unseen', lines: [why], omitted: 0 });

const linesOf = (text: string): readonly string[] => (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');

const bounded = (path: string, kind: 'new' | 'changed', lines: readonly string[]): Change => ({
  path,
  kind,
  lines: lines
    .slice(0, MOST_LINES)
    .map((line) =>
      line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)} … ${line.length - LONGEST_LINE} more` : line,
    ),
  omitted: Math.max(0, lines.length - MOST_LINES),
});
