// Programs run by the real bash, where nothing exists that they could run: no program is on the path, and what is not found
// is written down with its arguments. Always inside a sandbox without a network, with nothing writable but one folder.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Ran {
  readonly program: string;
  /** Where it ran, which is also its workspace. */
  readonly cwd: string;
  /** In which folder each name was looked for, with its arguments. */
  readonly calls: readonly { readonly cwd: string; readonly argv: readonly string[] }[];
  /** Files that are there now and were not before, absolute. */
  readonly created: readonly string[];
}

export function hasSandbox(): boolean {
  return spawnSync('bwrap', ['--ro-bind', '/', '/', '--unshare-all', 'true']).status === 0;
}

/** The handler prints where the real command would, and ends as the name says, so that what follows a command varies. */
const PRELUDE = `
readonly __log="$FUZZ_LOG"
command_not_found_handle() {
  # Bash writes at each line end: what runs side by side would be mixed.
  builtin printf '%s\\0' "$PWD" "$#" "\${@//$'\\n'/$'\\x1e'}" >> "$__log"
  [[ $1 == touch && $2 == [a-z]* ]] && : >> "$2"
  if [[ $1 == cat && ( $# == 1 || ( $# == 2 && $2 == - ) ) ]]; then
    # What it reads is what it prints, also where that is nothing.
    local __text
    IFS= builtin read -r -d '' __text
    builtin printf %s "$__text"
  elif [[ $1 != rm && $1 != touch && $1 != mkdir ]]; then
    builtin printf '%s\\n' "c5"
  fi
  [[ $1 != c2 && $1 != cat ]]
}
builtin unset FUZZ_LOG
`;
const DRIVER = `
cd "$1" || exit
for n in */; do
  n=\${n%/}
  ( cd "$n/w" && exec env -i PATH=/none HOME="$1/$n/home" FUNCNEST=12 FUZZ_LOG="$1/$n/log" BASH_ENV="$1/prelude" \\
    /usr/bin/timeout -k 1 2 /bin/bash "../program" < /dev/null > /dev/null 2>&1 )
done
exit 0
`;

/** The folder a program starts in. */
export function stage(folder: string, program: string): string {
  const cwd = join(folder, 'w');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(cwd, 'd1'), { recursive: true });
  mkdirSync(join(cwd, 'd2'));
  mkdirSync(join(folder, 'home'));
  for (const file of ['w/f1', 'w/f2', 'w/d1/f3', 'home/h', 'home/h2']) writeFileSync(join(folder, file), `${file}\n`);
  writeFileSync(join(folder, 'log'), '');
  writeFileSync(join(folder, 'program'), program);
  return cwd;
}

const FIRST = new Set(['w/f1', 'w/f2', 'w/d1/f3', 'home/h', 'home/h2', 'log', 'program']);

/** Runs all in one sandbox. `before`: called when a program's folder is there and it has not run. */
export function runPrograms(
  base: string,
  programs: readonly string[],
  before: (program: string, cwd: string, home: string) => void,
): readonly Ran[] {
  rmSync(base, { recursive: true, force: true });
  mkdirSync(base, { recursive: true });
  writeFileSync(join(base, 'prelude'), PRELUDE);
  const staged = programs.map((program, index) => {
    const folder = join(base, String(index).padStart(4, '0'));
    const cwd = stage(folder, program);
    before(program, cwd, join(folder, 'home'));
    return { program, folder, cwd };
  });
  execFileSync(
    'bwrap',
    [
      ...['--ro-bind', '/', '/', '--tmpfs', '/tmp', '--dev', '/dev', '--proc', '/proc', '--bind', base, base],
      ...['--unshare-all', '--die-with-parent', '--new-session', '/bin/bash', '-c', DRIVER, 'driver', base],
    ],
    { stdio: ['ignore', 'ignore', 'ignore'], timeout: 600_000 },
  );
  return staged.map(({ program, folder, cwd }) => ({
    program,
    cwd,
    calls: readLog(join(folder, 'log')),
    created: newFiles(folder),
  }));
}

function readLog(file: string): Ran['calls'] {
  const parts = readFileSync(file, 'utf8').replaceAll('\x1e', '\n').split('\0');
  const calls: { cwd: string; argv: readonly string[] }[] = [];
  for (let at = 0; at + 2 < parts.length; ) {
    const count = Number(parts[at + 1]);
    calls.push({ cwd: parts[at] ?? '', argv: parts.slice(at + 2, at + 2 + count) });
    at += 2 + count;
  }
  return calls;
}

function newFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !FIRST.has(path.slice(folder.length + 1)));
}
