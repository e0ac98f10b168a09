// What one program and all that it starts may cost here, where nobody said anything else: half of the machine stays with everybody else.
import { totalmem } from 'node:os';
import type { ConfineLimits } from '../confine/spec.ts';

const MIB = 1_048_576;
const MOST_MEMORY = 8192 * MIB;

/** @param memory of the machine, or of the container, in bytes. */
export const limitsWith = (memory: number): ConfineLimits => ({
  processes: 1024,
  memoryBytes: Math.min(MOST_MEMORY, Math.floor(memory / 2)),
  fileBytes: 2048 * MIB,
});

/** For whatever names no limits of its own. */
export function limitsHere(): ConfineLimits {
  // What a container allows of the machine's; 0: nothing is said.
  const allowed = process.constrainedMemory();
  return limitsWith(allowed > 0 ? Math.min(allowed, totalmem()) : totalmem());
}
