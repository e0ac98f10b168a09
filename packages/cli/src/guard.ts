// Refuses what only a person may do when an agent stands above this process.
import { EXIT, type ExitCode, type Output } from './output.ts';
import { agentAbove, procTable } from './under-agent.ts';
import type { World } from './world.ts';

/** Undefined when the command may go on. */
export function refuseUnderAgent(world: World, out: Output, command: string): ExitCode | undefined {
  const sign = agentAbove(world.env, process.pid, procTable);
  if (sign === undefined) return undefined;
  return out.error(
    `\`castellan ${command}\` is for a person, and this runs under an agent: ${sign}`,
    ['run it in a terminal of your own'],
    EXIT.denied,
  );
}
