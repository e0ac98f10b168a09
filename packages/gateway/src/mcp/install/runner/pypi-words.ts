// The words of `uvx`, `uv tool run` and `pipx run`. Pure.
import { refusedWords, type Wanted } from './wanted.ts';

const EXACT = 'install it yourself and write the exact command, e.g. `/path/to/venv/bin/server`';
const QUIET: ReadonlySet<string> = new Set(['-q', '--quiet', '--no-progress', '--isolated']);
const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;
/** `1.2.3`, or what stands behind the name in a requirement: `==1.2`, `>=1,<2`. */
const VERSION = /^[A-Za-z0-9.!+_-]{1,60}$/;
const RANGE = /^(?:(?:===?|>=|<=|~=|!=|<|>)[A-Za-z0-9.*!+_-]{1,60},?){1,5}$/;

export function parsePypiRunner(runner: string, args: readonly string[]): Wanted {
  let from: string | null = null;
  let rest: readonly string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (word === '--' || !word.startsWith('-')) {
      rest = args.slice(word === '--' ? at + 1 : at);
      break;
    }
    if (QUIET.has(word)) continue;
    const named = /^--(?:from|spec)(?:=(.*))?$/s.exec(word);
    if (named === null) return refusedWords(`\`${runner} ${word}\`: this option is not understood`, EXACT);
    if (named[1] === undefined) at += 1;
    from = named[1] ?? args[at] ?? '';
  }
  const [first, ...others] = rest;
  if (first === undefined) return refusedWords(`\`${runner}\` names no program`, 'write `uvx NAME`');
  const spec = from ?? first;
  const match = /^([A-Za-z0-9._-]+)(?:@(.+)|((?:=|>|<|~|!).*))?$/s.exec(spec.replaceAll(' ', ''));
  const [, name = '', version, range] = match ?? [];
  const latest = version === 'latest';
  const isFine =
    NAME.test(name) &&
    name.length <= 100 &&
    (version === undefined || latest || VERSION.test(version)) &&
    (range === undefined || RANGE.test(range));
  if (!isFine) return refusedWords(`\`${spec}\` is no package of an index with a version or a range`, EXACT);
  const wantedRange = range ?? (version === undefined || latest ? null : `==${version}`);
  return { kind: 'pypi', name, range: wantedRange, program: from === null ? null : first, args: others, notes: [] };
}
