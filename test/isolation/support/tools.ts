// What a scenario needs of the machine. RULE: where it is missing the scenario says so loudly and is counted as skipped, never as passed.
import { existsSync } from 'node:fs';
import { wallsStand } from '@castellan/sandbox';
import type { TestContext } from 'vitest';

function skip(context: TestContext, why: string): never {
  process.stderr.write(`SKIPPED: ${context.task.name}: ${why}\n`);
  return context.skip(why);
}

export async function needsWalls(context: TestContext): Promise<void> {
  if (process.platform !== 'linux') skip(context, 'no Linux');
  if (!(await wallsStand())) skip(context, 'no walls stand on this machine: bubblewrap is missing or does not work');
}

/** Another user id needs no entry in any file, and root to become it. */
export function needsRoot(context: TestContext): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/setpriv')) skip(context, 'not root, or no setpriv');
}
