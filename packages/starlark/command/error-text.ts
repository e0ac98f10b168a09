// Errors as a person reads them: the stack of calls, outermost first, then what went wrong where, and which option would help.
import type { BudgetName, Dialect, Frame, Position, StarlarkError } from '../src/index.ts';
import type { Limits } from './options.ts';

export function errorText(error: StarlarkError): string {
  const frames = error.stack.map((frame) => `  ${placeOf(frame)}: in ${frame.function}\n`);
  const last = error.stack.at(-1);
  if (error.kind === 'syntax' || error.kind === 'resolve' || last === undefined) return lineOf(error);
  const inside = last.at === undefined ? `Error in ${last.function}: ` : 'Error: ';
  const shown = last.at === undefined ? frames.slice(0, -1) : frames;
  return `Traceback (most recent call last):\n${shown.join('')}${inside}${error.message}`;
}

/** The same in one line: where, and what. */
export function lineOf({ at, message }: StarlarkError): string {
  return at === undefined ? message : `${positionText(at)}: ${message}`;
}

function placeOf(frame: Frame): string {
  return frame.at === undefined ? '<builtin>' : positionText(frame.at);
}

function positionText(at: Position): string {
  return `${at.file}:${at.line}:${at.column}`;
}

const OF_BUDGET: Readonly<Record<BudgetName, readonly [string, keyof Limits]>> = {
  steps: ['--steps', 'steps'],
  memory: ['--memory', 'memoryBytes'],
  depth: ['--depth', 'depth'],
  output: ['--output', 'outputBytes'],
};

/** What the interpreter says where an option of the dialect is missing. */
const OF_DIALECT: readonly (readonly [RegExp, keyof Dialect])[] = [
  [/does not support sets$/, 'set'],
  [/does not support while loops$/, 'while'],
  [/^(if|for|while) (statement|loop) not within a function$/, 'topLevelControl'],
  [/^cannot reassign (global|top-level) /, 'globalReassign'],
  [/^function .* called recursively$/, 'recursion'],
];

/** Which options of the command line have to do with these errors. */
export function hintOf(errors: readonly StarlarkError[], limits: Limits): string | undefined {
  for (const { kind, budget, message } of errors) {
    if (budget !== undefined) {
      const [option, limit] = OF_BUDGET[budget];
      return `${option} was ${limits[limit]}`;
    }
    if (kind === 'cancelled') return `--timeout was ${limits.timeout}`;
    if (/^source is longer than /.test(message)) return `--source was ${limits.source}`;
  }
  const options = OF_DIALECT.filter(([pattern]) => errors.some(({ message }) => pattern.test(message)));
  return options.length === 0 ? undefined : `--dialect ${options.map(([, option]) => option).join(',')}`;
}
