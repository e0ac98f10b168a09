// git as an agent uses it all day, and as one that wants to lose somebody's work, or to have git run a program for it.
import { verifies } from '@castellan/testkit';
import { describe, expect, test } from 'vitest';
import { analyse, isCertain, type World } from './support/world.ts';

const P = '/home/u/project';
const repository: World = { folders: [`${P}/.git`, `${P}/src`] };
const about = (command: string, world: World = repository): readonly string[] =>
  analyse(command, world)
    .filter(
      ({ kind, certainty, resource }) => !(kind === 'execute' && certainty === 'certain' && resource === undefined),
    )
    .map(({ kind, resource, certainty }) => `${kind} ${resource ?? '-'} ${certainty}`);

describe('an ordinary day is certain, and can be taken back', () => {
  test.each([
    'git commit --allow-empty -qm "text"',
    'git add -A',
    'git add . && git commit -m x && git status',
    'git checkout -b new',
    'git checkout main',
    'git switch -c new',
    'git branch new',
    'git branch -d old',
    'git tag v1',
    'git stash',
    'git stash push -m x',
    'git reset HEAD~1',
    'git reset --soft HEAD~1',
    'git restore --staged a',
    'git merge main --no-edit',
    'git revert --no-edit HEAD',
    'git clean -n',
    'git notes add -m x',
    'git -c user.name=x commit -m y',
    'git rm --cached a',
    'git fetch',
    'git pull',
    'git gc',
  ])('%s', (command) => {
    const effects = analyse(command, repository);
    expect([command, isCertain(effects)]).toEqual([command, true]);
    expect(
      effects.filter(({ kind, undoable }) => kind === 'delete' || (kind === 'write' && undoable !== true)),
    ).toEqual([]);
  });
});

describe('what is lost is said', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['git reset --hard', 'delete worktree certain'],
    ['git reset --har HEAD~3', 'delete worktree possible'],
    ['git checkout -- .', 'delete worktree certain'],
    ['git checkout .', 'delete worktree certain'],
    ['git checkout HEAD -- a', 'delete worktree certain'],
    ['git checkout main a', 'delete worktree certain'],
    ['git checkout -f main', 'delete worktree certain'],
    ['git checkout -qf main', 'delete worktree certain'],
    ['git checkout -tf main', 'delete worktree certain'],
    ['git switch --discard-ch main', 'delete worktree possible'],
    ['git restore a', 'delete worktree certain'],
    ['git restore --staged --worktree a', 'delete worktree certain'],
    ['git clean -fdx', 'delete worktree certain'],
    ['git clean -d -f', 'delete worktree certain'],
    ['git stash drop', 'delete history certain'],
    ['git stash clear', 'delete history certain'],
    ['git branch -D x', 'delete history certain'],
    ['git branch -d -f x', 'delete history certain'],
    ['git branch -df x', 'delete history certain'],
    ['git tag -d v1', 'delete history certain'],
    ['git reflog expire --expire=now --all', 'delete history certain'],
    ['git gc --prune=now', 'delete history certain'],
    ['git update-ref -d refs/heads/x', 'delete history certain'],
    ['git filter-branch HEAD', 'delete history certain'],
    ['git fetch origin +a:b', 'delete history certain'],
    ['git push --force', 'delete remote-history certain'],
    ['git push -uf origin main', 'delete remote-history certain'],
    ['git push --forc origin main', 'delete remote-history possible'],
    ['git push --mirr x', 'delete remote-history possible'],
    ['git push origin +main', 'delete remote-history certain'],
    ['git push origin :main', 'delete remote-history certain'],
    ['git push -d origin main', 'delete remote-history certain'],
    ['git push --force-with-lease', 'delete remote-history certain'],
    ['git push origin -- +main', 'delete remote-history certain'],
    ['git -C src push --no-verify -f', 'delete remote-history certain'],
    ['git push origin $BRANCH', 'delete remote-history possible'],
    ['git push origin "$BRANCH"', 'delete remote-history possible'],
    ['git push origin main', 'send commits certain'],
  ];
  test.each(rows)('%s', (command, line) => {
    expect(about(command)).toContain(line);
  });
});

