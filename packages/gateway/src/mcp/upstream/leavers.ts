// Processes that a server started and that left its group (`setsid`): found by a variable that all of them inherit. Linux
// only, and only those that kept it: one that clears its environment is out of reach without a sandbox.
import { readdir, readFile } from 'node:fs/promises';

/** Its value is random for each start, so that nobody else's process has it. */
export const MARK = 'CASTELLAN_SERVER';

/** Ends what is left of a server that has ended. Twice, for one may be starting another just now. */
export async function endLeavers(mark: string): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const left = await withMark(mark);
    if (left.length === 0) return;
    for (const pid of left) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended.
      }
    }
  }
}

async function withMark(mark: string): Promise<readonly number[]> {
  let names: readonly string[];
  try {
    names = await readdir('/proc');
  } catch {
    return [];
  }
  const wanted = `${MARK}=${mark}`;
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        try {
          const variables = await readFile(`/proc/${name}/environ`, 'latin1');
          return variables.split('\0').includes(wanted) ? [Number(name)] : [];
        } catch {
          // Somebody else's, or gone.
          return [];
        }
      }),
  );
  return found.flat();
}
