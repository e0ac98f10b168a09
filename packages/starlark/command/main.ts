// The command `starlark`: reads its options and does the one thing that they ask for.

import type { Dialect } from '../src/index.ts';
import { STANDARD } from '../src/index.ts';
import { errorText, hintOf } from './error-text.ts';
import { filesBelow, noFiles } from './files.ts';
import { HELP } from './help.ts';
import { readText } from './input.ts';
import { serveLines } from './json-lines.ts';
import { type Limits, readOptions } from './options.ts';
import { talk } from './repl.ts';
import { type FindModule, runProgram } from './session.ts';
import type { World } from './world.ts';

const DONE = 0;
const FAILED = 1;
const USAGE = 64;
const NO_INPUT = 66;

/** @returns the exit code */
export async function main(world: World): Promise<number> {
  const read = readOptions(world.argv, world.heapBytes);
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
    case 'version':
      world.stdout(`starlark ${world.version}\n`);
      return DONE;
    case 'lines':
      await serveLines(world, limits, read.dialect);
      return DONE;
    case 'program':
      return run('<argument>', job.source, noFiles, world, limits, dialect);
    case 'file':
      return runFile(job.path, world, limits, dialect);
    case 'unnamed':
      if (!world.stdin.isTerminal) return runInput(world, limits, dialect);
      // What one types is tried out: a name may be bound again, and a loop needs no function around it.
      await talk(world, limits, read.dialect ?? { ...STANDARD, globalReassign: true, topLevelControl: true });
      return DONE;
    case 'stdin':
      return runInput(world, limits, dialect);
  }
}

async function runInput(world: World, limits: Limits, dialect: Dialect): Promise<number> {
  const source = await readText(world.stdin.pieces(), limits.source);
  return run('<stdin>', source, noFiles, world, limits, dialect);
}

function runFile(path: string, world: World, limits: Limits, dialect: Dialect): number {
  let source: string;
  try {
    source = world.readFile(path);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    world.stderr(`starlark: error: cannot read \`${path}\` (${code})\nhint: starlark --help\n`);
    return NO_INPUT;
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
  const hint = hintOf(errors, limits);
  if (hint !== undefined) world.stderr(`hint: ${hint}\n`);
  return errors.length === 0 ? DONE : FAILED;
}
