// What copies are called where nobody names them: by their state and their time. RULE: several states of one person share a folder, and
// none takes another's for its own.
import { sha256 } from '../digest.ts';

const NAME = /^castellan-([0-9a-f]{8})-(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z\.copy$/;

/** Which state a copy is of. By its folder too: a state that was restored beside the first has the same ledger. */
export const ownerOf = (ledger: string, home: string): string =>
  sha256(`${ledger}\0${home}`).slice('sha256:'.length).slice(0, 8);

/** `20260131T235959Z` */
export const stampOf = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');

export const copyName = (owner: string, at: number): string => `castellan-${owner}-${stampOf(at)}.copy`;

export interface CopyName {
  readonly owner: string;
  /** When it was made, to the second. */
  readonly at: number;
}

/** null: none that was named here. */
export function readCopyName(name: string): CopyName | null {
  const [, owner, year, month, day, hour, minute, second] = NAME.exec(name) ?? [];
  if (owner === undefined) return null;
  return { owner, at: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) };
}
