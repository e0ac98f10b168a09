// What a review found: ways to have git and package tools read keys, build commits nobody sees, or start code of the project.
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { analyse, isCertain, type World } from './support/world.ts';

const P = '/home/u/project';
const repository: World = { folders: [`${P}/.git`, `${P}/src`] };
const about = (command: string, world: World = repository): readonly string[] =>
  analyse(command, world).map(
    ({ kind, resource, certainty, undoable }) =>
      `${kind} ${resource ?? '-'} ${certainty}${undoable === true ? ' undoable' : ''}`,
  );

verifies(['P11'], 'commits and trees that are put together by hand are no ordinary history', () => {
  const ways = [
    'git update-index --add --cacheinfo 100644,abc,.claude/settings.json',
    'git update-index --cacheinfo 120000,abc,x',
    'git update-index --add x',
    'git update-index --index-info',
    'git apply --cached x.patch',
    'git apply --index x.patch',
    'git mktree',
    'git commit-tree abc -m x',
    'git update-ref refs/heads/main abc',
    'git read-tree abc',
    'git read-tree -u -m abc',
    'git checkout-index -a',
    'git checkout-index -n -f -a',
    'git fast-import',
    'git hash-object -t tree -w x',
    'git hash-object -t commit --stdin -w',
    'git bundle unbundle x',
    'git pull /tmp/x main',
    'git pull ../x',
    'git fetch ./x.bundle main',
    'git pull file:///tmp/x',
  ];
  for (const command of ways)
    expect([command, about(command)]).toEqual([command, expect.arrayContaining(['write history certain'])]);
  expect(about('git update-index -q --refresh')).toEqual(['execute - certain', 'write history certain undoable']);
  const built = 'git update-index --cacheinfo 100644,abc,.claude/settings.json; git stash; git stash pop';
  expect(about(built)).toContain('change-safety - possible');
});

verifies(['P11'], 'a commit that is replaced is still held by the reflog', () => {
  for (const command of ['git commit --amend --no-edit', 'git rebase main', 'git pull --rebase']) {
    expect([command, about(command)]).toEqual([command, expect.arrayContaining(['write history certain undoable'])]);
    expect([command, about(command)]).not.toEqual([
      command,
      expect.arrayContaining([expect.stringMatching(/^delete history/)]),
    ]);
  }
});

verifies(['P11'], 'hooks in the folders that core.hooksPath usually names run', () => {
  for (const folder of ['.githooks', 'hooks', '.hooks', 'tools/git-hooks', 'scripts/git-hooks', '.husky/_'])
    expect([folder, about('git commit -m x', { folders: [`${P}/.git`, `${P}/${folder}/pre-commit`] })]).toEqual([
      folder,
      expect.arrayContaining(['execute project-code unknown']),
    ]);
});

verifies(['P11'], 'a repository that is made apart from its files asks', () => {
  for (const command of [
    'git init --separate-git-dir=x',
    'git clone --separate-git-dir x /tmp/y',
    'git init --template=x',
    'git --git-dir=x status',
    'GIT_DIR=x git status',
  ])
    expect([command, isCertain(analyse(command, repository))]).toEqual([command, false]);
});
