// Paths of commands in a real world: patterns that were looked up, keys below a folder, and writes that can be taken back.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Effect } from '@castellan/contract';
import { createFacts } from '@castellan/facts';
import { analyseCommand } from '@castellan/shell';
import { verifies } from '@castellan/testkit';
import { afterAll, expect, test } from 'vitest';

const root = realpathSync(mkdtempSync(`${tmpdir()}/castellan-paths-`));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const home = `${root}/home`;
const workspace = `${home}/project`;

const put = (path: string, text = 'x\n'): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
for (const name of ['a.md', 'b.md', '.hidden.md', 'src/one.ts', 'src/two.ts', '.env', 'docs/key.pem', 'docs/text.md'])
  put(`${workspace}/${name}`);
put(`${home}/.ssh/id_ed25519`);
put(`${home}/.bashrc`);
put(`${home}/notes/n.md`);
put(`${home}/.config/castellan/config.yaml`);
symlinkSync('../notes', `${workspace}/out`);
symlinkSync('../.ssh', `${workspace}/keys`);
for (let at = 0; at < 60; at += 1) put(`${workspace}/many/${at}.txt`);
const git = (...args: readonly string[]): void => {
  const env = { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1' };
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], {
    cwd: workspace,
    env,
    stdio: 'ignore',
  });
};
git('init', '-q');
git('add', 'a.md', 'src');
git('commit', '-qm', 'x');
writeFileSync(`${workspace}/src/two.ts`, 'changed\n');

const facts = createFacts({ home, stateFolder: `${home}/.config/castellan`, tempFolders: [`${root}/tmp`] });
const analyse = (command: string): readonly Effect[] => analyseCommand(command, { cwd: workspace, workspace, facts });
const short = (path: string): string => path.replace(`${workspace}/`, '').replace(root, 'ROOT');
const lines = (command: string): readonly string[] =>
  analyse(command)
    .filter(({ kind }) => kind !== 'execute')
    .map(({ kind, target, certainty, resource, undoable, recursive }) =>
      [kind, short(target), certainty, resource, undoable === true ? 'undoable' : '', recursive === true ? 'below' : '']
        .filter(Boolean)
        .join(' '),
    );

verifies(['P11'], 'a pattern that was looked up is certain, wherever its matches lead', () => {
  expect(lines('cat *.md')).toEqual(['read a.md certain', 'read b.md certain']);
  expect(lines('cat out/*')).toEqual(['read ROOT/home/notes/n.md certain']);
  expect(lines('cat keys/*')).toEqual(['read ROOT/home/.ssh/id_ed25519 certain credentials']);
  expect(lines('cat .e*')).toEqual(['read .env certain credentials']);
  expect(lines('cat docs/*')).toEqual(['read docs/key.pem certain credentials', 'read docs/text.md certain']);
  expect(lines('cat ../.c*/castellan/*').some((line) => line.startsWith('change-safety'))).toBe(true);
  expect(lines('ls ../.*/castellan').some((line) => line.startsWith('change-safety'))).toBe(true);
});

test('a bracket that was quoted, and what is made before a pattern is expanded', () => {
  put(`${workspace}/odd/[a]x`);
  symlinkSync(`${home}/.ssh/id_ed25519`, `${workspace}/odd/[a]y`);
  expect(lines(`cat odd/"["a]*`)).toContain('read ROOT/home/.ssh/id_ed25519 certain credentials');
  expect(
    lines('ln -s ~/.ssh/id_ed25519 new.md; cat *.md').filter(
      (line) => line.startsWith('read ') && line.includes(' certain'),
    ),
  ).not.toContain('read a.md certain');
});

test('many matches stand together, and what is more than a file does not hide among them', () => {
  expect(lines('cat m?ny/*')).toEqual(['read many certain']);
  put(`${workspace}/many/id_rsa`);
  expect(lines('cat m?ny/*')).toEqual(['read many certain', 'read many/id_rsa certain credentials']);
  rmSync(`${workspace}/many/id_rsa`);
  expect(analyse('cat m?ny/*').find(({ kind }) => kind === 'read')?.note).toContain('60');
});

