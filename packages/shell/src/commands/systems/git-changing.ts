// git that changes something: the commits and branches here (history), files that may not be committed yet (worktree), what
// others have already (remote-history). Sources: the manual pages of git 2.47. `~`: the reflog or a clean file holds it still.
import type { Tool } from './table.ts';

const QUIET = '-q -v --quiet --verbose --progress --no-progress';
const STRATEGY =
  '-s= -X= --strategy= --strategy-option= -S? --gpg-sign? --no-gpg-sign --rerere-autoupdate --no-rerere-autoupdate';
const ENDING = '--abort --quit --continue --skip';
const FILES = '--pathspec-from-file< --pathspec-file-nul';
const EDITOR = 'execute inline-code the editor that is configured';
/** Not taken back by anything a person would look at: it asks. */
const TREES = 'write history {path} {*}';
const BOTH = 'write~ history; write~ worktree';

export const GIT: Tool = {
  abbreviates: true,
  verbs: {
    'add, stage': {
      options: `-n -A -u -f -N -p -i -e -v --dry-run --all --no-all --ignore-removal --no-ignore-removal --update --force --intent-to-add --refresh --ignore-errors --ignore-missing --renormalize --chmod= --sparse --patch --interactive --edit --verbose ${FILES}`,
      does: 'write~ history',
      with: { '-e --edit': EDITOR },
      instead: { '-n --dry-run': '' },
    },
    commit: {
      options: `${QUIET} -a -m= -F< -C= -c= -t< -n -s -e -o -i -p -u? -z -S? --all --message= --file< --reuse-message= --reedit-message= --template< --fixup= --squash= --reset-author --no-verify --verify --signoff --no-signoff --edit --no-edit --only --include --patch --untracked-files? --allow-empty --allow-empty-message --amend --date= --author= --cleanup= --status --no-status --short --branch --porcelain --long --null --dry-run --no-post-rewrite --trailer= --gpg-sign? --no-gpg-sign ${FILES}`,
      does: 'write~ history',
      with: { '-e --edit -c --reedit-message': EDITOR },
      instead: { '--dry-run': '' },
    },
    checkout: {
      options: `${QUIET} -f -b= -B= -t -l -d -m -p --force --ours --theirs --detach --track? --no-track --guess --no-guess --orphan= --merge --conflict= --patch --ignore-skip-worktree-bits --overlay --no-overlay --recurse-submodules? --no-recurse-submodules --ignore-other-worktrees --overwrite-ignore ${FILES}`,
      does: BOTH,
      with: {
        '-f --force --ours --theirs -m --merge -p --patch --pathspec-from-file': 'delete worktree',
        '-B': 'delete history',
      },
    },
    switch: {
      options: `${QUIET} -c= -C= -f -t -d -m --create= --force-create= --force --discard-changes --merge --detach --track? --no-track --guess --no-guess --orphan= --conflict= --recurse-submodules? --no-recurse-submodules --ignore-other-worktrees`,
      does: BOTH,
      with: { '-f --force --discard-changes -m --merge': 'delete worktree', '-C --force-create': 'delete history' },
    },
    restore: {
      options: `${QUIET} -s= -S -W -p -m --source= --staged --worktree --ours --theirs --merge --patch --conflict= --ignore-unmerged --overlay --no-overlay --recurse-submodules? ${FILES}`,
      does: 'delete worktree {*}; write @{*}',
      instead: { '-W --worktree': 'delete worktree {*}; write @{*}', '-S --staged': 'write~ history' },
      with: { '--source -s --pathspec-from-file': 'write worktree' },
    },
    branch: {
      options: `-d -D -m -M -c -C -f -t -u= -q -i -v -a -r --delete --move --copy --force --track? --no-track --set-upstream-to= --unset-upstream --edit-description --create-reflog --recurse-submodules --quiet --color? --no-color`,
      does: 'write~ history',
      with: { '-D -M -C -f --force': 'delete history branch {*}', '--edit-description': EDITOR },
    },
    tag: {
      options: `-a -s -u= -f -d -v -m= -F< -e --annotate --sign --no-sign --local-user= --force --delete --verify --message= --file< --edit --cleanup= --create-reflog --trailer=`,
      does: 'write~ history',
      with: {
        '-d --delete -f --force': 'delete history tag {*}',
        '-e --edit': EDITOR,
        '-v --verify': 'execute inline-code the program that checks signatures',
      },
    },
    'stash, stash push, stash save': {
      options: `${QUIET} -p -S -k -u -a -m= --patch --staged --keep-index --no-keep-index --include-untracked --all --message= ${FILES}`,
      does: BOTH,
    },
    'stash create, stash store': { options: '-m= --message= -q --quiet', does: 'write~ history' },
    'stash apply, stash branch': { options: '-q --index --quiet', does: 'write~ history; write worktree' },
    'stash pop': { options: '-q --index --quiet', does: 'write~ history; write worktree' },
    'stash drop': { options: '-q --quiet', does: 'delete history stash {*}' },
    'stash clear': { does: 'delete history every stash' },
    merge: {
      options: `${QUIET} ${STRATEGY} ${ENDING} -n -e -m= -F< --stat --no-stat --commit --no-commit --edit --no-edit --ff --no-ff --ff-only --log? --no-log --signoff --no-signoff --squash --no-squash --verify --no-verify --autostash --no-autostash --allow-unrelated-histories --into-name= --file< --cleanup= --compact-summary`,
      does: BOTH,
      with: { '--abort --quit --autostash': 'delete worktree', '-e --edit': EDITOR },
    },
    'cherry-pick, revert': {
      options: `${QUIET} ${STRATEGY} ${ENDING} -e -x -r -m= -n -s --edit --no-edit --mainline= --no-commit --signoff --ff --allow-empty --allow-empty-message --keep-redundant-commits --empty= --cleanup= --reference`,
      does: BOTH,
      with: { '--abort --quit --skip': 'delete worktree', '-e --edit': EDITOR },
    },
    rebase: {
      options: `${QUIET} ${STRATEGY} ${ENDING} -i -m -n -f -r? -k -x= -C= --onto= --interactive --merge --apply --exec= --root --autosquash --no-autosquash --autostash --no-autostash --fork-point --no-fork-point --stat --no-stat --no-verify --verify --force-rebase --no-ff --keep-base --keep-empty --no-keep-empty --empty= --rebase-merges? --no-rebase-merges --update-refs --no-update-refs --reapply-cherry-picks --no-reapply-cherry-picks --signoff --committer-date-is-author-date --ignore-date --reset-author-date --ignore-whitespace --whitespace= --edit-todo --show-current-patch --allow-empty-message --reschedule-failed-exec`,
      // What a rebase leaves behind the reflog of the branch still holds.
      does: BOTH,
      with: {
        '--abort --skip --quit': 'delete worktree',
        '-i --interactive --edit-todo': EDITOR,
        '-x --exec': 'execute inline-code {-x --exec}',
      },
    },
    reset: {
      options: `${QUIET} -p -N --soft --mixed --hard --merge --keep --patch --intent-to-add --refresh --no-refresh --recurse-submodules? --no-recurse-submodules ${FILES}`,
      does: 'write~ history',
      with: { '--hard --merge': 'delete worktree', '--keep': 'write~ worktree' },
    },
    rm: {
      options: `-n -r -f -q --dry-run --force --cached --ignore-unmatch --quiet --sparse ${FILES}`,
      does: 'write~ history; delete @{*}',
      with: { '-f --force -r --pathspec-from-file': 'delete worktree' },
      instead: { '-n --dry-run': '', '--cached': 'write~ history' },
    },
    mv: {
      options: '-f -k -n -v --force --dry-run --verbose --sparse',
      does: 'write~ history; delete @{*}; write @{*}',
      with: { '-f --force': 'delete worktree {*}' },
      instead: { '-n --dry-run': '' },
    },
    clean: {
      options: '-d -f -i -n -q -x -X -e= --force --interactive --dry-run --quiet --exclude=',
      does: 'delete worktree',
      instead: { '-n --dry-run': '' },
    },
    gc: {
      options:
        '-q --quiet --aggressive --auto --no-auto --detach --no-detach --prune? --no-prune --force --keep-largest-pack --cruft --no-cruft',
      does: 'write~ history',
      with: { '--prune': 'delete history' },
    },
    prune: {
      options: '-n -v --dry-run --verbose --progress --expire=',
      does: 'delete history',
      instead: { '-n --dry-run': '' },
    },
    'reflog expire, reflog delete, reflog drop': {
      options:
        '-n -v --dry-run --verbose --expire= --expire-unreachable= --all --single-worktree --rewrite --updateref --stale-fix --yes',
      does: 'delete history',
      instead: { '-n --dry-run': '' },
    },
    'filter-branch': {
      options:
        '-d= -f --setup! --subdirectory-filter= --env-filter! --tree-filter! --index-filter! --parent-filter! --msg-filter! --commit-filter! --tag-name-filter! --prune-empty --original= --force --state-branch=',
      does: 'delete history',
    },
    'filter-repo': {
      options:
        '--analyze --force --invert-paths --path= --path-glob= --path-regex= --path-rename= --paths-from-file< --subdirectory-filter= --to-subdirectory-filter= --mailmap< --replace-text< --replace-message< --strip-blobs-bigger-than= --refs= --commit-callback! --blob-callback! --message-callback! --name-callback! --email-callback! --refname-callback! --filename-callback! --tag-callback! --reset-callback!',
      does: 'delete history',
    },
    'update-ref': {
      options: '-m= -d -z --no-deref --create-reflog --stdin',
      does: TREES,
      with: { '-d': 'delete history {*}', '--stdin': 'delete? history' },
    },
    'symbolic-ref': {
      options: '-d -q -m= --delete --quiet --short --recurse --no-recurse',
      does: 'write~ history',
      with: { '-d --delete': 'delete history' },
    },
    'notes add, notes append, notes copy, notes merge': {
      options:
        '-f -m= -F< -C= -c= -q -v --force --message= --file< --reuse-message= --allow-empty --stdin --ref= --separator? --no-separator',
      does: 'write~ history',
      with: { '-f --force': 'delete history', '-c --reedit-message': EDITOR },
    },
    'notes remove, notes prune': { options: '-n -v --ignore-missing --stdin', does: 'delete history' },
    'notes edit': { does: `write~ history; ${EDITOR}` },
    replace: {
      options: '-f -d -l --force --delete --list --format= --graft --raw',
      does: 'write~ history',
      with: { '-d --delete -f --force': 'delete history', '--edit': EDITOR },
    },
    'worktree add': {
      options:
        '-f -q -b= -B= -d --force --checkout --no-checkout --detach --lock --reason= --orphan --track --no-track --guess-remote --no-guess-remote --quiet --relative-paths',
      does: 'write~ history; write @{0}',
      with: { '-B': 'delete history', '-f --force': 'write history' },
    },
    'worktree remove': { options: '-f --force', does: 'delete @{0}; delete worktree {0}' },
    'worktree move': { options: '-f --force', does: 'write~ history; delete @{0}; write @{1}' },
    'worktree lock, worktree unlock, worktree prune, worktree repair': {
      options: '-n -v --reason= --dry-run --verbose --expire=',
      does: 'write~ history',
    },
    'bisect start, bisect good, bisect bad, bisect old, bisect new, bisect skip, bisect reset, bisect next': {
      options: '--no-checkout --first-parent --term-new= --term-bad= --term-old= --term-good=',
      does: BOTH,
    },
    'bisect run': { does: `${BOTH}; execute project-code`, inner: 0 },
    apply: {
      options:
        '-3 -R -z -p= -C= -v -q --3way --ours --theirs --union --index --cached --intent-to-add --stat --numstat --summary --check --reverse --reject --recount --unidiff-zero --inaccurate-eof --whitespace= --ignore-whitespace --ignore-space-change --exclude= --include= --directory= --verbose --quiet --unsafe-paths --allow-empty --apply --no-add --allow-binary-replacement --binary',
      does: 'write worktree',
      operands: 'read',
      instead: { '--stat --numstat --summary --check': '', '--cached': TREES },
      with: {
        '--index -3 --3way': TREES,
        '--unsafe-paths': 'unknown paths outside the folder',
        '--apply': 'write worktree',
      },
    },
    am: {
      options: `${QUIET} -s -k -b -3 -c -i -u -S? -p= -C= --signoff --keep --keep-non-patch --message-id --3way --no-3way --scissors --no-scissors --interactive --ignore-whitespace --whitespace= --directory= --exclude= --include= --reject --no-verify --committer-date-is-author-date --ignore-date --abort --quit --skip --continue --resolved -r --show-current-patch? --gpg-sign? --patch-format= --keep-cr --no-keep-cr --empty= --allow-empty`,
      does: 'write~ history; write worktree',
      operands: 'read',
      with: { '--abort --quit --skip': 'delete worktree' },
    },
    archive: {
      options:
        '-o> -v -0 -1 -2 -3 -4 -5 -6 -7 -8 -9 -l --output> --format= --prefix= --add-file< --list --verbose --worktree-attributes --mtime= --remote= --exec!',
      does: '',
      with: { '--remote': 'connect {--remote}; execute inline-code {--remote}' },
    },
    'bundle create': {
      options: '-q --quiet --progress --all-progress --version= --all --branches --tags',
      does: 'write @{0}',
    },
    'bundle unbundle': { options: '--progress', does: TREES, operands: 'read' },
    'format-patch': {
      options:
        '-o> -n -N -k -s -v= -M? -p -1 -2 -3 -4 -5 --output-directory> --stdout --numbered --no-numbered --start-number= --signoff --cover-letter --subject-prefix= --reroll-count= --base= --thread? --no-thread --in-reply-to= --to= --cc= --suffix= --root --quiet -q --zero-commit --keep-subject --rfc? --stat? --no-stat --attach? --inline? --notes? --signature= --no-signature',
      does: 'write @.',
      instead: { '--stdout -o --output-directory': '' },
    },
    init: {
      options: '-q -b= --quiet --bare --initial-branch= --object-format= --ref-format= --shared? --template!',
      does: 'write~ history; write @{0}',
      alone: 'write~ history',
    },
    'sparse-checkout set, sparse-checkout add, sparse-checkout init, sparse-checkout disable, sparse-checkout reapply':
      {
        options: '--cone --no-cone --sparse-index --no-sparse-index --stdin --skip-checks --end-of-options',
        does: BOTH,
      },
    // An object of any file: what is read ends up where `cat-file` prints it.
    'hash-object': {
      options: '-w -t= --stdin --path= --no-filters --literally --stdin-paths',
      does: 'read @{*}',
      with: {
        '-w': 'write~ history',
        '--stdin-paths': 'unknown files that are named by what is piped in',
        '--literally': TREES,
      },
      values: [['-t', /^(?!blob$)/, TREES]],
    },
    'update-index': {
      options:
        '-q -z --add --remove --refresh --really-refresh --again --unmerged --ignore-missing --ignore-submodules --assume-unchanged --no-assume-unchanged --skip-worktree --no-skip-worktree --chmod= --cacheinfo --force-remove --replace --info-only --index-info --stdin --unresolve --verbose --split-index --untracked-cache',
      does: TREES,
      with: {
        '--cacheinfo --again --unresolve': TREES,
        '--stdin --index-info': `${TREES}; unknown files that are named by what is piped in`,
      },
      alone: 'write~ history',
    },
    // They build trees and commits out of parts that are in no file: what a later checkout of them brings is not to be seen.
    'commit-tree, mktree, mktag, unpack-objects': {
      options: '-m= -p= -F< -S? -z -q -n -r --missing --batch --strict --gpg-sign? --no-gpg-sign',
      does: TREES,
    },
    'write-tree, pack-refs, repack, pack-objects, commit-graph write, multi-pack-index write, maintenance run, rerere':
      {
        does: 'write~ history',
        options:
          '-a -d -l -q -z --stdin --all --auto --task= --quiet --reachable --prefix= --missing-ok --prune --no-prune --split? --append --changed-paths',
        values: [['--task', /^prefetch$/, 'connect every remote']],
      },
    'read-tree, checkout-index': {
      options: '-m -u -i -n -q -a -f -v -z --reset --prefix= --force --all --index --quiet --stdin --temp --empty',
      does: `${TREES}; write worktree`,
      with: { '--reset -f --force': 'delete worktree' },
    },
    'fast-import': { does: `${TREES}; delete? history`, lenient: true },
    'fast-export': {
      does: '',
      options: '--all --signed-tags= --tag-of-filtered-object= --anonymize --full-tree --progress=',
      lenient: false,
    },
    'maintenance start, maintenance stop, maintenance register, maintenance unregister': {
      does: 'write schedule git maintenance',
    },
    'credential fill': { does: 'read credentials; connect? the host it is asked about' },
    'credential approve, credential reject, credential-store store, credential-cache': { does: 'write credentials' },
    'credential-store get, credential-store': { does: 'read credentials' },
    'send-email': {
      options:
        '--to= --cc= --bcc= --from= --subject= --annotate --compose --dry-run --smtp-server! --sendmail-cmd! --to-cmd! --cc-cmd!',
      does: 'send message {--to --cc --bcc}',
      operands: 'read',
    },
    'request-pull': { does: 'connect the remote' },
    'instaweb, daemon': { does: 'write service git {path}; execute inline-code {path}' },
    'remote add, remote set-url, remote rename, remote remove, remote rm, remote set-head, remote set-branches': {
      options: '-t= -m= -f --track= --master= --fetch --tags --no-tags --mirror? --add --delete --push -a -d --auto',
      does: 'write repository',
      with: { '-f --fetch -a --auto': 'connect {1}' },
      about: [[/^(?!-)[a-z][a-z0-9+.-]*::/i, 'execute inline-code {*}']],
    },
    'remote show': {
      options: '-n',
      does: 'connect {0}; read? credentials addresses of remotes',
      alone: '',
      instead: { '-n': 'read? credentials addresses of remotes' },
    },
    'remote prune, remote update': { options: '-n --dry-run -p --prune', does: 'connect {0}; write~ history' },
    'lfs install, lfs uninstall, lfs update': {
      options: '--local --force -f --manual --skip-smudge -s --system --worktree --file>',
      does: 'write repository',
    },
    'lfs track, lfs untrack': {
      options: '-l -d --lockable --not-lockable --dry-run --verbose --filename --no-modify-attrs',
      does: 'write @.gitattributes',
    },
    'lfs fetch, lfs pull, lfs clone, lfs checkout, lfs smudge': {
      options: '-I= -X= --include= --exclude= --recent --all --prune',
      does: 'connect {0}; write~ worktree',
      alone: 'connect the remote; write~ worktree',
    },
    'lfs push': { options: '--all --dry-run --object-id', does: 'connect {0}; send commits {0}' },
    'lfs migrate': { does: 'delete history', lenient: true },
    'lfs prune': { options: '--dry-run -d --verbose --force', does: 'delete history' },
    'submodule add': {
      options: '-b= -f -q --branch= --force --name= --reference< --depth= --quiet',
      does: 'connect {0}; write~ history; write repository; write worktree',
    },
    'submodule init, submodule sync, submodule absorbgitdirs, submodule set-url, submodule set-branch': {
      options: '-q --quiet --recursive -b= --branch= -d --default',
      does: 'write repository',
    },
    'submodule update': {
      options:
        '-q -f -N -j= --quiet --init --remote --force --no-fetch --checkout --rebase --merge --recursive --depth= --jobs= --recommend-shallow --no-recommend-shallow --single-branch --no-single-branch --progress --filter= --reference<',
      does: 'connect the submodules’ remotes; write repository; write worktree',
      with: { '-f --force --checkout': 'delete worktree', '--rebase': 'delete history' },
    },
    'submodule deinit': { options: '-f -q --force --all --quiet', does: 'delete worktree {*}' },
  },
};

/** Hooks that a subcommand runs where the repository has them (githooks(5)); `reference-transaction` and the index: any. */
export const HOOKS: { readonly [subcommand: string]: string } = {
  commit: 'pre-commit prepare-commit-msg commit-msg post-commit post-rewrite',
  merge: 'pre-merge-commit prepare-commit-msg commit-msg post-merge',
  pull: 'pre-merge-commit prepare-commit-msg commit-msg post-merge pre-rebase post-checkout post-rewrite',
  checkout: 'post-checkout',
  switch: 'post-checkout',
  worktree: 'post-checkout',
  rebase: 'pre-rebase post-checkout post-rewrite prepare-commit-msg commit-msg post-commit',
  'cherry-pick': 'prepare-commit-msg commit-msg post-commit',
  revert: 'prepare-commit-msg commit-msg post-commit',
  am: 'applypatch-msg pre-applypatch post-applypatch',
  push: 'pre-push',
  gc: 'pre-auto-gc',
  'send-email': 'sendemail-validate',
  bisect: 'post-checkout',
};
export const ANY_HOOKS = 'reference-transaction post-index-change';
