// Asks a person one question on the terminal. Only the whole expected answer counts: silence, end of input and anything
// else mean no. What was typed before the question stood there does not count either.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
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

/** The word a person answered with; empty when the input ended, or when nobody had answered by `until`. */
export async function askWord(world: World, question: string, until: number): Promise<string> {
  await throwAwayTyped(world);
  const over = new AbortController();
  const lines = createInterface({ input: world.stdin, output: world.stdout });
  try {
    const answer = await Promise.race([
      new Promise<string>((resolve) => {
        lines.once('close', () => resolve(''));
        lines.question(question, resolve);
      }),
      world.clock.pause(Math.max(0, until - world.clock.now()), over.signal).then(() => ''),
    ]);
    return answer.trim().toLowerCase();
  } finally {
    over.abort();
    lines.close();
  }
}

/** Whether a person said yes; no when the input ended, or when nobody had answered by `until`. */
export const askYes = async (world: World, question: string, until: number): Promise<boolean> =>
  ['y', 'yes'].includes(await askWord(world, question, until));

/** One line; empty when the input ended. */
export async function askLine(world: World, question: string): Promise<string> {
  const lines = createInterface({ input: world.stdin, output: world.stdout, historySize: 0 });
  try {
    return await new Promise<string>((resolve) => {
      lines.once('close', () => resolve(''));
      lines.question(question, resolve);
    });
  } finally {
    lines.close();
  }
}

/** One line that nobody sees while it is typed; empty when the input ended. Ctrl-C ends the program, as everywhere. */
export function askHidden(world: World, question: string): Promise<string> {
  const { stdin, stdout } = world;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal: true, historySize: 0 });
  stdout.write(question);
  return new Promise((resolve) => {
    lines.once('SIGINT', () => {
      lines.close();
      stdout.write('\n');
      process.kill(process.pid, 'SIGINT');
    });
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
      stdout.write('\n');
    });
    lines.once('close', () => resolve(''));
  });
}
