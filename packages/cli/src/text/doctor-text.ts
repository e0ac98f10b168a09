// The checklist as text: by subject, worst first, each with what was seen and what to do. Pure.
import type { CheckItem } from '@castellan/contract';
import { typed } from '../command.ts';
import { type Line, line, pieced, type Tone } from './tone.ts';
import { visible } from './visible.ts';
import { labelled } from './wrap.ts';

type State = CheckItem['state'];

const TITLES: Readonly<Record<CheckItem['group'], string>> = {
  agents: 'Agents',
  isolation: 'Walls',
  access: 'Who gets in',
  policy: 'Policy',
  secrets: 'Secrets',
  evidence: 'Evidence',
  running: 'Running it',
  reach: 'Being reached',
};
const GROUPS = Object.keys(TITLES) as readonly CheckItem['group'][];
const WEIGHT: Readonly<Record<State, number>> = { bad: 0, warn: 1, unknown: 2, good: 3 };
/** A title says what should be so: a check of it fails, or does not. */
const MARKS: Readonly<Record<State, readonly [string, Tone]>> = {
  bad: ['FAIL', 'danger'],
  warn: ['warn', 'caution'],
  unknown: ['?   ', 'quiet'],
  good: ['ok  ', 'good'],
};
const INDENT = '        ';

function itemLines({ state, title, evidence, fix, mends }: CheckItem, width: number, command: string): readonly Line[] {
  const [mark, tone] = MARKS[state];
  const under = (text: string, textTone: Tone): readonly Line[] =>
    text === '' ? [] : labelled(INDENT, text, width).map((each) => line(each, textTone));
  const fixed = fix === '' ? [] : labelled(`${INDENT}fix: `, typed(command, visible(fix)), width);
  const mended =
    mends === undefined
      ? []
      : labelled(`${INDENT}or:  `, typed(command, `\`castellan doctor --fix\` would ${visible(mends)}`), width);
  return [
    pieced([line('  '), line(mark, tone), line('  '), line(title, state === 'good' ? 'plain' : 'strong')]),
    ...under(visible(evidence), 'quiet'),
    ...fixed.map((each) => line(each)),
    ...mended.map((each) => line(each)),
  ];
}

function sumOf(checks: readonly CheckItem[]): Line {
  const count = (of: State): number => checks.filter(({ state }) => state === of).length;
  const [bad, warn, unknown] = [count('bad'), count('warn'), count('unknown')];
  if (bad + warn + unknown === 0) return line(`all ${checks.length} are as they should be`, 'good');
  const parts = [
    ...(bad === 0 ? [] : [`${bad} must be fixed`]),
    ...(warn === 0 ? [] : [`${warn} could be better`]),
    ...(unknown === 0 ? [] : [`${unknown} could not be looked at`]),
    `${count('good')} are as they should be`,
  ];
  return line(parts.join(', '), bad > 0 ? 'danger' : warn > 0 ? 'caution' : 'quiet');
}

/** @param command how `castellan` is typed here. */
export function doctorLines(
  checks: readonly CheckItem[],
  { width, command }: { readonly width: number; readonly command: string },
): readonly Line[] {
  const groups = GROUPS.map((group) => ({
    title: TITLES[group],
    items: checks.filter((item) => item.group === group).toSorted((a, b) => WEIGHT[a.state] - WEIGHT[b.state]),
  })).filter(({ items }) => items.length > 0);
  return [
    ...groups.flatMap(({ title, items }) => [
      line(title, 'strong'),
      ...items.flatMap((item) => itemLines(item, width, command)),
      line(''),
    ]),
    sumOf(checks),
  ];
}
