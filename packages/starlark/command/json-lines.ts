// `--jsonl`: a program a line in, an outcome a line out, in the same order. INVARIANT: each line is answered, whatever it is, and none ends
// the service: it is as long as it may be, its outcome too, and what is thrown all the same is an answer.
import { type Budget, callFunction, type Dialect, STANDARD, type StarlarkError, UNIVERSE } from '../src/index.ts';
import { linesOf } from './input.ts';
import { type Limits, readDialect, sharedDialect } from './options.ts';
import { type FindModule, left, type Outcome, runProgram } from './session.ts';
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

/** Names of programs, and ids, in characters. */
const LONGEST_NAME = 200;
/** Bytes that the texts of all globals of a program may take. */
const TEXTS = 2 ** 26;

/** What the command line says of every line. */
interface Service {
  readonly limits: Limits;
  /** `undefined`: lines may choose. */
  readonly dialect: Dialect | undefined;
}

export async function serveLines(world: World, limits: Limits, dialect: Dialect | undefined): Promise<void> {
  // A character of a source may be written with six.
  const longest = Math.min(2 ** 20 + 8 * limits.source, 2 ** 28);
  for await (const line of linesOf(world.stdin.pieces(), longest)) {
    if (line === undefined) world.stdout(`${JSON.stringify(refusal(null, 'the line is too long'))}\n`);
    else if (line.trim() !== '') world.stdout(`${answer(line, world, { limits, dialect })}\n`);
  }
}

function answer(line: string, world: World, service: Service): string {
  try {
    return JSON.stringify(outcomeOf(line, world, service));
  } catch (thrown) {
    // JavaScript's own limits: JSON that is nested too deeply, an outcome beyond the longest text.
    const message = thrown instanceof RangeError ? 'more than can be answered' : 'internal error';
    return JSON.stringify(refusal(null, message));
  }
}

function outcomeOf(line: string, world: World, service: Service): unknown {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return refusal(null, 'the line is not JSON');
  }
  if (!isRecord(row)) return refusal(null, 'the line is no JSON object');
  const { id = null } = row;
  if (!isId(id)) return refusal(null, '`id` is no number, and no text of up to 200 characters');
  const request = readRequest(row, service);
  if (typeof request === 'string') return refusal(id, request);
  const prints: string[] = [];
  const outcome = runProgram(request.name, request.source, {
    limits: request.limits,
    dialect: request.dialect,
    clock: world.clock,
    find: modulesOf(request.modules),
    print: (text) => {
      prints.push(text);
    },
  });
  const { errors, used } = outcome;
  const ok = errors.length === 0;
  const result = { id, ok, prints, globals: textsOf(outcome), used };
  return ok ? result : { ...result, errors: errors.map(plain) };
}

function isId(id: unknown): boolean {
  return id === null || typeof id === 'number' || typeof id === 'boolean' || isName(id);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= LONGEST_NAME;
}

function refusal(id: unknown, message: string): unknown {
  return { id, ok: false, prints: [], globals: {}, errors: [{ kind: 'request', message }] };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns what is wrong with it, otherwise */
function readRequest(row: Readonly<Record<string, unknown>>, { limits, dialect }: Service): Request | string {
  const { source, name = 'program.star', dialect: options, modules = {} } = row;
  if (typeof source !== 'string') return '`source` is no string';
  if (!isName(name)) return '`name` is no text of up to 200 characters';
  let own = dialect ?? STANDARD;
  if (options !== undefined) {
    const names: readonly unknown[] = Array.isArray(options) ? options : [options];
    if (!names.every(isName)) return '`dialect` is no list of names';
    const read = readDialect(names.flatMap((each) => each.split(',')));
    if (typeof read === 'string') return `no dialect option \`${read}\``;
    own = dialect === undefined ? read : sharedDialect(read, dialect);
  }
  if (!isRecord(modules)) return '`modules` is no object of sources';
  const sources = new Map<string, string>();
  for (const [key, text] of Object.entries(modules)) {
    if (typeof text !== 'string') return '`modules` is no object of sources';
    if (!isName(key)) return '`modules` has a name of more than 200 characters';
    sources.set(key, text.toWellFormed());
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
    modules: sources,
  };
}

function modulesOf(modules: ReadonlyMap<string, string>): FindModule {
  return (name) => {
    const source = modules.get(name);
    return source === undefined ? 'no such module' : { name, source };
  };
}

/** Each global as `repr` writes it, all within what the program has left; what cannot be written says why not. */
function textsOf({ globals, rest }: Outcome): unknown {
  const repr = UNIVERSE.get('repr') ?? null;
  let budget: Budget = { ...rest.budget, memoryBytes: Math.min(rest.budget.memoryBytes, TEXTS) };
  const texts: (readonly [string, unknown])[] = [];
  for (const [name, value] of globals) {
    const written = callFunction(repr, [value], { ...rest, budget });
    budget = left(budget, written.used);
    texts.push([name, written.ok ? written.result : { error: written.error.message }]);
  }
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
