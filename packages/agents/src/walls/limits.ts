// How much one run and all that it starts may cost.
import { totalmem } from 'node:os';
import type { SandboxConfig } from '@castellan/contract';
import type { Confinement } from '@castellan/sandbox';

const MIB = 1_048_576;
const LARGEST_FILE = 8192 * MIB;

/** What a container allows of the machine's memory, else all of it. */
export function memoryHere(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
}

/** @param memory of the machine: half of it stays with everybody else unless the configuration says how much */
export const runLimits = ({ megabytes, processes }: SandboxConfig, memory: number): Confinement['limits'] => ({
  processes,
  memoryBytes: megabytes === null ? Math.floor(memory / 2) : megabytes * MIB,
  fileBytes: LARGEST_FILE,
});
