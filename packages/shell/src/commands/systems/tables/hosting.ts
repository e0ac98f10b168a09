// Where code is hosted: gh, glab, hub, tea; Subversion, Mercurial, jj. What is posted there others read.
import type { Tool, Verb } from '../table.ts';

const HOST = 'api.github.com';
const COMMON = '-R= --repo= -q= -t= --jq= --template= --json= -w --web -L= --limit= --hostname=';
const WEB = 'execute inline-code the browser that is configured';

const hosting = (host: string, pull: string): Tool['verbs'] => {
  const asks: Verb = {
    options:
      '-s= -l= -a= -A= -S= -B= -H= -b= -e= -u= -f -c -F= -P= -M -d -n= -o= --state= --label= --assignee= --author= --search= --base= --head= --branch= --event= --user= --comments --name-only --patch --color= --watch --required --fail-fast --interval= --status= --workflow= --log --log-failed --job= --attempt= --exit-status --verbose -v --all --created= --commit= --sort= --order= --merged --draft --org= --owner= --visibility= --language= --topic= --source --fork --archived --no-archived --mention= --milestone= --app= --repo= --group= --per-page= --page= --output= --closed --opened --reviewer= --ref= --active --show-all -p --raw --yaml -r= --pattern= --dir> -D> --clobber --skip-existing --archive= -O> --oneline --no-color --include-content --filename= --extension= --match= --size= --checks= --review= --review-requested= --involves= --updated= --closed= --created= --draft? --locked --number= --project= --conflict-status --files',
    does: `connect ${host}`,
    with: { '-w --web': WEB },
  };
  const issue: Verb = {
    does: `send issue {path} {*}; connect ${host}`,
    lenient: true,
    options: '-F< --body-file< -w --web -e --editor -d --description=',
    with: { '-e --editor': 'execute inline-code the editor that is configured' },
  };
  return {
    [`${pull} list, ${pull} ls, ${pull} view, ${pull} show, ${pull} diff, ${pull} status, ${pull} checks, issue list, issue ls, issue view, issue show, issue status, repo list, repo view, run list, run view, run watch, workflow list, workflow view, release list, release view, gist list, gist view, label list, search repos, search issues, search prs, search code, search commits, status, org list, auth status, project list, project view, project item-list, project field-list, ruleset list, ruleset view, ruleset check, cache list, secret list, variable list, variable get, ssh-key list, gpg-key list, extension list, extension search, repo deploy-key list, codespace list, attestation verify, repo license list, repo gitignore list, issue develop --list, ci list, ci status, ci view, pipeline list, ci trace, ci get, user events, label get, milestone list, schedule list`]:
      asks,
    'version, help, completion, config get, config list, alias list': { does: '' },
    [`${pull} create, ${pull} new, ${pull} comment, ${pull} note, ${pull} edit, ${pull} update, ${pull} close, ${pull} reopen, ${pull} ready, ${pull} review, ${pull} approve, ${pull} lock, ${pull} unlock, ${pull} update-branch, issue create, issue new, issue comment, issue note, issue edit, issue update, issue close, issue reopen, issue transfer, issue pin, issue unpin, issue lock, issue unlock, issue develop, discussion create, label create, label edit, label clone, milestone create, release create, release upload, release edit, project create, project edit, project item-add, project item-create, project item-edit, project link, project close, project copy, project field-create, workflow run, run rerun, ci run, ci retry, ci trigger, workflow enable, workflow disable, run cancel, ci cancel`]:
      issue,
    [`${pull} merge, ${pull} accept`]: {
      ...issue,
      does: `send issue {path} {*}; write remote-history {*}; connect ${host}`,
      options:
        '-d -s -m -r -b= -t= -F< --delete-branch --admin --auto --squash --merge --rebase --body= --subject= --body-file< --yes -y --match-head-commit= --remove-source-branch',
      with: { '-d --delete-branch --remove-source-branch': 'delete remote-history {*}', '--admin': 'escalate {tool}' },
      lenient: false,
    },
    [`${pull} checkout, ${pull} co`]: {
      does: `connect ${host}; write~ history; write~ worktree`,
      options: '-b= -f --branch= --force --detach --recurse-submodules',
      with: { '-f --force': 'delete worktree' },
    },
    'issue delete, repo delete, release delete, release delete-asset, run delete, cache delete, label delete, project delete, project item-delete, project item-archive, project field-delete, gist delete, secret delete, secret remove, variable delete, ssh-key delete, gpg-key delete, repo deploy-key delete, codespace delete, extension remove, ci delete, milestone delete, repo archive, org delete, environment delete, schedule delete, repo autolink delete':
      { does: `delete cloud {path} {*}; connect ${host}`, lenient: true },
    'repo create, repo edit, repo rename, repo fork, repo unarchive, repo set-default, repo sync, repo transfer, repo deploy-key add, ssh-key add, gpg-key add, variable set, codespace create, codespace edit, repo autolink create, project mark-template, repo mirror, repo contributors, repo publish, user, cluster, deploy-key add, schedule create':
      {
        does: `write cloud {path} {*}; connect ${host}`,
        lenient: true,
        options: '--force --push -s< --source<',
        with: { '--force': 'delete remote-history {*}', '--push': 'send commits {*}' },
      },
    'gist create, gist edit, gist clone, snippet create, gist rename': {
      does: `send page {path} {*}; connect ${host}`,
      operands: 'read',
      lenient: true,
    },
    'secret set': { does: `write cloud {path} {*}; send api ${host}`, lenient: true },
    'repo clone': { does: `connect ${host}; write @{1}`, lenient: true },
    'release download, run download, repo archive download': { does: `connect ${host}; write @.`, lenient: true },
    'auth token, config get token, auth setup-git, auth git-credential': {
      does: 'read credentials {path}',
      lenient: true,
    },
    'auth login, auth logout, auth refresh, auth switch': {
      does: `write credentials {path}; connect ${host}`,
      lenient: true,
    },
    'auth status --show-token': { does: 'read credentials {path}' },
    'config set, alias set, alias delete, alias import':
      'write @~/.config/gh/config.yml; execute inline-code {path} {*}',
    'extension install, extension upgrade, extension exec, codespace ssh, codespace cp, codespace jupyter, copilot, models, preview, browse, agent-task create':
      { does: 'execute downloaded-code {path} {*}', lenient: true },
  };
};
export const GH: Tool = { options: COMMON, verbs: hosting(HOST, 'pr') };
export const GLAB: Tool = { options: COMMON, verbs: hosting('gitlab.com', 'mr') };
export const HUB: Tool = {
  verbs: {
    'pr list, pr show, issue, issue show, release, release show, ci-status, browse': {
      does: `connect ${HOST}`,
      lenient: true,
    },
    delete: { does: `delete cloud {*}; connect ${HOST}`, lenient: true },
    'release delete': { does: `delete cloud {*}; connect ${HOST}`, lenient: true },
    'create, fork, pull-request, issue create, issue update, release create, release edit, gist create, pr checkout, pr merge, api, sync':
      { does: `send issue {path} {*}; connect ${HOST}`, lenient: true },
  },
};

