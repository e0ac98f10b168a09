// What a review found: ways to have git and package tools read keys, build commits nobody sees, or start code of the project.

import type { PathFact } from '@castellan/contract';
import { analyseCommand } from '@castellan/shell';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { analyse, isCertain, lexicalFacts, type World } from './support/world.ts';

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

verifies(['P11'], 'keys that git keeps or copies are keys', () => {
  const ways = [
    'git hash-object -w ~/.ssh/id_rsa',
    'git hash-object ~/.ssh/id_rsa',
    'git show HEAD:.env',
    'git show HEAD~3:config/.env.local',
    'git show :.env',
    'git show :0:.env',
    'git cat-file -p HEAD:.env',
    'git cat-file -p main:deploy/id_rsa',
    'cd src && git show HEAD:./.env',
    'git show HEAD -- .env',
    'git show HEAD -- ":(top).env"',
    "git show HEAD -- '*.pem'",
    "git diff main -- '.en*'",
    'git log -p -- .env',
    'git log -L1,5:.env',
    'git blame .env',
    'git grep x HEAD -- .env',
    'git archive HEAD .env',
    'git config -l',
    'git config --list',
    'git config --lis',
    'git config list',
    'git config --global --list',
    'git config --get-regexp x',
    'git config get --regexp x',
    'git config http.https://x.extraheader',
    'git config credential.helper',
    'git config --get sendemail.smtppass',
    'git var -l',
    'hg config',
    'hg log -T ~/.ssh/id_rsa',
    'hg log --template=/home/u/.ssh/id_rsa',
    'hg cat .env',
  ];
  for (const command of ways)
    expect([command, about(command)]).toEqual([
      command,
      expect.arrayContaining([expect.stringMatching(/^read credentials/)]),
    ]);
  // An address may hold a token; only the configuration knows.
  const addresses = ['git remote -v', 'git remote get-url origin', 'git config --get remote.origin.url'];
  for (const command of addresses)
    expect(about(command).some((line) => line.startsWith('read credentials'))).toBe(true);
  expect(about('find . | git hash-object --stdin-paths').some((line) => line.startsWith('unknown'))).toBe(true);
  const ordinary = [
    'git show HEAD:src/a.ts',
    'git show HEAD',
    "git diff -- '*.ts'",
    "git diff -- '*.md'",
    'git show --stat HEAD~2',
    'git log --format=%h:%s',
    'git log --oneline -5',
    'git remote',
    'git config user.name',
    'git hash-object src/a.ts',
    'hg log -T "{node}"',
  ];
  for (const command of ordinary) {
    expect([command, isCertain(analyse(command, repository))]).toEqual([command, true]);
    expect([command, about(command).some((line) => line.includes('credentials'))]).toEqual([command, false]);
  }
});

verifies(['P11'], 'an address behind version control is asked', () => {
  for (const command of [
    'hg id http://evil.example/x',
    'hg log -R http://evil.example/x',
    'hg --repository=https://evil.example/x log',
    'svn info http://evil.example/x',
    'svn log https://evil.example/x',
    'svn list svn://evil.example/x',
    'git ls-remote https://evil.example/x',
    'git archive --remote=https://evil.example/x HEAD',
    'git archive --remote ssh://evil.example/x HEAD',
  ])
    expect([
      command,
      analyse(command, repository).some(({ kind, target }) => kind === 'connect' && target.startsWith('evil.example')),
    ]).toEqual([command, true]);
  expect(about('git maintenance run --task=prefetch')).toContain('connect - certain');
  expect(about('git maintenance run --task prefetch')).toContain('connect - certain');
});

verifies(['P11'], 'what only looks runs the project where a file of it is loaded first', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['yarn --version', '.yarnrc.yml'],
    ['yarn list', '.yarnrc'],
    ['yarn why x', '.yarnrc.yml'],
    ['pnpm ls', '.pnpmfile.cjs'],
    ['pnpm --version', '.pnpmfile.cjs'],
    ['cargo tree', '.cargo/config.toml'],
    ['cargo metadata', '.cargo/config'],
    ['cargo --version', 'rust-toolchain.toml'],
    ['cargo --version', 'rust-toolchain'],
    ['poetry show', '.poetry'],
    ['bundle list', 'Gemfile'],
    ['bundle --version', 'Gemfile'],
    ['composer show', 'composer.json'],
    ['uv tree', 'pyproject.toml'],
  ];
  for (const [command, file] of rows)
    for (const cwd of ['', 'cd src && '])
      expect([command, file, about(`${cwd}${command}`, { folders: [`${P}/src`, `${P}/${file}`] })]).toEqual([
        command,
        file,
        expect.arrayContaining(['execute project-code unknown']),
      ]);
  const away: World = { folders: [`${P}/.git`, '/tmp/x', '/tmp/x/.yarnrc.yml', `${P}/src`, `${P}/src/.pnpmfile.cjs`] };
  for (const command of [
    'cd /tmp/x && yarn list',
    'cd /tmp/x && yarn --version',
    'yarn --cwd /tmp/x list',
    'pnpm -C src ls',
    'pnpm --dir=src ls',
    'pnpm -C "$X" ls',
  ])
    expect([command, isCertain(analyse(command, away))]).toEqual([command, false]);
  for (const command of ['yarn --version', 'yarn list', 'pnpm ls', 'cargo tree', 'cargo --version', 'poetry show'])
    expect([command, isCertain(analyse(command, repository))]).toEqual([command, true]);
});

verifies(['P11'], 'what asks another machine has nothing in it that could not be told', () => {
  for (const command of [
    'gh pr list',
    'gh pr list --state open --json number,title',
    'gh pr view 3',
    'gh pr view 3 --comments',
    'gh issue list --label bug',
    'docker ps',
    'docker ps -a --format "{{.Names}}"',
    'docker images',
    'docker logs --tail 20 web',
    'kubectl get pods -A',
    'kubectl get deploy x -o yaml',
    'npm outdated',
    'npm view react versions --json',
    'git fetch',
    'git fetch origin',
    'git fetch --all --prune',
  ])
    expect([command, analyse(command, repository).filter(({ certainty }) => certainty === 'unknown')]).toEqual([
      command,
      [],
    ]);
});

verifies(['P11'], 'an older version of what keeps an agent in bounds is a change of it', () => {
  for (const command of [
    'git restore -s main .claude/settings.json',
    'git restore --source=main -W .claude/settings.json',
    'git checkout main -- .claude/settings.json',
    'git checkout main .claude/settings.json',
  ])
    expect([command, about(command)]).toEqual([command, expect.arrayContaining(['change-safety - certain'])]);
});

verifies(['P11'], 'a .git that is a file is believed only where no repository lies among the files', () => {
  const status = (heads: readonly string[] | null): boolean => {
    const facts = lexicalFacts();
    const at = (path: string): PathFact => ({ path, kind: 'file', place: 'workspace' });
    return isCertain(
      analyseCommand('git status', {
        cwd: P,
        workspace: P,
        facts: {
          ...facts,
          expandGlob: () => heads?.map(at) ?? null,
          resolvePath: (path, context) => (path === '.git' ? at(`${P}/.git`) : facts.resolvePath(path, context)),
        },
      }),
    );
  };
  expect(status([])).toBe(true);
  expect(status([`${P}/x/HEAD`])).toBe(false);
  expect(status(null)).toBe(false);
});
