// git: the subcommands that only look, with options that name no program and no file to write. A repository's own
// configuration can run programs, so one outside the workspace is not looked at for free.

import { hostEffect } from '../../host-effect.ts';
import { addExecute, type Invocation } from '../../invocation.ts';
import { addPath, resolve } from '../../paths.ts';
import { add, addUnknown, type Run } from '../../run.ts';
import { bothWays, type Flow, type State } from '../../state.ts';
import type { Field } from '../../word.ts';
import { readArguments, type Spec } from '../spec.ts';

const FORMAT =
  '-p -u -s -U? -M? -C? -B? -w -b -z -a -R -S= -G= -1 -2 -3 --patch --no-patch --unified? --raw --stat? --numstat --shortstat --summary --name-only --name-status --color? --no-color --word-diff? --check --full-index --abbrev? --no-abbrev --find-renames? --find-copies? --no-renames --diff-filter= --pickaxe-regex --text --ignore-space-at-eol --ignore-space-change --ignore-all-space --ignore-blank-lines --function-context --exit-code --quiet -q --no-ext-diff --no-textconv --cached --staged --merge-base --minimal --patience --histogram --submodule? --relative? --src-prefix= --dst-prefix= --no-prefix --compact-summary --dirstat?';
const HISTORY =
  '-n= -L= --oneline --graph --all --branches? --tags? --remotes? --decorate? --no-decorate --format= --pretty? --date= --since= --after= --until= --before= --author= --committer= --grep= --invert-grep -i -E -F --follow --reverse --merges --no-merges --first-parent --max-count= --skip= --topo-order --date-order --abbrev-commit --no-abbrev-commit --left-right --cherry-pick --no-walk --full-history --ancestry-path --boundary --parents --children --source --notes? --no-notes -c --cc -m -t';

/** Formats with signatures start the program that the configuration names for checking them. */
const UNSIGNED: NonNullable<Spec['values']> = {
  '--format': /^(?!.*(?:%G|signature))/s,
  '--pretty': /^(?!.*(?:%G|signature))/s,
  '--sort': /^(?!.*signature)/s,
};

const LOOKING: { readonly [subcommand: string]: Spec } = {
  status: {
    options:
      '-s -b -v -z -u? --short --branch --show-stash --porcelain? --long --verbose --untracked-files? --ignored? --ignore-submodules? --column? --no-column --ahead-behind --no-ahead-behind --renames --no-renames',
    operands: 'text',
  },
  log: { options: `${FORMAT} ${HISTORY}`, operands: 'text', numbers: true, values: UNSIGNED },
  show: { options: `${FORMAT} ${HISTORY}`, operands: 'text', numbers: true, values: UNSIGNED },
  diff: { options: FORMAT, operands: 'text' },
  'rev-parse': {
    options:
      '--show-toplevel --show-prefix --show-cdup --git-dir --git-common-dir --absolute-git-dir --is-inside-work-tree --is-inside-git-dir --is-bare-repository --abbrev-ref? --short? --verify -q --quiet --symbolic --symbolic-full-name --all --branches? --tags? --remotes?',
    operands: 'text',
  },
  'ls-files': {
    options:
      '-c -d -m -o -i -s -u -k -t -v -z --cached --deleted --modified --others --ignored --stage --unmerged --killed --exclude= -x= --exclude-standard --error-unmatch --full-name --abbrev? --directory --recurse-submodules',
    operands: 'text',
  },
  'ls-tree': {
    options: '-d -r -t -l -z --long --name-only --name-status --full-name --full-tree --abbrev?',
    operands: 'text',
  },
  blame: {
    options:
      '-L= -b -l -t -s -e -f -n -w -p -c -M? -C? --root --show-email --show-name --show-number --porcelain --line-porcelain --date= --since= --abbrev?',
    operands: 'text',
  },
  shortlog: { options: '-n -s -e -c --numbered --summary --email --since= --until= --all', operands: 'text' },
  describe: {
    options: '--all --tags --long --always --dirty? --abbrev? --match= --exclude= --exact-match --contains',
    operands: 'text',
  },
  'rev-list': { options: `${HISTORY} --count --objects`, operands: 'text', numbers: true, values: UNSIGNED },
  'merge-base': { options: '-a --all --is-ancestor --fork-point --octopus', operands: 'text' },
  'cat-file': { options: '-t -s -e -p', operands: 'text' },
  'name-rev': { options: '--name-only --tags --refs=', operands: 'text' },
  'check-ignore': { options: '-q -v -n --quiet --verbose --non-matching --no-index', operands: 'text' },
  'for-each-ref': {
    options: '--count= --sort= --format= --points-at= --merged? --no-merged? --contains?',
    operands: 'text',
    values: UNSIGNED,
  },
  version: { options: '', operands: 'none' },
};
/** Without operands they only list. */
const LISTING: { readonly [subcommand: string]: Spec } = {
  branch: {
    options:
      '-a -r -v -vv -l --all --remotes --list --show-current --verbose --color? --no-color --column? --sort= --format= --contains= --no-contains= --merged? --no-merged?',
    operands: 'none',
    values: UNSIGNED,
  },
  tag: {
    options: '-l -n? --list --sort= --format= --points-at= --contains= --merged?',
    operands: 'none',
    values: UNSIGNED,
  },
  remote: { options: '-v --verbose', operands: 'none' },
  'stash list': { options: '', operands: 'none' },
  'worktree list': { options: '--porcelain -v', operands: 'none' },
};
const REACHING = new Set(['push', 'fetch', 'pull', 'clone', 'ls-remote', 'send-email', 'submodule']);

