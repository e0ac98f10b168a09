// The words of `npx` and its relatives. Pure.
import { refusedWords, type Wanted } from './wanted.ts';

const EXACT = 'install it yourself and write the exact command, e.g. `node /path/to/server.js`';

/** Said to npm about asking and printing: they change nothing about what runs. */
const QUIET: ReadonlySet<string> = new Set(['-y', '--yes', '-q', '--quiet', '-s', '--silent', '--prefer-online']);
/** bunx: runs it with bun even where it says node. */
const BUN = '--bun';

const NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;
/** A version, a range or a tag; nothing with `:` or `/`, which would be another place than the registry. */
const RANGE = /^[A-Za-z0-9.^~<>=|* +_-]{1,100}$/;

export function parseNpmRunner(runner: string, args: readonly string[]): Wanted {
  const packages: string[] = [];
  const notes: string[] = [];
  let rest: readonly string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--') {
      rest = args.slice(at + 1);
      break;
    }
    if (!word.startsWith('-')) {
      rest = args.slice(at);
      break;
    }
    if (QUIET.has(word)) continue;
    if (word === BUN) notes.push('note: it is started with node, not with bun');
    else if (word === '-p' || word === '--package') {
      at += 1;
      packages.push(args[at] ?? '');
    } else if (word.startsWith('--package=')) packages.push(word.slice('--package='.length));
    else if (word === '-c' || word.startsWith('--call'))
      return refusedWords(`\`${runner} ${word}\` runs a line of shell, which cannot be pinned`, EXACT);
    else return refusedWords(`\`${runner} ${word}\`: this option is not understood`, EXACT);
  }
  const [first, ...others] = rest;
  if (first === undefined && packages.length === 0)
    return refusedWords(`\`${runner}\` names no package`, 'write `npx -y NAME`');
  if (packages.length > 1)
    return refusedWords(`\`${runner}\` names ${packages.length} packages; one can be pinned`, EXACT);
  const [spec] = packages;
  if (spec !== undefined) return wanted(spec, first ?? null, others, notes);
  return wanted(first ?? '', null, runner === 'npm exec' ? npmArguments(others) : others, notes);
}

/** `npm exec` takes options of its own after the package too, up to `--`. */
function npmArguments(words: readonly string[]): readonly string[] | string {
  const end = words.indexOf('--');
  const before = end < 0 ? words : words.slice(0, end);
  const option = before.find((word) => word.startsWith('-') && !QUIET.has(word));
  if (option !== undefined) return option;
  return [...before.filter((word) => !QUIET.has(word)), ...(end < 0 ? [] : words.slice(end + 1))];
}

function wanted(
  spec: string,
  program: string | null,
  args: readonly string[] | string,
  notes: readonly string[],
): Wanted {
  if (typeof args === 'string')
    return refusedWords(`\`npm exec … ${args}\` is an option of npm's own`, 'put `--` before what the server is given');
  const at = spec.indexOf('@', 1);
  const name = at < 0 ? spec : spec.slice(0, at);
  const range = at < 0 ? null : spec.slice(at + 1);
  if (!NAME.test(name) || name.length > 214 || (range !== null && !RANGE.test(range)))
    return refusedWords(`\`${spec}\` is no package of a registry with a version, a range or a tag`, EXACT);
  return { kind: 'npm', name, range, program, args, notes };
}
