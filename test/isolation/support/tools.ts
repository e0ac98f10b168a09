// What a scenario needs of the machine. RULE: where it is missing the scenario says so loudly and is counted as skipped, never as passed.
import { existsSync } from 'node:fs';
import { wallsHere } from '@castellan/sandbox';
import type { TestContext } from 'vitest';

function skip(context: TestContext, why: string): never {
  process.stderr.write(`SKIPPED: ${context.task.name}: ${why}\n`);
  return context.skip(why);
}

export async function needsWalls(context: TestContext): Promise<void> {
  if (process.platform !== 'linux') skip(context, 'no Linux');
  const { words, tried } = await wallsHere();
  // Landlock alone holds no agent: it has no way out of its own.
  const why = tried.map(({ name, why: seen }) => `${name}: ${seen}`).join('; ');
  if (words === null || !words.startsWith('bubblewrap')) skip(context, `no walls for agents on this machine: ${why}`);
}

/** Another user id needs no entry in any file, and root to become it. */
export function needsRoot(context: TestContext): void {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/setpriv')) skip(context, 'not root, or no setpriv');
}
