// How long a server that crashed is left alone: longer each time, never the same for all. A server that held for a while
// begins anew.
import { FIRST_PAUSE_MS, LONGEST_PAUSE_MS } from './limits.ts';

/** @param crashes one after another, from 1. @param jitter from 0 to 1. */
export const pauseAfter = (crashes: number, jitter: number): number =>
  Math.round(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(crashes - 1, 16)) * (0.5 + jitter / 2));
