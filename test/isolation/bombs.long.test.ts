// An agent that takes all it can: processes, memory, disk, descriptors. Each bomb is a command that a person said yes to, within walls and limits
// as they are configured. Nothing is timed here (bench/bombs.ts does that): each ends or is held, it is said why, and the daemon
// answers people and agents all the while.
import { verifies } from '@castellan/testkit';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Bomb, type Bombing, bombing } from './support/bombs.ts';
import { needsRoot, needsWalls } from './support/tools.ts';

/** How each of them ends, in the words that the agent is told. */
const ENDS: Readonly<Record<Bomb, RegExp>> = {
  fork: /ended: it started more than 256 processes/,
  memory: /ended: it took more than 384 MiB of memory|[Oo]ut of memory/,
  disk: /ended: the disk that it writes to is nearly full|ended: it took more than 384 MiB of memory/,
  descriptors: /exit code 0|ended: it took more than 384 MiB of memory/,
};

let it: Bombing | null = null;
beforeAll(async () => {
  if (process.getuid?.() === 0) it = await bombing();
  // Whatever is slow at first is slow before.
  await it?.answered();
}, 120_000);
afterAll(async () => {
  await it?.[Symbol.asyncDispose]();
});

for (const bomb of Object.keys(ENDS) as Bomb[])
  verifies(
    ['I2', 'I5'],
    `a ${bomb} bomb ends by its limit, or is held by it, while the daemon answers`,
    async (context) => {
      needsRoot(context);
      await needsWalls(context);
      if (it === null) {
        process.stderr.write('SKIPPED: the bombs: no control groups can be made here to hold them\n');
        return context.skip('no control groups');
      }
      const { text, answers, left } = await it.set(bomb);
      expect(text).toMatch(ENDS[bomb]);
      expect(answers.length).toBeGreaterThan(0);
      expect(left).toBeLessThan(20);
      expect(await it.run('echo fine')).toBe('fine');
    },
    { timeout: 150_000 },
  );
