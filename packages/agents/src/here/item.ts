// How an item about this machine is written: what was seen, what to do.
import { type CheckId, type CheckItem, checkOf } from '@castellan/contract';

type Write = (id: CheckId, evidence: string, fix: string) => CheckItem;

export const good = (id: CheckId, evidence: string): CheckItem => checkOf(id, 'good', evidence);
export const warn: Write = (id, evidence, fix) => checkOf(id, 'warn', evidence, fix);
export const bad: Write = (id, evidence, fix) => checkOf(id, 'bad', evidence, fix);
/** Nobody could look: `evidence` says why. */
export const unknown: Write = (id, evidence, fix) => checkOf(id, 'unknown', evidence, fix);

const SHOWN = 5;

/** Names in a sentence, the first few of many. */
export function named(all: readonly string[]): string {
  const shown = all.slice(0, SHOWN).map((each) => `\`${each}\``);
  return all.length > SHOWN ? `${shown.join(', ')} and ${all.length - SHOWN} more` : shown.join(', ');
}
