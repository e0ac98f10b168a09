// The security checklist in reading order: worst first, then by subject. Pure.
import { type CheckedLine, type CheckItem, checkedLines } from '@castellan/contract';

export interface CheckGroup {
  readonly group: CheckItem['group'];
  readonly title: string;
  readonly items: readonly CheckItem[];
}

const TITLES: Readonly<Record<CheckItem['group'], string>> = {
  access: 'Who gets in',
  agents: 'Agents',
  isolation: 'Walls',
  policy: 'Policy',
  secrets: 'Secrets',
  evidence: 'Evidence',
  running: 'Running it',
  reach: 'Being reached',
};
const WEIGHT: Readonly<Record<CheckItem['state'], number>> = { bad: 0, warn: 1, unknown: 2, good: 3 };
const ORDER = Object.keys(TITLES) as readonly CheckItem['group'][];

const worst = (items: readonly CheckItem[]): number => Math.min(...items.map(({ state }) => WEIGHT[state]));

/** Groups, the one with the worst item first; inside each the worst first. */
export function checkGroups(checks: readonly CheckItem[]): readonly CheckGroup[] {
  return ORDER.map((group) => ({
    group,
    title: TITLES[group],
    items: checks
      .filter((item) => item.group === group)
      .toSorted((a, b) => WEIGHT[a.state] - WEIGHT[b.state] || a.title.localeCompare(b.title)),
  }))
    .filter(({ items }) => items.length > 0)
    .toSorted((a, b) => worst(a.items) - worst(b.items) || ORDER.indexOf(a.group) - ORDER.indexOf(b.group));
}

export interface CheckTally {
  readonly good: number;
  readonly warn: number;
  readonly bad: number;
  /** Nobody could look. */
  readonly unknown: number;
}

export const tally = (checks: readonly CheckItem[]): CheckTally => ({
  good: checks.filter(({ state }) => state === 'good').length,
  warn: checks.filter(({ state }) => state === 'warn').length,
  bad: checks.filter(({ state }) => state === 'bad').length,
  unknown: checks.filter(({ state }) => state === 'unknown').length,
});

/** The page in one sentence. */
export function headline({ good, warn, bad, unknown }: CheckTally): string {
  const total = good + warn + bad + unknown;
  if (bad > 0) return `${bad} of ${total} must be fixed`;
  if (warn > 0) return `${warn} of ${total} could be better`;
  if (unknown > 0) return `${unknown} of ${total} could not be looked at`;
  return `all ${total} are as they should be`;
}

export interface ChecklistGroup {
  readonly title: string;
  readonly lines: readonly CheckedLine[];
}

/** The lines of the checklists in their own order, under whose they are. */
export function checklistGroups(checks: readonly CheckItem[]): readonly ChecklistGroup[] {
  const groups = Map.groupBy(checkedLines(checks), ({ from, part }) => `${from}: ${part}`);
  return [...groups].map(([title, lines]) => ({ title, lines }));
}