export const SVN: Tool = {
  abbreviates: true,
  urls: true,
  options:
    '-q -v -r= -m= -F< -N -R --quiet --verbose --revision= --message= --file< --depth= --recursive --non-recursive --non-interactive --username= --password= --no-auth-cache --xml --incremental --limit= -l= -c= --change= --stop-on-copy --config-dir! --config-option! --editor-cmd! --diff-cmd! --diff3-cmd!',
  verbs: {
    'status, stat, st, info, help, proplist, pl, propget, pg, pget': '',
    'log, diff, di, blame, praise, annotate, ann, cat, list, ls': { does: 'connect? the repository' },
    'update, up, switch, sw, checkout, co, export': {
      options: '--force',
      does: 'connect the repository; write worktree',
    },
    'revert, cleanup': { options: '--remove-unversioned --remove-ignored', does: 'delete worktree {*}' },
    'delete, del, remove, rm': { options: '--force --keep-local', does: 'delete worktree {*}' },
    'add, move, mv, rename, ren, copy, cp, mkdir, merge, resolve, resolved, propset, pset, ps, propdel, pd, changelist, cl, patch, relocate, upgrade, lock, unlock':
      { options: '--force --parents --accept=', does: 'write worktree {*}' },
    'commit, ci, import': { does: 'connect the repository; send commits the repository' },
  },
};
export const HG: Tool = {
  abbreviates: true,
  urls: true,
  options:
    '-R! -q -v -y -r= -m= -l= -p -g -u= -b= -n -a -A --repository! --cwd! --quiet --verbose --noninteractive --rev= --message= --limit= --patch --stat --git --user= --date= -d= --branch= --template< -T< --config! --debugger! --pager=',
  verbs: {
    'status, st, log, history, summary, sum, parents, branch, branches, tags, heads, identify, id, files, manifest, root, tip, version, help, grep, bookmarks, phase, resolve -l':
      { operands: 'text' },
    'diff, annotate, blame, cat': { operands: 'read' },
    // `[auth]` holds passwords, and so may an address.
    'paths, showconfig, config': { does: 'read credentials settings of hg' },
    'outgoing, out, incoming, in': { does: 'connect the repository' },
    'add, addremove, commit, ci, tag, bookmark, graft, merge, rename, mv, copy, cp, unshelve, shelve, import, backout, resolve, histedit, rebase, amend, uncommit, evolve':
      {
        does: 'write history; write worktree',
        options: '--amend --close-branch --abort --continue --keep --base= --source= -s=',
        with: { '--amend --abort': 'delete history' },
      },
    'update, up, checkout, co': {
      does: 'write~ history; write~ worktree',
      options: '-C -c --clean --check',
      with: { '-C --clean': 'delete worktree' },
    },
    'revert, purge, clean, remove, rm, forget': {
      options: '--all --no-backup -C --force -f',
      does: 'delete worktree {*}',
    },
    'strip, rollback, prune, qdelete': { options: '--force -f --keep', does: 'delete history' },
    push: {
      options: '-f --force --new-branch -B=',
      does: 'connect the repository; send commits the repository',
      with: { '-f --force': 'delete remote-history' },
    },
    'pull, clone, fetch': {
      options: '-f --update --rebase --ssh! -e! --remotecmd!',
      does: 'connect the repository; write~ history; write~ worktree',
    },
    'serve, debugshell, bisect, email, fold': { does: 'execute inline-code', lenient: true },
  },
};
export const JJ: Tool = {
  verbs: {
    'log, status, st, diff, show, file show, file list, op log, operation log, bookmark list, git remote list, config list, config get, version, help, workspace list, evolog, interdiff':
      { does: '', lenient: true },
    'git push': {
      does: 'connect the repository; send commits the repository',
      lenient: true,
      options: '--deleted --force',
      with: { '--deleted': 'delete remote-history' },
    },
    'abandon, op restore, op abandon, restore, bookmark delete, bookmark forget, undo': {
      does: 'delete history {*}',
      lenient: true,
    },
    'git fetch, git clone': { does: 'connect the repository; write~ history', lenient: true },
    '*, * *': { does: 'write~ history {*}', lenient: true },
  },
};
