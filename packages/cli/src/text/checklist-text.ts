// The checklists that Castellan comes from, line by line with what was seen. Pure.
import type { CheckedLine, CheckItem } from '@castellan/contract';
import { typed } from '../command.ts';
import { type Line, line, pieced, type Tone } from './tone.ts';
import { visible } from './visible.ts';
import { labelled } from './wrap.ts';

const MARKS: Readonly<Record<CheckItem['state'], readonly [string, Tone]>> = {
  bad: ['FAIL', 'danger'],
  warn: ['warn', 'caution'],
  unknown: ['?   ', 'quiet'],
  good: ['ok  ', 'good'],
};
const INDENT = '        ';

/** Of a line: every item that is not as it should be, or which were looked at. */
function seenLines({ seen, state }: CheckedLine, width: number): readonly Line[] {
  if (state === 'good' && seen.length > 0)
    return labelled(INDENT, `by ${seen.map(({ id }) => id).join(', ')}`, width).map((each) => line(each, 'quiet'));
  return seen
    .filter((item) => item.state !== 'good')
    .flatMap(({ id, evidence }) => labelled(`${INDENT}${id}: `, visible(evidence), width).map((each) => line(each)));
}

function sumOf(lines: readonly CheckedLine[], width: number): readonly Line[] {
  const ours = lines.filter(({ items }) => items.length > 0);
  const count = (of: CheckItem['state']): number => ours.filter(({ state }) => state === of).length;
  const parts = [
    `${count('good')} of ${lines.length} lines hold`,
    ...(count('bad') === 0 ? [] : [`${count('bad')} do not`]),
    ...(count('warn') === 0 ? [] : [`${count('warn')} could be better`]),
    ...(count('unknown') === 0 ? [] : [`${count('unknown')} could not be looked at`]),
    `${lines.length - ours.length} nobody can look up here`,
  ];
  const tone = count('bad') > 0 ? 'danger' : count('warn') + count('unknown') > 0 ? 'caution' : 'good';
  return labelled('', parts.join(', '), width).map((text) => line(text, tone));
}

/** @param command how `castellan` is typed here. */
export function checklistLines(
  lines: readonly CheckedLine[],
  { width, command }: { readonly width: number; readonly command: string },
): readonly Line[] {
  const parts = [...new Set(lines.map(({ from, part }) => `${from}, ${part}`))];
  const told = (each: CheckedLine): readonly Line[] => {
    const [mark, tone] = each.items.length === 0 ? (['--  ', 'quiet'] as const) : MARKS[each.state];
    const [first = '', ...rest] = labelled('', each.line, width - INDENT.length);
    const note = each.note === '' ? [] : labelled(INDENT, typed(command, each.note), width);
    return [
      pieced([line('  '), line(mark, tone), line('  '), line(first)]),
      ...rest.map((more) => line(`${INDENT}${more}`)),
      ...seenLines(each, width),
      ...note.map((text) => line(text, 'quiet')),
    ];
  };
  return [
    ...parts.flatMap((title) => [
      line(title, 'strong'),
      ...lines.filter(({ from, part }) => `${from}, ${part}` === title).flatMap(told),
      line(''),
    ]),
    ...sumOf(lines, width),
  ];
}
