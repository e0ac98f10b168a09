// Whether addresses of remotes can be shown: in repositories that git itself made.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { createFacts } from '../src/index.ts';

function repository() {
  const root = tempFolder();
  const [home, repo] = [join(root, 'home'), join(root, 'repo')];
  mkdirSync(home);
  const env = { PATH: process.env.PATH ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repo, env, encoding: 'utf8' });
  mkdirSync(join(repo, 'below'), { recursive: true });
  git('init', '-q');
  const facts = createFacts({ home, stateFolder: join(root, 'state') });
  return { home, repo, git, bare: (folder = repo) => facts.addressesAreBare(folder) };
}

test('addresses without anybody’s name or password are bare, from every folder of the work tree', () => {
  const { repo, git, bare } = repository();
  git('remote', 'add', 'origin', 'https://example.org/a.git');
  git('remote', 'add', 'mirror', 'git@example.org:a.git');
  git('remote', 'add', 'other', 'ssh://git@example.org/a.git');
  expect([bare(), bare(join(repo, 'below'))]).toEqual([true, true]);
});

for (const address of ['https://user:pass@example.org/a.git', 'https://t0ken@example.org/a.git', 'ssh://me:pw@h/a'])
  test(`${address} is not`, () => {
    const { git, bare } = repository();
    git('remote', 'add', 'origin', address);
    expect(bare()).toBe(false);
  });

test('a password that the user’s own settings put in, an include, a linked file, no repository: not', () => {
  const own = repository();
  writeFileSync(
    join(own.home, '.gitconfig'),
    '[url "https://t0ken@example.org/"]\n  insteadOf = https://example.org/\n',
  );
  expect(own.bare()).toBe(false);
  const including = repository();
  including.git('config', 'include.path', '/somewhere');
  expect(including.bare()).toBe(false);
  const linked = repository();
  symlinkSync('/etc/hostname', join(linked.home, '.gitconfig'));
  expect(linked.bare()).toBe(false);
  expect(linked.bare(tempFolder())).toBe(false);
});
