// `--jsonl`: a program a line in, an outcome a line out, in the same order. A line that is not understood is answered too.
import { callFunction, type Dialect, type StarlarkError, UNIVERSE, type Value } from '../src/index.ts';
import { type Limits, readDialect } from './options.ts';
import { type FindModule, runProgram } from './session.ts';
import type { World } from './world.ts';

interface Request {
  readonly source: string;
  readonly name: string;
  readonly dialect: Dialect;
  readonly limits: Limits;
  readonly modules: ReadonlyMap<string, string>;
}

const AMOUNTS: readonly (readonly [string, keyof Limits])[] = [
  ['steps', 'steps'],
  ['memory', 'memoryBytes'],
  ['depth', 'depth'],
  ['output', 'outputBytes'],
  ['timeout', 'timeout'],
];

export async function serveLines(world: World, limits: Limits, dialect: Dialect): Promise<void> {
  for await (const line of world.stdin.lines()) {
    if (line.trim() !== '') world.stdout(`${JSON.stringify(answer(line, world, limits, dialect))}\n`);
  }
}

function answer(line: string, world: World, limits: Limits, dialect: Dialect): unknown {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return refusal(null, 'the line is not JSON');
  }
  if (!isRecord(row)) return refusal(null, 'the line is no JSON object');
  const id = row.id ?? null;
  const request = readRequest(row, limits, dialect);
  if (typeof request === 'string') return refusal(id, request);
  const prints: string[] = [];
  const { errors, globals, used } = runProgram(request.name, request.source, {
    limits: request.limits,
    dialect: request.dialect,
    clock: world.clock,
    find: modulesOf(request.modules),
    print: (text) => {
      prints.push(text);
    },
  });
  const ok = errors.length === 0;
  const result = { id, ok, prints, globals: textsOf(globals, request.limits), used };
  return ok ? result : { ...result, errors: errors.map(plain) };
}

function refusal(id: unknown, message: string): unknown {
  return { id, ok: false, prints: [], globals: {}, errors: [{ kind: 'request', message }] };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns what is wrong with it, otherwise */
function readRequest(row: Readonly<Record<string, unknown>>, limits: Limits, dialect: Dialect): Request | string {
  const { source, name = 'program.star', dialect: options, modules = {} } = row;
  if (typeof source !== 'string') return '`source` is no string';
  if (typeof name !== 'string') return '`name` is no string';
  let own = dialect;
  if (options !== undefined) {
    const names = Array.isArray(options) ? options.map(String) : String(options).split(',');
    const read = readDialect(names);
    if (typeof read === 'string') return `no dialect option \`${read}\``;
    own = read;
  }
  if (!isRecord(modules) || !Object.values(modules).every((text) => typeof text === 'string')) {
    return '`modules` is no object of sources';
  }
  let budget = limits;
  for (const [key, limit] of AMOUNTS) {
    const value = row[key];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !(value >= 0)) return `\`${key}\` is no number`;
    // A line may ask for less than the command line allows, never for more.
    budget = { ...budget, [limit]: Math.min(value, budget[limit]) };
  }
  return {
    source: source.toWellFormed(),
    name,
    dialect: own,
    limits: budget,
    modules: new Map(Object.entries(modules).map(([key, text]) => [key, String(text)])),
  };
}

function modulesOf(modules: ReadonlyMap<string, string>): FindModule {
  return (name) => {
    const source = modules.get(name);
    return source === undefined ? 'no such module' : { name, source };
  };
}

/** Each global as `repr` writes it; what cannot be written within the limits says so. */
function textsOf(globals: ReadonlyMap<string, Value>, limits: Limits): unknown {
  const repr = UNIVERSE.get('repr') ?? null;
  const texts = [...globals].map(([name, value]): [string, unknown] => {
    const written = callFunction(repr, [value], { budget: limits });
    return [name, written.ok ? written.result : { error: written.error.message }];
  });
  return Object.fromEntries(texts);
}

function plain(error: StarlarkError): unknown {
  const { kind, message, budget, at, stack } = error;
  return {
    kind,
    message,
    ...(budget && { budget }),
    at: at ?? null,
    stack: stack.map((frame) => ({ ...frame, at: frame.at ?? null })),
  };
}
