// What can be taken back, with real repositories, and an agent that tries to have its overwriting counted as such.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createFacts } from '@castellan/facts';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeFolder, type Tree } from './support/folder.ts';

const FILES: Tree = { 'repo/a.ts': 'one\n', 'repo/src/b.ts': 'two\n', 'repo/src/deep/grüße.md': 'three\n' };

function repository(...init: readonly string[]) {
  const root = makeFolder(FILES);
  const repo = `${root}/repo`;
  const gitIn = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('git', args, {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        PATH: process.env.PATH,
        HOME: root,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'a',
        GIT_AUTHOR_EMAIL: 'a@b.c',
        GIT_COMMITTER_NAME: 'a',
        GIT_COMMITTER_EMAIL: 'a@b.c',
      },
    });
  const git = (...args: readonly string[]): string => gitIn(repo, ...args);
  git('init', '-q', ...init);
  git('add', '.');
  git('commit', '-qm', 'first');
  const { isUndoable } = createFacts({ home: root, stateFolder: `${root}/state` });
  return { root, repo, git, gitIn, can: (path: string) => isUndoable(path.startsWith('/') ? path : `${repo}/${path}`) };
}

verifies(['P4'], 'what is not there yet, and what version control holds exactly, can be taken back', () => {
  const { repo, root, can } = repository();
  expect(['a.ts', 'src/b.ts', 'src/deep/grüße.md', 'new.ts', 'new/deep/x.ts', `${root}/new`].map(can)).toEqual(
    Array.from({ length: 6 }, () => true),
  );
  writeFileSync(`${repo}/untracked.ts`, 'x');
  expect(['untracked.ts', 'src', '.', '.git', '.git/config', '.git/HEAD', '/dev/null', '/etc/passwd'].map(can)).toEqual(
    Array.from({ length: 8 }, () => false),
  );
});

test('nothing may be made below a file or a link', () => {
  const { repo, can } = repository();
  symlinkSync('/etc', `${repo}/link`);
  expect([can('a.ts/x'), can('link/new'), can('link')]).toEqual([false, false, false]);
});

verifies(['P4'], 'a change that is not stored is lost, whatever the clock of the file says', () => {
  const { repo, can, git } = repository();
  const { mtime, atime } = statSync(`${repo}/a.ts`);
  writeFileSync(`${repo}/a.ts`, 'two\n');
  utimesSync(`${repo}/a.ts`, atime, mtime);
  expect(can('a.ts')).toBe(false);
  git('add', 'a.ts');
  expect(can('a.ts'), 'staged').toBe(true);
  writeFileSync(`${repo}/a.ts`, 'six\n');
  expect(can('a.ts'), 'right after it was staged, with the same length').toBe(false);
  git('checkout', '-q', 'a.ts');
  expect(can('a.ts')).toBe(true);
  appendFileSync(`${repo}/a.ts`, 'x');
  truncateSync(`${repo}/a.ts`, 4);
  expect(can('a.ts'), 'the same bytes again').toBe(true);
});

verifies(['P4'], 'another name, a link or a folder in its place', () => {
  const { root, repo, can } = repository();
  linkSync(`${repo}/a.ts`, `${root}/second-name`);
  expect(can('a.ts')).toBe(false);
  rmSync(`${root}/second-name`);
  expect(can('a.ts')).toBe(true);
  renameSync(`${repo}/a.ts`, `${root}/moved`);
  symlinkSync(`${root}/moved`, `${repo}/a.ts`);
  expect(can('a.ts')).toBe(false);
  rmSync(`${repo}/src/b.ts`);
  mkdirSync(`${repo}/src/b.ts`);
  expect(can('src/b.ts')).toBe(false);
  rmSync(`${repo}/src/b.ts`, { recursive: true });
  execFileSync('mkfifo', [`${repo}/src/b.ts`]);
  expect(can('src/b.ts')).toBe(false);
});

verifies(['P4'], 'an index that promises what was never stored', () => {
  const { repo, can, git } = repository();
  writeFileSync(`${repo}/fake.ts`, 'never stored\n');
  git('update-index', '--add', '--info-only', 'fake.ts');
  expect(can('fake.ts')).toBe(false);
  git('add', 'fake.ts');
  git('update-index', '--add', 'fake.ts');
  git('hash-object', '-w', 'fake.ts');
  expect(can('fake.ts')).toBe(true);
  const hash = git('hash-object', 'a.ts').trim();
  const loose = `${repo}/.git/objects/${hash.slice(0, 2)}/${hash.slice(2)}`;
  chmodSync(loose, 0o644);
  truncateSync(loose, 0);
  expect(can('a.ts')).toBe(false);
});

