// Where statements lie in the ledger folder: `seal/<from>-<to>`, the number of the entry that records the seal in the first
// line and the note behind it. Canonical or rejected: each seal has one path and one spelling.
import { join } from 'node:path';
import type { DiskReader } from '../disk/disk.ts';
import type { SealContent } from './statement.ts';

export const SEAL_FOLDER = 'seal';
/** Left by a crash; never read. */
export const SEAL_LEFTOVER = 'seal.tmp';

export type SealRange = Pick<SealContent, 'from' | 'to'>;

export const sealPath = ({ from, to }: SealRange): string => `${SEAL_FOLDER}/${from}-${to}`;

/** The range that a path names; undefined unless `sealPath` gives the same path back. */
export function parseSealPath(path: string): SealRange | undefined {
  const match = /^seal\/([0-9]{1,16})-([0-9]{1,16})$/.exec(path);
  if (match === null) return undefined;
  const range = { from: Number(match[1]), to: Number(match[2]) };
  return sealPath(range) === path && range.from < range.to ? range : undefined;
}

export const encodeSealFile = (record: number, note: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`record ${record}\n`, 'latin1'), note]);

export function parseSealFile(bytes: Uint8Array): { readonly record: number; readonly note: Uint8Array } | undefined {
  const text = Buffer.from(bytes.subarray(0, 32)).toString('latin1');
  const match = /^record (0|[1-9][0-9]{0,15})\n/.exec(text);
  return match === null ? undefined : { record: Number(match[1]), note: bytes.subarray(match[0].length) };
}

/** What is said to be sealed, in order. Names alone: whether they are true is for the verifier to say. */
export async function listSeals(disk: DiskReader, dir: string): Promise<readonly SealRange[]> {
  const entries = (await disk.list(join(dir, SEAL_FOLDER))) ?? [];
  return entries
    .flatMap(({ name }) => parseSealPath(`${SEAL_FOLDER}/${name}`) ?? [])
    .toSorted((a, b) => a.from - b.from);
}

export const isSealed = (seals: readonly SealRange[], index: number): boolean =>
  seals.some(({ from, to }) => from <= index && index < to);
