// Runs one chunk and says what is wrong with how it went, if anything.
import { errorText } from '../../command/error-text.ts';
import { compile, STANDARD, type StarlarkError } from '../../src/index.ts';
import type { Dialect } from '../../src/syntax/dialect.ts';
import { parseFile } from '../../src/syntax/parse.ts';
import type { Chunk } from './chunks.ts';
import { modulesFor, predeclaredFor } from './host.ts';

const OPTIONS: ReadonlyMap<string, keyof Dialect> = new Map([
  ['set', 'set'],
  ['while', 'while'],
  ['toplevelcontrol', 'topLevelControl'],
  ['globalreassign', 'globalReassign'],
  ['recursion', 'recursion'],
  ['loadbindsglobally', 'loadBindsGlobally'],
]);

function dialectOf(chunk: Chunk): Dialect {
  // starlark-rust's chunks have theirs only in a comment.
  const inSource = [...chunk.source.matchAll(/option:(\w+)/g)].map((match) => match[1] ?? '');
  const changes = [...chunk.options, ...inSource].map((option) => [OPTIONS.get(option) ?? 'set', true]);
  return { ...STANDARD, ...Object.fromEntries(changes) };
}

interface Outcome {
  readonly errors: readonly StarlarkError[];
  readonly assertions: readonly string[];
}

function run(chunk: Chunk): Outcome {
  const assertions: string[] = [];
  if (chunk.file.startsWith('syntax/testdata')) {
    const parsed = parseFile(chunk.file, chunk.source.replace(/\n$/, ''));
    return { errors: parsed.ok ? [] : parsed.errors.slice(0, 1), assertions };
  }
  const predeclared = predeclaredFor(assertions);
  if (chunk.file.startsWith('resolve/')) for (const name of ['M', 'U']) predeclared.set(name, null);
  const dialect = dialectOf(chunk);
  const names = new Set(predeclared.keys());
  if (chunk.file === 'resolve/testdata/resolve.star')
    for (const name of ['assert', 'struct', 'freeze', 'fibonacci', 'gensym']) names.delete(name);
  const compiled = compile(chunk.file, chunk.source, { dialect, predeclared: names });
  if (!compiled.ok) return { errors: compiled.errors, assertions };
  if (chunk.file.startsWith('resolve/')) return { errors: [], assertions };
  const modules = modulesFor(assertions);
  const result = compiled.program.run({
    predeclared,
    budget: { steps: 50_000_000, memoryBytes: 2 ** 32, depth: 200, outputBytes: 2 ** 20 },
    load: (module) => {
      const globals = modules.get(module);
      return globals === undefined ? { ok: false, message: `no such module: ${module}` } : { ok: true, globals };
    },
  });
  return { errors: result.ok ? [] : [result.error], assertions };
}

/** `undefined`: it went as it should. */
export function faultOf(chunk: Chunk): string | undefined {
  const { errors, assertions } = run(chunk);
  if (assertions.length > 0) return `assertion: ${assertions.join(' | ')}`;
  return chunk.impl === 'starlark-go' ? faultByLine(chunk, errors) : faultByText(chunk, errors);
}

function faultByText(chunk: Chunk, errors: readonly StarlarkError[]): string | undefined {
  // bazelbuild's suite is written for three; this implementation says what the Go one says.
  const expected = chunk.expected_errors
    .filter((error) => (error.impl ?? 'go') === 'go')
    .map((error) => unquoted(error.pattern));
  const said = errors.map(errorText).join('\n').toLowerCase();
  if (expected.length === 0) return said === '' ? undefined : `unexpected error: ${said}`;
  if (said === '') return `no error, want ${expected.join(' | ')}`;
  const missing = expected.filter(
    (pattern) => !said.includes(pattern.toLowerCase()) && !new RegExp(pattern.toLowerCase(), 's').test(said),
  );
  return missing.length === 0 ? undefined : `error ${said} is not like ${missing.join(' | ')}`;
}

/** Each error has to be on its line, and none anywhere else. */
function faultByLine(chunk: Chunk, errors: readonly StarlarkError[]): string | undefined {
  const wanted = new Map(chunk.expected_errors.map((error) => [error.chunk_line ?? 0, error.pattern]));
  for (const error of errors) {
    const line = lineOf(error);
    const pattern = wanted.get(line);
    if (pattern === undefined) return `unexpected error at ${line}: ${error.message}`;
    if (!new RegExp(shifted(pattern, chunk), 's').test(error.message))
      return `error ${error.message} is not like ${pattern}`;
    wanted.delete(line);
  }
  return wanted.size === 0 ? undefined : `no error like ${[...wanted.values()].join(' | ')}`;
}

function lineOf(error: StarlarkError): number {
  return error.at?.line ?? 0;
}

/** Patterns that tell a line tell one of the whole file, of which a chunk is a part. */
function shifted(pattern: string, _chunk: Chunk): string {
  return pattern.replace(/\.star:\d+/g, '.star:\\d+');
}

function unquoted(pattern: string): string {
  if (/^`.*`$/.test(pattern)) return pattern.slice(1, -1);
  return /^".*"$/.test(pattern) ? String(JSON.parse(pattern)) : pattern;
}
