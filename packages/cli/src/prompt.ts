// Asks a person one question on the terminal. Only the whole expected answer counts: silence, end of input and anything
// else mean no. What was typed before the question stood there does not count either.
import { createInterface } from 'node:readline';
import type { World } from './world.ts';

/** Keys pressed before this many milliseconds have passed answer nothing (design/ui.md, principle 4). */
export const SETTLE_MS = 400;

async function throwAwayTyped(world: World): Promise<void> {
  const drop = (): void => {};
  world.stdin.on('data', drop);
  world.stdin.resume();
  await world.clock.pause(SETTLE_MS);
  world.stdin.pause();
  world.stdin.off('data', drop);
}

/** The line a person answers with; undefined when the input ended. */
export async function askLine(world: World, question: string): Promise<string | undefined> {
  await throwAwayTyped(world);
  const lines = createInterface({ input: world.stdin, output: world.stdout });
  try {
    return await new Promise((resolve) => {
      lines.once('close', () => resolve(undefined));
      lines.question(question, resolve);
    });
  } finally {
    lines.close();
  }
}

export async function askYes(world: World, question: string): Promise<boolean> {
  const answer = await askLine(world, question);
  return answer !== undefined && ['y', 'yes'].includes(answer.trim().toLowerCase());
}
