// Two texts as the lines a person reads: a unified diff with three lines around each change, bounded.
import type { Change } from '@castellan/contract';
import { structuredPatch } from 'diff';

export const MOST_LINES = 400;
/** Longest line shown; a file may be one line. */
const LONGEST_LINE = 2000;
/** Beyond this many edits the comparison itself takes too long, and nobody reads it. */
const MOST_EDITS = 4000;
/** Lines round each change. */
const CONTEXT = 3;

export function changeOf(path: string, before: string | null, after: string): Change {
  if (before === null)
    return bounded(
      path,
      'new',
      linesOf(after).map((line) => `+${line}`),
    );
  const part = differing(before, after);
  const patch = structuredPatch('', '', part.before, part.after, '', '', {
    context: CONTEXT,
    maxEditLength: MOST_EDITS,
  });
  if (patch === undefined)
    return unseen(
      path,
      `it changes too much to be shown line by line: ${linesOf(before).length} lines before, ${linesOf(after).length} after`,
    );
  const lines = patch.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines: own }) => [
    `@@ -${oldStart + part.skipped},${oldLines} +${newStart + part.skipped},${newLines} @@`,
    ...own,
  ]);
  return bounded(path, 'changed', lines);
}

interface Differing {
  readonly before: string;
  readonly after: string;
  /** Lines that both begin with and that are left out. */
  readonly skipped: number;
}

/** Without the lines that both begin and end with, but for the context: nearly all of a long text, which need not be compared line by line. */
function differing(before: string, after: string): Differing {
  const most = Math.min(before.length, after.length);
  let same = 0;
  while (same < most && before.charCodeAt(same) === after.charCodeAt(same)) same += 1;
  let newline = same;
  let back = 0;
  for (; newline > 0 && back <= CONTEXT; back += 1) newline = before.lastIndexOf('\n', newline - 1);
  const from = back <= CONTEXT ? 0 : newline + 1;
  let tail = 0;
  while (
    tail < most - same &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail += 1;
  let until = before.length - tail;
  for (let lines = 0; until < before.length && lines <= CONTEXT; lines += 1) {
    const end = before.indexOf('\n', until);
    until = end === -1 ? before.length : end + 1;
  }
  const cut = before.length - until;
  let skipped = 0;
  for (let at = before.indexOf('\n'); at !== -1 && at < from; at = before.indexOf('\n', at + 1)) skipped += 1;
  return { before: before.slice(from, until), after: after.slice(from, after.length - cut), skipped };
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