test('entries that git itself does not look at', () => {
  const { repo, can, git } = repository();
  git('update-index', '--assume-unchanged', 'a.ts');
  git('update-index', '--skip-worktree', 'src/b.ts');
  writeFileSync(`${repo}/later.ts`, '');
  git('add', '--intent-to-add', 'later.ts');
  expect(['a.ts', 'src/b.ts', 'later.ts'].map(can)).toEqual([false, false, false]);
  git('update-index', '--no-assume-unchanged', 'a.ts');
  expect(can('a.ts')).toBe(true);
});

test('a conflict', () => {
  const { repo, can, git } = repository();
  git('checkout', '-qb', 'other');
  writeFileSync(`${repo}/a.ts`, 'other\n');
  git('commit', '-qam', 'other');
  git('checkout', '-q', '-');
  writeFileSync(`${repo}/a.ts`, 'mine\n');
  git('commit', '-qam', 'mine');
  expect(() => git('merge', 'other')).toThrow();
  expect([can('a.ts'), can('src/b.ts')]).toEqual([false, true]);
});

test('filters: where the stored bytes are others, the file is not held as it is', () => {
  const { repo, can, git } = repository();
  writeFileSync(`${repo}/.gitattributes`, '*.txt text eol=crlf\n');
  writeFileSync(`${repo}/c.txt`, 'one\r\ntwo\r\n');
  git('add', '.');
  git('commit', '-qm', 'text');
  expect(git('status', '--porcelain')).toBe('');
  expect([can('c.txt'), can('.gitattributes')]).toEqual([false, true]);
});

test('every version of the index, packs, work trees, submodules', () => {
  const { root, repo, can, git, gitIn } = repository();
  for (let at = 0; at < 300; at += 1) writeFileSync(`${repo}/src/deep/${'n'.repeat(at)}.ts`.slice(0, 200), `${at}`);
  git('add', '.');
  git('commit', '-qm', 'many');
  const some = ['a.ts', 'src/b.ts', 'src/deep/grüße.md', 'src/deep/nnn.ts', 'src/deep/nnnnnnnnnnnnnnnnnn.ts'];
  for (const version of ['2', '3', '4']) {
    git('update-index', '--index-version', version);
    expect([version, some.map(can), can('src/deep/nn')]).toEqual([version, some.map(() => true), true]);
  }
  git('gc', '-q', '--prune=now');
  expect(readdirSync(`${repo}/.git/objects`)).toContain('pack');
  expect(some.map(can)).toEqual(some.map(() => true));
  git('worktree', 'add', '-q', `${root}/second`);
  expect(can(`${root}/second/a.ts`)).toBe(true);
  writeFileSync(`${root}/second/a.ts`, 'changed');
  expect([can(`${root}/second/a.ts`), can('a.ts')]).toEqual([false, true]);
  gitIn(root, 'clone', '-q', '--shared', repo, `${root}/borrowing`);
  expect(can(`${root}/borrowing/src/b.ts`)).toBe(true);
  git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', `${root}/borrowing`, 'sub');
  expect(can('sub/a.ts')).toBe(true);
});

test('other hashes, and an index that is damaged', () => {
  const other = repository('--object-format=sha256');
  expect(other.can('a.ts')).toBe(false);
  const { repo, can } = repository();
  const index = readFileSync(`${repo}/.git/index`);
  fc.assert(
    fc.property(fc.nat(index.length - 1), fc.nat(255), fc.nat(index.length), (at, byte, length) => {
      const damaged = Buffer.from(index.subarray(0, length));
      if (at < length) damaged[at] = byte;
      writeFileSync(`${repo}/.git/index`, damaged);
      expect(typeof can('src/b.ts')).toBe('boolean');
      expect(can('src/missing.ts')).toBe(true);
    }),
    { numRuns: 200 },
  );
  rmSync(`${repo}/.git/index`);
  expect(can('a.ts')).toBe(false);
  execFileSync('mkfifo', [`${repo}/.git/index`]);
  expect(can('a.ts')).toBe(false);
  for (const text of ['', 'relative', '/a\0b', `/${'x'.repeat(5000)}`])
    expect(can(text === '' ? '/' : text)).toBeDefined();
});

test('quick', () => {
  const { can } = repository();
  const times = Array.from({ length: 500 }, () => {
    const start = performance.now();
    can('src/b.ts');
    return performance.now() - start;
  }).sort((a, b) => a - b);
  process.stderr.write(`isUndoable: p50 ${((times[250] ?? 0) * 1000).toFixed(0)} µs\n`);
  expect(times[250]).toBeLessThan(3);
});
