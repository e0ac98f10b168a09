// Whether a panic is in force: an alarm that stands for as long as it does, so that every page hears of it at once.
import type { Alarm } from '@castellan/contract';
import { useLive } from './use-live.ts';

/** The alarm; null: no panic is in force, as far as is known. */
export const usePanic = (): Alarm | null =>
  useLive(({ alarms }) => alarms.find(({ kind }) => kind === 'panic') ?? null);
