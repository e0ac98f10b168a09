// A person's yes to what was shown. Where nobody sits at the terminal it has to be on the command line.
import { EXIT, type ExitCode, type Output } from '../../output.ts';
import { askYes } from '../../prompt.ts';
import { isInteractive, type World } from '../../world.ts';

const PATIENCE_MS = 600_000;

/** Null: go on. */
export async function agreed(world: World, out: Output, said: boolean, question: string): Promise<ExitCode | null> {
  if (said) return null;
  if (!isInteractive(world))
    return out.error('nothing was changed: nobody can be asked here', ['say `--yes`'], EXIT.usage);
  if (await askYes(world, question, world.clock.now() + PATIENCE_MS)) return null;
  out.line('nothing was changed');
  return EXIT.denied;
}
