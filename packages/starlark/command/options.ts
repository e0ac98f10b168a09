// The command line, read once. What is not understood is refused, with what would be.
import { type Dialect, STANDARD } from '../src/index.ts';

export interface Limits {
  readonly steps: number;
  readonly memoryBytes: number;
  readonly depth: number;
  readonly outputBytes: number;
  /** Code units of all the files of a program. */
  readonly source: number;
  /** Seconds. */
  readonly timeout: number;
}

/** Generous for a person at a terminal, and still an end. */
export const LIMITS: Limits = {
  steps: 1e9,
  memoryBytes: 2 ** 30,
  depth: 1000,
  outputBytes: 100e6,
  source: 2 ** 20,
  timeout: Number.POSITIVE_INFINITY,
};

export type Job =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'program'; readonly source: string }
  | { readonly kind: 'lines' }
  | { readonly kind: 'stdin' }
  /** A program on standard input, or a person at it. */
  | { readonly kind: 'unnamed' };

export type Read =
  | { readonly ok: true; readonly job: Job; readonly limits: Limits; readonly dialect: Dialect | undefined }
  | { readonly ok: false; readonly message: string; readonly hint: string };

const NUMBERS: ReadonlyMap<string, keyof Limits> = new Map([
  ['--steps', 'steps'],
  ['--memory', 'memoryBytes'],
  ['--depth', 'depth'],
  ['--output', 'outputBytes'],
  ['--source', 'source'],
  ['--timeout', 'timeout'],
]);

export const DIALECT_OPTIONS: readonly (keyof Dialect)[] = [
  'set',
  'while',
  'topLevelControl',
  'globalReassign',
  'recursion',
  'loadBindsGlobally',
];

export const EVERYTHING: Dialect = {
  set: true,
  while: true,
  topLevelControl: true,
  globalReassign: true,
  recursion: true,
  loadBindsGlobally: false,
};

/** A dialect by the names of its options. @returns the name that is none, otherwise */
export function readDialect(names: readonly string[]): Dialect | string {
  let dialect = STANDARD;
  for (const name of names) {
    if (name === 'standard') dialect = STANDARD;
    else if (name === 'all') dialect = EVERYTHING;
    else {
      const option = DIALECT_OPTIONS.find((one) => one.toLowerCase() === name.toLowerCase());
      if (option === undefined) return name;
      dialect = { ...dialect, [option]: true };
    }
  }
  return dialect;
}

/** What both have. */
export function sharedDialect(one: Dialect, other: Dialect): Dialect {
  let dialect = one;
  for (const option of DIALECT_OPTIONS) dialect = { ...dialect, [option]: one[option] && other[option] };
  return dialect;
}

/** `10`, `1e6`, `64k`, `64M`, `1G`. */
export function readAmount(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?(?:e\d{1,2})?)([kMG]?)$/.exec(text);
  if (match === null) return undefined;
  const units: Readonly<Record<string, number>> = { k: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
  return Number(match[1]) * (units[match[2] ?? ''] ?? 1);
}

/** A number of seconds; no units, as those are of bytes. */
function readSeconds(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const SINGLE: ReadonlyMap<string, Job> = new Map([
  ['--jsonl', { kind: 'lines' }],
  ['-', { kind: 'stdin' }],
]);

/** @param heapBytes what the process has: without a `--memory`, programs together with everything else must fit in */
export function readOptions(argv: readonly string[], heapBytes = Number.POSITIVE_INFINITY): Read {
  const wrong = (message: string, hint = 'starlark --help'): Read => ({ ok: false, message, hint });
  let limits: Limits = { ...LIMITS, memoryBytes: Math.min(LIMITS.memoryBytes, Math.floor(heapBytes / 2)) };
  let dialect: Dialect | undefined;
  let job: Job | undefined;
  let onlyFiles = false;
  for (let i = 0; i < argv.length; i++) {
    const argument = argv[i] ?? '';
    if (argument === '--' && !onlyFiles) {
      onlyFiles = true;
      continue;
    }
    const [flag = '', joined] = argument.startsWith('--') && !onlyFiles ? splitOnce(argument) : [argument];
    const single = onlyFiles || !flag.startsWith('-') ? { kind: 'file' as const, path: flag } : SINGLE.get(flag);
    if (single !== undefined) {
      if (job !== undefined) return wrong(`\`${argument}\` is one program too many`);
      if (joined !== undefined) return wrong(`\`${flag}\` takes no value`);
      job = single;
      continue;
    }
    if (flag === '--help' || flag === '-h' || flag === '--version') {
      if (joined !== undefined) return wrong(`\`${flag}\` takes no value`);
      return { ok: true, job: { kind: flag === '--version' ? 'version' : 'help' }, limits, dialect };
    }
    const limit = NUMBERS.get(flag);
    if (limit === undefined && flag !== '--dialect' && flag !== '-c') return wrong(`no option \`${flag}\``);
    const value = joined ?? argv[++i];
    if (value === undefined) return wrong(`\`${flag}\` needs a value`);
    if (limit !== undefined) {
      const amount = limit === 'timeout' ? readSeconds(value) : readAmount(value);
      const form = limit === 'timeout' ? 'a number of seconds' : 'a number, perhaps with k, M or G';
      if (amount === undefined) return wrong(`\`${value}\` is no amount for \`${flag}\``, form);
      limits = { ...limits, [limit]: amount };
    } else if (flag === '--dialect') {
      const read = readDialect(value.split(','));
      if (typeof read === 'string')
        return wrong(`no dialect option \`${read}\``, `one of ${['standard', 'all', ...DIALECT_OPTIONS].join(' ')}`);
      dialect = read;
    } else if (job !== undefined) return wrong('`-c` is one program too many');
    else job = { kind: 'program', source: value };
  }
  return { ok: true, job: job ?? { kind: 'unnamed' }, limits, dialect };
}

function splitOnce(argument: string): [string, string | undefined] {
  const at = argument.indexOf('=');
  return at < 0 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)];
}
