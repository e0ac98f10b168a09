// The command from its arguments to its exit code. Everything it touches comes in as a World.
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { commandOf } from './command.ts';
import { worldHere } from './installed.ts';
import { createOutput, EXIT } from './output.ts';
import { createProgram } from './program/create-program.ts';
import { tellUnknown, unknownCommand } from './program/unknown-command.ts';
import type { World } from './world.ts';

function version(): string {
  const { version: found } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return String(found);
}

export async function main(given: World): Promise<number> {
  const command = commandOf(given);
  const out = createOutput(given, command);
  const world = await worldHere(given, out);
  if (typeof world === 'number') return world;
  const context = { world, out, command };
  let code: number = EXIT.done;
  const program = createProgram(
    {
      context,
      done: (ended) => {
        code = ended;
      },
    },
    version(),
  );
  try {
    if (world.argv.length === 0) return await (await import('./commands/welcome.ts')).welcome(context);
    const unknown = unknownCommand(program, world.argv);
    if (unknown !== null) return await tellUnknown(unknown, out);
    await program.parseAsync([...world.argv], { from: 'user' });
    return code;
  } catch (error) {
    // Help and version end through the same door; only they are no fault of the usage.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return out.error(`this is a bug in castellan: ${why.split('\n')[0]}`, [
      'nothing was approved; please report it with:',
      ...why
        .split('\n')
        .slice(1, 6)
        .map((line) => line.trim()),
    ]);
  }
}