verifies(['P11'], 'a program that git is told to run is never certain', () => {
  const ways = [
    'git -c core.pager=x log',
    'git -ccore.pager=x log',
    'git --config-env=core.pager=X log',
    'git --exec-path=x status',
    'git --git-dir=x status',
    'git --work-tree x status',
    'git -p log',
    'git fetch --upload-pack=x origin',
    'git fetch --upload-p x origin',
    'git clone -u x y',
    'git clone --config core.fsmonitor=x y',
    'git clone -c core.fsmonitor=x y',
    'git clone --template=x y',
    'git clone ext::sh',
    'git fetch ext::sh',
    'git push ext::sh',
    'git remote add o ext::sh',
    'git ls-remote --upload-pack=x y',
    'git push --receive-pack=x',
    'git push --exec=x',
    'git diff --ext-diff',
    'git log --ext-diff -p',
    'git show --textconv',
    'git grep -Oless x',
    'git grep --open-files-in-pager=less x',
    'git difftool -x x',
    'git mergetool',
    'git bisect run ./x',
    'git submodule foreach ls',
    'git rebase -x ls',
    'git rebase --exec ls main',
    'git rebase -i main',
    'git config core.pager x',
    'git config alias.x "!sh"',
    'git config --global core.sshCommand x',
    'git config set diff.x.textconv y',
    'git config --edit',
    'git config include.path x',
    'git config --add filter.x.clean y',
    'git archive --remote=x --exec=y HEAD',
    'git frobnicate',
    'git filter-branch --tree-filter ls',
    'git commit',
    'git tag -a v1',
    'git send-email --sendmail-cmd=x a',
    'git "$x"',
    'git $x status',
    'GIT_PAGER=x git log',
    'git commit -m x --frob',
  ];
  expect(ways.filter((command) => isCertain(analyse(command, repository)))).toEqual([]);
});

verifies(['P11'], 'hooks run where the repository has them', () => {
  const hooked = (hook: string): World => ({ folders: [`${P}/.git`, `${P}/${hook}`] });
  const rows: readonly (readonly [string, string])[] = [
    ['git commit -m x', '.git/hooks/pre-commit'],
    ['git commit -m x', '.husky/commit-msg'],
    ['git checkout main', '.git/hooks/post-checkout'],
    ['git merge x', '.git/hooks/post-merge'],
    ['git push', '.git/hooks/pre-push'],
    ['git rebase main', '.git/hooks/pre-rebase'],
    ['git add a', '.git/hooks/post-index-change'],
  ];
  for (const [command, hook] of rows)
    expect([command, about(command, hooked(hook))]).toEqual([
      command,
      expect.arrayContaining(['execute project-code unknown']),
    ]);
  expect(isCertain(analyse('git commit -m x', hooked('.git/hooks/pre-push')))).toBe(true);
  expect(isCertain(analyse('cd src && git commit -m x', hooked('.git/hooks/pre-commit')))).toBe(false);
});

verifies(['P11'], 'a repository this command has just changed is not trusted', () => {
  const ways = [
    'echo x > .git/config; git status',
    'cp a .git/hooks/pre-commit; git commit -m x',
    'cp -r a .git && git log',
    'echo x >> ~/.gitconfig; git status',
    'mv a HEAD; cd src; git log',
    'cd .. && git status',
    'mkdir src/objects; touch src/HEAD; cd src && git log',
  ];
  expect(
    ways.filter(
      (command) =>
        isCertain(analyse(command, repository)) &&
        !analyse(command, repository).some(({ kind, place }) => kind === 'write' && place === 'home'),
    ),
  ).toEqual([]);
  expect(isCertain(analyse('touch a.txt && git add a.txt && git commit -m x && git status', repository))).toBe(true);
});

test('another version of every file may bring settings of an agent along', () => {
  const world: World = { folders: [`${P}/.git`, `${P}/.claude`] };
  for (const command of ['git checkout main', 'git reset --hard', 'git stash pop', 'git pull', 'git apply x'])
    expect([command, about(command, world)]).toEqual([command, expect.arrayContaining(['change-safety - possible'])]);
  expect(about('git commit -m x', world)).not.toContain('change-safety - possible');
});
