// git that only looks: subcommands with options that name no program and no file to write (git-log(1) and its neighbours).
// What is missing is missing on purpose: options that write a file, start a program or follow the configuration into one.
import type { Spec } from '../spec.ts';

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

export const LOOKING: { readonly [subcommand: string]: Spec } = {
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
  grep: {
    options:
      '-n -i -I -w -v -h -H -l -L -c -o -q -a -z -E -F -G -P -W -p -r -e= -f< -m= -A= -B= -C= --cached --untracked --no-index --exclude-standard --no-exclude-standard --line-number --ignore-case --word-regexp --invert-match --full-name --extended-regexp --basic-regexp --perl-regexp --fixed-strings --files-with-matches --name-only --files-without-match --count --only-matching --quiet --color? --no-color --break --heading --show-function --function-context --context= --after-context= --before-context= --max-depth= --max-count= --threads= --and --or --not --all-match --no-textconv --recursive --column --text',
    operands: 'text',
    numbers: true,
  },
  'show-ref': {
    options: '-s -d -q --head --heads --branches --tags --verify --exists --hash? --dereference --quiet --abbrev?',
    operands: 'text',
  },
  'show-branch': {
    options: '-a -r --all --remotes --list --current --topics --sha1-name --no-name --reflog? --more?',
    operands: 'text',
  },
  'diff-tree': {
    options: `${FORMAT} --root --stdin --no-commit-id --pretty? --format= -t -m -c --cc`,
    operands: 'text',
    values: UNSIGNED,
  },
  'diff-index': { options: FORMAT, operands: 'text' },
  'diff-files': { options: FORMAT, operands: 'text' },
  whatchanged: { options: `${FORMAT} ${HISTORY}`, operands: 'text', numbers: true, values: UNSIGNED },
  'range-diff': { options: `${FORMAT} --creation-factor= --left-only --right-only`, operands: 'text' },
  cherry: { options: '-v --abbrev?', operands: 'text' },
  'count-objects': { options: '-v -H --verbose --human-readable', operands: 'none' },
  'check-attr': { options: '-a -z --all --cached', operands: 'text' },
  'check-ref-format': { options: '--branch --normalize --allow-onelevel --refspec-pattern', operands: 'text' },
  'verify-pack': { options: '-v -s --verbose --stat-only', operands: 'text' },
  'merge-tree': { options: '-z --name-only --messages --no-messages --merge-base=', operands: 'text' },
  var: { options: '-l', operands: 'text' },
  'ls-remote --get-url': { options: '', operands: 'text' },
  fsck: {
    options:
      '--full --strict --no-dangling --dangling --unreachable --root --tags --cache --no-reflogs --connectivity-only --verbose --progress --no-progress --name-objects',
    operands: 'text',
  },
  version: { options: '--build-options', operands: 'none' },
};
/** Without operands they only list. */
export const LISTING: { readonly [subcommand: string]: Spec } = {
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
  'stash list': { options: `${FORMAT} ${HISTORY}`, operands: 'none', numbers: true, values: UNSIGNED },
  'stash show': { options: `${FORMAT} --include-untracked --only-untracked`, operands: 'text' },
  'remote get-url': { options: '--push --all', operands: 'text' },
  'reflog show': { options: `${FORMAT} ${HISTORY}`, operands: 'text', numbers: true, values: UNSIGNED },
  'reflog exists': { options: '', operands: 'text' },
  reflog: { options: `${FORMAT} ${HISTORY}`, operands: 'none', numbers: true, values: UNSIGNED },
  'notes list': { options: '', operands: 'text' },
  'notes show': { options: '', operands: 'text' },
  notes: { options: '', operands: 'none' },
  'submodule status': { options: '--cached --recursive -q --quiet', operands: 'text' },
  'submodule summary': { options: '--cached --files -n=', operands: 'text' },
  'bisect log': { options: '', operands: 'none' },
  'bundle verify': { options: '-q --quiet', operands: 'text' },
  'bundle list-heads': { options: '', operands: 'text' },
  'sparse-checkout list': { options: '', operands: 'none' },
  'lfs ls-files': { options: '-l -s -n -a -d --long --size --name-only --all --debug --json', operands: 'text' },
  'lfs status': { options: '--porcelain --json', operands: 'none' },
  'worktree list': { options: '--porcelain -v', operands: 'none' },
};
