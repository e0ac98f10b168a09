// One schedule in memory: as it is kept, its times, and what it started.
import type { Occasion } from '@castellan/contract';
import type { Kept } from './kept.ts';
import type { Times } from './times.ts';

export interface Running {
  /** One line: why. */
  stop(why: string): void;
  readonly settled: Promise<void>;
}
export interface Entry {
  kept: Kept;
  times: Times;
  /** The last time it was due. */
  last: Occasion | null;
  going: Running | null;
}

export const isOver = ({ times, started }: Kept): boolean => times !== null && started >= times;
