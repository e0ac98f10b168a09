// A program within walls: the strongest that stand on this machine, or a fault. INVARIANT: there is no weaker start.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { childEnvironment } from '@castellan/contract';
import { bubblewrapTrial, withBubblewrap } from './bubblewrap.ts';
import type { ConfinedProgram, ConfineFault, Confinement, PlainProgram } from './spec.ts';
import { NO_WALLS } from './walls.ts';

const run = promisify(execFile);

/** Starts the program in front of anything else: in a terminal, over pipes, as another user. */
export async function confineProgram(
  spec: Confinement,
  program: PlainProgram,
): Promise<ConfinedProgram | ConfineFault> {
  const confined = (await bubblewrapStands()) ? withBubblewrap(spec, program) : undefined;
  return confined ?? { ok: false, ...NO_WALLS };
}

let known: Promise<boolean> | null = null;
function bubblewrapStands(): Promise<boolean> {
  known ??= tried(bubblewrapTrial());
  return known;
}

async function tried(words: readonly string[] | null): Promise<boolean> {
  const [file, ...args] = words ?? [];
  if (file === undefined) return false;
  try {
    await run(file, args, { env: childEnvironment('bare', {}), timeout: 20_000 });
    return true;
  } catch {
    return false;
  }
}
