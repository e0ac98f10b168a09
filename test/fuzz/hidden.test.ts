// Commands that hide what they do, run in a sandbox to know that they do it: none of them passes a policy that forbids it.
import { tempFolder, verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { commandsOf, tryHidden } from './lib/hidden.ts';
import { hasSandbox } from './lib/run-bash.ts';

/** All of them take a minute (`node test/fuzz/hidden.ts`); every eighth is tried here. */
const EACH = 8;

verifies(
  ['P11'],
  'what a hidden command really does is never allowed by a policy that forbids it',
  (context) => {
    if (!hasSandbox()) {
      process.stdout.write('skipped: bwrap is not here, and hidden commands run in a sandbox or not at all\n');
      return context.skip('no bwrap');
    }
    const commands = ['hidden.txt', 'secret.txt'].flatMap(commandsOf).filter((_, index) => index % EACH === 0);
    const works = tryHidden(tempFolder('castellan-hidden-'), commands).filter((tried) => tried.works);
    expect(works.length).toBeGreaterThan(60);
    expect(works.filter(({ passes }) => passes).map(({ command }) => command)).toEqual([]);
  },
  { timeout: 120_000 },
);
