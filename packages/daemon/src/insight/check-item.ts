// How one item of the checklist is written.
import type { CheckItem } from '@castellan/contract';

export type Group = CheckItem['group'];

/** Good: there is nothing to do. */
export const good = (group: Group, id: string, title: string, evidence: string): CheckItem => ({
  ...{ id, group, title, state: 'good', evidence, fix: '' },
});
export const warn = (group: Group, id: string, title: string, evidence: string, fix: string): CheckItem => ({
  ...{ id, group, title, state: 'warn', evidence, fix },
});
export const bad = (group: Group, id: string, title: string, evidence: string, fix: string): CheckItem => ({
  ...{ id, group, title, state: 'bad', evidence, fix },
});

const SHOWN = 5;

/** Names in a sentence, the first few of many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `\`${name}\``);
  return names.length > SHOWN ? `${shown.join(', ')} and ${names.length - SHOWN} more` : shown.join(', ');
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `one ${one}` : `${count} ${many}`;
