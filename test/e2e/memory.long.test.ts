// What the daemon remembers of calls is bounded (D3): once it has seen more of them than it keeps of any kind, twice as many leave its heap
// where it was. `npm run soak` is the same for a million calls of every kind, by resident memory.
import { join } from 'node:path';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { collector } from '../../bench/lib/collected.ts';
import { benchDaemon } from '../../bench/lib/daemon.ts';
import { rawClient } from '../../bench/lib/raw-client.ts';

/** More than any list of calls holds (20,000). */
const FILLED = 22_000;
const CALLS = 2 * FILLED;
const CALLERS = 16;
/** A leak of 500 bytes a call would be more. */
const MOST_MIB = 10;

verifies(
  ['D3'],
  `the heap after ${CALLS} calls is what it was after half of them, also where nobody reports outcomes`,
  async () => {
    await using daemon = await benchDaemon({ inspected: true }, { timeout: 600_000 });
