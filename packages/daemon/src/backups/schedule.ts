// When copies are due, and which of those that were made by themselves stay. Values of plain data: no disk and no clock.
import type { BackupsConfig } from '@castellan/contract';
import { readCopyName } from './names.ts';

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** A try that failed is not made again before. */
export const RETRY_MS = 30 * 60_000;

/** `6h` in milliseconds; null: never. */
export function everyMs({ every }: Pick<BackupsConfig, 'every'>): number | null {
  if (every === null) return null;
  return Number(every.slice(0, -1)) * (UNITS[every.slice(-1)] ?? Number.POSITIVE_INFINITY);
}

export interface Standing {
  /** Of the last copy that was verified; null: there is none. */
  readonly lastAt: number | null;
  /** Of the last try that failed since. */
  readonly failedAt: number | null;
}

export function isDue(config: Pick<BackupsConfig, 'every'>, { lastAt, failedAt }: Standing, now: number): boolean {
  const every = everyMs(config);
  if (every === null || (failedAt !== null && Math.abs(now - failedAt) < RETRY_MS)) return false;
  // Either way: one that was made while the clock was ahead would put off the next until then.
  return lastAt === null || Math.abs(now - lastAt) >= every;
}

/** Twice its time has passed without one: a person must look. */
export function isOverdue(config: Pick<BackupsConfig, 'every'>, { lastAt }: Standing, now: number): boolean {
  const every = everyMs(config);
  return every !== null && lastAt !== null && now - lastAt >= 2 * every;
}

/**
 * Of the names in the folder of copies, this state's that are one too many: the oldest by their names, and never the one that was just
 * `made`: where the clock was ahead, older ones have later names.
 */
export function tooMany(names: readonly string[], owner: string, keep: number, made: string): readonly string[] {
  const others = names.filter((name) => name !== made && readCopyName(name)?.owner === owner).sort();
  return others.slice(0, Math.max(0, others.length + 1 - keep));
}

const DAY_MS = 86_400_000;
const PART = '.part';

/** This state's copies that a crash cut off, half written: nobody reads them, and each is as large as a whole one. */
export function cutOff(names: readonly string[], owner: string, now: number): readonly string[] {
  return names.filter((name) => {
    const read = name.endsWith(PART) ? readCopyName(name.slice(0, -PART.length)) : null;
    return read !== null && read.owner === owner && now - read.at > DAY_MS;
  });
}
