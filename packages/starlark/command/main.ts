// The command `starlark`: reads its options and does the one thing that they ask for.

import type { Dialect } from '../src/index.ts';
import { STANDARD } from '../src/index.ts';
import { errorText } from './error-text.ts';
import { filesBelow, noFiles } from './files.ts';
import { HELP } from './help.ts';
import { serveLines } from './json-lines.ts';
import { type Limits, readOptions } from './options.ts';
import { talk } from './repl.ts';
import { type FindModule, runProgram } from './session.ts';
import type { World } from './world.ts';

const DONE = 0;
const FAILED = 1;
const USAGE = 64;

/** @returns the exit code */
export async function main(world: World): Promise<number> {
  const read = readOptions(world.argv);
  if (!read.ok) {
    world.stderr(`starlark: error: ${read.message}\nhint: ${read.hint}\n`);
    return USAGE;
  }
  const { job, limits } = read;
  const dialect = read.dialect ?? STANDARD;
  switch (job.kind) {
    case 'help':
      world.stdout(HELP);
      return DONE;
    case 'lines':
      await serveLines(world, limits, dialect);
      return DONE;
    case 'program':
      return run('<argument>', job.source, noFiles, world, limits, dialect);
    case 'file':
      return runFile(job.path, world, limits, dialect);
    case 'stdin':
      if (!world.stdin.isTerminal || world.argv.includes('-')) {
        return run('<stdin>', await world.stdin.readAll(), noFiles, world, limits, dialect);
      }
      // What one types is tried out: a name may be bound again, and a loop needs no function around it.
      await talk(world, limits, read.dialect ?? { ...STANDARD, globalReassign: true, topLevelControl: true });
      return DONE;
  }
}

function runFile(path: string, world: World, limits: Limits, dialect: Dialect): number {
  let source: string;
  try {
    source = world.readFile(path);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    world.stderr(`starlark: error: cannot read \`${path}\` (${code})\nhint: starlark --help\n`);
    return FAILED;
  }
  return run(path, source, filesBelow(path, world), world, limits, dialect);
}

function run(name: string, source: string, find: FindModule, world: World, limits: Limits, dialect: Dialect): number {
  const { errors } = runProgram(name, source, {
    limits,
    dialect,
    find,
    clock: world.clock,
    print: (text) => world.stdout(`${text}\n`),
  });
  for (const error of errors) world.stderr(`${errorText(error)}\n`);
  return errors.length === 0 ? DONE : FAILED;
}