export function walkGit(invocation: Invocation): Flow {
  const { run, name, args, state, span } = invocation;
  let index = 0;
  let inside: State = state;
  for (; index < args.length; index += 1) {
    const word = args[index];
    if (word?.kind !== 'text') break;
    if (word.text === '--no-pager' || word.text === '--no-optional-locks') continue;
    if (word.text !== '-C') break;
    const folder = args[index + 1];
    if (folder?.kind !== 'text') break;
    inside = { ...inside, cwds: resolve(run, folder.text, inside).map((fact) => fact.path) };
    addPath(run, 'read', folder, state);
    index += 1;
  }
  const rest = args.slice(index);
  const [first, second] = rest.map((word) => (word.kind === 'text' ? word.text : undefined));
  if (first === '--version') {
    addExecute(run, name, span);
    return bothWays(state);
  }
  const pair = `${first} ${second}`;
  const looking = first === undefined ? undefined : (LOOKING[first] ?? LISTING[first]);
  if (looking !== undefined) walkLooking(looking, invocation, rest.slice(1), first ?? '', inside);
  else if (LISTING[pair] !== undefined) walkLooking(LISTING[pair], invocation, rest.slice(2), pair, inside);
  else walkChanging(invocation, first, rest.slice(1));
  return bothWays(looking === undefined && LISTING[pair] === undefined ? { ...state, pathsMoved: true } : state);
}

function walkLooking(
  spec: Spec,
  { run, name, span }: Invocation,
  args: readonly Field[],
  subcommand: string,
  inside: State,
): void {
  const read = readArguments(spec, args);
  if ('unknown' in read) {
    addUnknown(run, name, read.unknown.span, `\`git ${subcommand}\`: ${read.note}`);
    return;
  }
  if (spec.operands === 'none' && read.operands.length > 0) {
    addUnknown(run, name, span, `\`git ${subcommand}\` with operands may change something`);
    return;
  }
  const strange = read.operands.find((word) => word.kind === 'unknown');
  if (strange !== undefined) {
    addUnknown(run, name, strange.span, `\`git ${subcommand}\`: an operand that is not known`);
    return;
  }
  const places = inside.cwds?.map((cwd) => run.facts.resolvePath('.', { cwd, workspace: run.workspace }).place);
  if (places?.every((place) => place === 'workspace') !== true) {
    addUnknown(run, name, span, 'the configuration of a repository outside the workspace can run programs');
    return;
  }
  if (mayBeConfigured(run, inside)) {
    addUnknown(
      run,
      name,
      span,
      'files of this command, or a bare repository among the files, can be configuration that runs programs',
    );
    return;
  }
  addExecute(run, name, span);
  addPath(run, 'read', { kind: 'text', text: '.', span }, inside);
  // `git diff` also compares files outside a repository, through links too; a commit or a branch leads nowhere.
  for (const word of read.operands)
    if (word.kind === 'glob' || (word.kind === 'text' && isPath(run, word.text, inside)))
      addPath(run, 'read', word, inside);
}

const isPath = (run: Run, text: string, state: State): boolean =>
  /^(?:[~./]|.*\/\.\.)/.test(text) || resolve(run, text, state).some(({ kind }) => kind !== 'missing');

/**
 * git takes any folder with a `HEAD` for a repository and runs what its configuration says. A checkout can bring such a
 * folder along, and a command can write one just before.
 */
function mayBeConfigured(run: Run, { cwds }: State): boolean {
  if (run.effects.some(({ kind }) => kind === 'write' || kind === 'delete')) return true;
  return (cwds ?? []).some((start) => {
    const { workspace } = run;
    let folder = run.facts.resolvePath('.', { cwd: start, workspace }).path;
    for (let up = 0; up < 64 && folder !== ''; up += 1) {
      const exists = (name: string): boolean =>
        run.facts.resolvePath(name, { cwd: folder, workspace }).kind !== 'missing';
      if (exists('.git')) return false;
      if (exists('HEAD')) return true;
      folder = folder.slice(0, folder.lastIndexOf('/'));
    }
    return false;
  });
}

function walkChanging({ run, name, span }: Invocation, subcommand: string | undefined, args: readonly Field[]): void {
  addUnknown(
    run,
    name,
    span,
    subcommand === undefined
      ? '`git` with options that are not known'
      : `\`git ${subcommand}\` can change the repository and run its hooks`,
  );
  if (subcommand === undefined || !REACHING.has(subcommand)) return;
  const urls = args.flatMap((word) =>
    word.kind === 'text' ? (/^(?:[a-z+]+:\/\/(?:[^@/]*@)?|[\w.-]+@)([^/:]+)/.exec(word.text)?.[1] ?? []) : [],
  );
  for (const kind of subcommand === 'push' ? (['connect', 'send'] as const) : (['connect'] as const)) {
    for (const host of urls) add(run, { ...hostEffect(kind, host), span });
    if (urls.length === 0)
      add(run, { kind, target: 'the remote', targetKind: 'host', place: 'unresolved', certainty: 'possible', span });
  }
}