verifies(['G-C01'], 'a search through everything above keys may read them; names alone show none', () => {
  expect(lines('grep -r x ~')).toContain('read ROOT/home/.ssh possible credentials');
  expect(lines('grep -r x ~')).toContain('read ROOT/home/.bashrc possible shell-startup');
  expect(lines('grep -r x /').some((line) => line.includes('possible credentials'))).toBe(true);
  expect(lines('find ~ -name x').join()).not.toContain('credentials');
  expect(lines('grep -r x .')).toEqual(['read ROOT/home/project certain below']);
  expect(lines('ls ~/.ssh')).toEqual(['read ROOT/home/.ssh certain names']);
  expect(lines('cat ~/.ssh/id_ed25519')).toEqual(['read ROOT/home/.ssh/id_ed25519 certain credentials']);
  expect(lines('frobnicate --with=~/.ssh/id_ed25519 ../.ssh/id_ed25519')).toContain(
    'read ROOT/home/.ssh/id_ed25519 possible credentials',
  );
});

verifies(['P4'], 'a write can be taken back where nothing is there, or version control holds what is', () => {
  expect(lines('echo x > new.ts')).toEqual(['write new.ts certain undoable']);
  expect(lines('echo x > src/one.ts')).toEqual(['write src/one.ts certain undoable']);
  expect(lines('echo x > src/two.ts')).toEqual(['write src/two.ts certain']);
  expect(lines('echo x > b.md')).toEqual(['write b.md certain']);
  expect(lines('echo x > .git/hooks/pre-commit')[0]).toContain('certain repository');
  expect(lines('echo x >> ~/.bashrc')).toEqual(['write ROOT/home/.bashrc certain shell-startup']);
  expect(lines('echo x > ~/new')).toEqual(['write ROOT/home/new certain undoable']);
  expect(lines('rm -r src/one.ts')).toEqual(['delete src/one.ts certain undoable']);
  expect(lines('rm src/two.ts')).toEqual(['delete src/two.ts certain']);
  expect(lines('echo x >> src/one.ts; rm src/one.ts')).toContain('delete src/one.ts certain undoable');
  expect(lines('mv src/two.ts new.ts')).toContain('delete src/two.ts certain undoable');
  expect(lines('mv src/two.ts b.md')).toContain('delete src/two.ts certain');
  expect(lines('cd; mkdir b.*')).toEqual(expect.arrayContaining(['write ROOT/home/b.* certain undoable']));
  // What was moved there is nowhere else.
  expect(lines('mv src/two.ts new.ts; echo x > new.ts')).toContain('write new.ts certain');
  expect(lines('mv src/two.ts new.ts; mv b.md new.ts')).not.toContain('write new.ts certain');
  expect(lines('rm -r src')).toEqual(['delete src certain below']);
});

verifies(['P11'], 'a match that is an option counts in every folder the shell may be in', () => {
  put(`${workspace}/opt/--compress-program=sh`);
  put(`${workspace}/opt/a.txt`);
  put(`${workspace}/resp/@x`);
  symlinkSync('a.md', `${workspace}/src/-link`);
  const certain = (command: string): boolean => analyse(command).every((effect) => effect.certainty === 'certain');
  const ways = [
    'cd opt; sort *',
    'cd opt && sort *',
    'if x; then cd opt; fi; sort ?*',
    'cd opt; cat [-a]*',
    'cd opt; sort -*',
    'cd src; cat *',
    'cd resp; strings *',
    'cd resp && strings ?x',
  ];
  expect(ways.filter(certain)).toEqual([]);
  expect(certain('cd opt; cat ./*')).toBe(true);
  expect(certain('cd resp; cat *')).toBe(true);
  rmSync(`${workspace}/opt`, { recursive: true });
  rmSync(`${workspace}/resp`, { recursive: true });
  rmSync(`${workspace}/src/-link`);
});
