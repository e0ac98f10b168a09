// What patterns match, held against the real bash; and everything that must not be answered.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createFacts } from '@castellan/facts';
import { verifies } from '@castellan/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeFolder, type Tree } from './support/folder.ts';

function world(tree: Tree) {
  const root = makeFolder({ 'home/.config/castellan': null, ...tree });
  const cwd = `${root}/home/project`;
  const facts = createFacts({ home: `${root}/home`, stateFolder: `${root}/home/.config/castellan`, tempFolders: [] });
  const expand = (pattern: string): readonly string[] | null =>
    facts
      .expandGlob(pattern, { cwd, workspace: cwd })
      ?.map(({ path, place }) => `${path.replace(root, 'ROOT').replace('ROOT/home/project/', '')} ${place}`) ?? null;
  return { root, cwd, facts, expand };
}

const PROJECT: Tree = {
  'home/project/a.md': '',
  'home/project/b.md': '',
  'home/project/.hidden.md': '',
  'home/project/[x].md': '',
  'home/project/ a b.md': '',
  'home/project/src/one.ts': '',
  'home/project/src/two.ts': '',
  'home/project/src/deep/three.ts': '',
  'home/project/src/.git/x.ts': '',
  'home/project/empty': null,
  'home/project/link': { link: 'src' },
  'home/project/out': { link: '../notes' },
  'home/project/broken.md': { link: 'nowhere' },
  'home/notes/n.md': '',
};

verifies(['P11'], 'a pattern becomes what it matches, each where it really leads', () => {
  const { expand } = world(PROJECT);
  expect(expand('[ab].md')).toEqual(['a.md workspace', 'b.md workspace']);
  expect(expand('*/one.ts')).toEqual(['src/one.ts workspace']);
  expect(expand('out/*')).toEqual(['ROOT/home/notes/n.md home']);
  expect(expand('~/no*/*.md')).toEqual(['ROOT/home/notes/n.md home']);
  expect(expand('../*/n.md')).toEqual(['ROOT/home/notes/n.md home']);
  expect(expand('../.config/*')).toEqual(['ROOT/home/.config/castellan castellan']);
  expect(expand('*.none')).toEqual([]);
  expect(expand('broken*')).toEqual(['nowhere workspace']);
});

test('the same names as bash', () => {
  const { cwd, facts } = world(PROJECT);
  const bash = (pattern: string): readonly string[] =>
    execFileSync(
      'bash',
      ['--norc', '-c', 'shopt -s nullglob; for each in $1; do realpath -m -- "$each"; done', '-', pattern],
      {
        cwd,
        env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
        encoding: 'utf8',
      },
    )
      .split('\n')
      .filter((line) => line !== '');
  const patterns =
    '* *.md ?.md [!a]*.md [^a]*.md [a-b].md [z]* [[]x].md [x].md []]* .h* src/* */* */*/* link/* l*k/one.ts src/*/ */ out/* ./*.md src/../*.md //*/nothing */.git/* [a]b]* *[.]md a*d* ??md nowhere/* a.md/* ../n*/*'.split(
      ' ',
    );
  for (const pattern of patterns) {
    const found = facts.expandGlob(pattern, { cwd, workspace: cwd })?.map(({ path }) => path);
    const wanted = [...new Set(bash(pattern))].toSorted();
    // What was quoted is not known, so a bracket may name more.
    const exact = pattern.includes('[') ? found?.filter((path) => wanted.includes(path)) : found;
    expect([pattern, exact?.toSorted()]).toEqual([pattern, wanted]);
  }
});

test('a bracket that was quoted names what its characters name', () => {
  const { expand } = world({ ...PROJECT, 'home/project/[ab]c': '', 'home/project/-c': '', 'home/project/!c': '' });
  // bash: `"[ab]"*`, `["a-b"]c`, `["!"a]c`.
  expect(expand('[ab]*')).toEqual(expect.arrayContaining(['[ab]c workspace', 'a.md workspace']));
  expect(expand('[a-b]c')).toContain('-c workspace');
  expect(expand('[!a]c')).toContain('!c workspace');
});

test('`**` names what it would name in any shell', () => {
  const { expand } = world(PROJECT);
  expect(expand('src/**/*.ts')).toEqual([
    'src/deep/three.ts workspace',
    'src/one.ts workspace',
    'src/two.ts workspace',
  ]);
  expect(expand('**/three.ts')).toEqual(['src/deep/three.ts workspace']);
});

test('what is not answered', () => {
  const { root, cwd, expand } = world(PROJECT);
  for (const pattern of ['\\*.md', '[[:alpha:]].md', '[a-Z]*', '@(a|b).md', '*\0', `${'x'.repeat(5000)}*`, '~nobody/*'])
    expect([pattern, expand(pattern)]).toEqual([pattern, null]);
  mkdirSync(`${root}/many`);
  for (let at = 0; at < 2001; at += 1) writeFileSync(`${root}/many/${at}`, '');
  expect(expand(`${root}/many/*`)).toBe(null);
  symlinkSync('loop', `${cwd}/loop`);
  expect(expand('loop/*')).toBe(null);
  expect(expand(`${'.*/'.repeat(400)}*`)).toBe(null);
  if (process.getuid?.() !== 0) {
    chmodSync(`${cwd}/src`, 0o000);
    expect(expand('src/*')).toBe(null);
    chmodSync(`${cwd}/src`, 0o755);
  }
});

test('any text: never throws, and every match is a path that is there', () => {
  const { facts, cwd } = world(PROJECT);
  const part = fc.constantFrom(
    '*',
    '?',
    '[',
    ']',
    '!',
    '-',
    'a',
    'z',
    '.',
    '..',
    '/',
    '**',
    'src',
    '(',
    '{',
    '^',
    '\\',
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const found = facts.expandGlob(parts.join(''), { cwd, workspace: cwd });
      if (found !== null) for (const { path } of found) expect(path.startsWith('/')).toBe(true);
    }),
    { numRuns: 500 },
  );
});
