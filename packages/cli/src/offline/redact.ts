// `castellan redact`: text without credentials, for a bug report or a chat. The whole input is read first, so that a value
// broken over two reads is still found; nothing is printed that was not looked at.
import { text } from 'node:stream/consumers';
import { createRedactor, MIN_SECRET_LENGTH } from '@castellan/secrets';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { visible } from '../text/visible.ts';

export interface RedactOptions {
  /** Names of environment variables whose values are secret. */
  readonly env?: readonly string[];
}

export async function redact({ world, out }: Context, options: RedactOptions): Promise<ExitCode> {
  const redactor = createRedactor();
  for (const name of options.env ?? []) {
    const value = world.env[name];
    if (value === undefined || value === '') {
      return out.error(`\`${visible(name)}\` is not set`, ['nothing was printed; correct the name'], EXIT.usage);
    }
    if (!redactor.learn({ name, value })) {
      return out.error(`the value of \`${visible(name)}\` is too short to be found safely`, [
        `a secret has at least ${MIN_SECRET_LENGTH} characters; nothing was printed`,
      ]);
    }
  }
  world.stdout.write(redactor.text(await text(world.stdin)));
  return EXIT.done;
}
