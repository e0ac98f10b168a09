// Whether a command is one that fetches a package and runs it, and which one. Pure. INVARIANT: an option nobody here knows is
// refused: it could mean another registry, another program, or a shell.
import { basename } from 'node:path';
import { parseNpmRunner } from './npm-words.ts';
import { parsePypiRunner } from './pypi-words.ts';
import type { Wanted } from './wanted.ts';

/** Programs by what they begin with, without the ending that Windows gives them. */
export function parseRunner(command: string, args: readonly string[]): Wanted {
  const program = basename(command).replace(/\.(?:cmd|exe|ps1)$/i, '');
  const [first, ...rest] = args;
  switch (program) {
    case 'npx':
      return parseNpmRunner('npx', args);
    case 'bunx':
    case 'pnpx':
      return parseNpmRunner(program, args);
    case 'npm':
      return first === 'exec' || first === 'x' ? parseNpmRunner('npm exec', rest) : { kind: 'other' };
    case 'pnpm':
    case 'yarn':
      return first === 'dlx' ? parseNpmRunner(`${program} dlx`, rest) : { kind: 'other' };
    case 'bun':
      return first === 'x' ? parseNpmRunner('bun x', rest) : { kind: 'other' };
    case 'uvx':
      return parsePypiRunner('uvx', args);
    case 'uv':
      return first === 'tool' && rest[0] === 'run' ? parsePypiRunner('uv tool run', rest.slice(1)) : { kind: 'other' };
    case 'pipx':
      return first === 'run' ? parsePypiRunner('pipx run', rest) : { kind: 'other' };
    default:
      return { kind: 'other' };
  }
}
