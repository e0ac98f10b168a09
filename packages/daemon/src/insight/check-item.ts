// How one item of the checklist is written.
import { type CheckId, type CheckItem, checkOf } from '@castellan/contract';

/** Good: there is nothing to do. */
export const good = (id: CheckId, evidence: string): CheckItem => checkOf(id, 'good', evidence);
export const warn = (id: CheckId, evidence: string, fix: string): CheckItem => checkOf(id, 'warn', evidence, fix);
export const bad = (id: CheckId, evidence: string, fix: string): CheckItem => checkOf(id, 'bad', evidence, fix);
/** Nobody could look: `evidence` says why. */
export const unknown = (id: CheckId, evidence: string, fix: string): CheckItem => checkOf(id, 'unknown', evidence, fix);

const SHOWN = 5;

/** Names in a sentence, the first few of many. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `\`${name}\``);
  return names.length > SHOWN ? `${shown.join(', ')} and ${names.length - SHOWN} more` : shown.join(', ');
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 1 ? `one ${one}` : `${count} ${many}`;
