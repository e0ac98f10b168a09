// How an item about this machine is written: what was looked at, what was seen, what to do.
import type { CheckItem } from '@castellan/contract';

type Write = (id: string, title: string, evidence: string, fix: string) => CheckItem;

const as =
  (state: CheckItem['state']): Write =>
  (id, title, evidence, fix) => ({ id, group: 'isolation', title, state, evidence, fix });

export const good = (id: string, title: string, evidence: string): CheckItem => as('good')(id, title, evidence, '');
export const warn: Write = as('warn');
export const bad: Write = as('bad');

const SHOWN = 5;

/** Names in a sentence, the first few of many. */
export function named(all: readonly string[]): string {
  const shown = all.slice(0, SHOWN).map((each) => `\`${each}\``);
  return all.length > SHOWN ? `${shown.join(', ')} and ${all.length - SHOWN} more` : shown.join(', ');
}
