// A bundle is run only while nothing that it was made of is newer: whatever else is wrong, the sources run.
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';
import { arePagesFresh, areProgramsFresh } from '../src/bundles.ts';

const MADE = [
  'packages/daemon/dist/main.js',
  'packages/cli/dist/main.js',
  'packages/sandbox/dist/main.cjs',
  'packages/sandbox/dist/workspace.cjs',
  'packages/web/dist/index.html',
];
const SOURCES = [
  'package-lock.json',
  'tools/bundle.ts',
  'tools/lib/web-build.ts',
  'packages/daemon/src/main.ts',
  'packages/daemon/src/deep/below/part.ts',
  'packages/shell/src/words.ts',
  'packages/web/src/pages/page.tsx',
  'packages/web/index.html',
  'packages/web/public/icon.svg',
];

/** Sources of an hour ago, and bundles of now. */
function workspace() {
  const root = `${tempFolder()}/`;
  const at = (file: string, minutes: number): void => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
    const then = Date.now() / 1000 - minutes * 60;
    utimesSync(join(root, file), then, then);
  };
  for (const file of SOURCES) at(file, 60);
  for (const file of MADE) at(file, 30);
  return { root, at, fresh: () => [areProgramsFresh(root), arePagesFresh(root)] };
}

test('bundles that are newer than all they were made of are fresh', () => {
  expect(workspace().fresh()).toEqual([true, true]);
});

test.each([
  ['packages/daemon/src/deep/below/part.ts', false, true],
  ['packages/daemon/src/new/added.ts', false, true],
  ['packages/facts/src/new.ts', false, true],
  ['packages/shell/src/words.ts', false, false],
  ['packages/web/src/pages/page.tsx', true, false],
  ['packages/web/public/icon.svg', true, false],
  ['package-lock.json', false, false],
  ['tools/bundle.ts', false, true],
  ['tools/lib/web-build.ts', true, false],
  // Written in the very moment in which the bundle was: nobody knows which was first.
  ['packages/daemon/src/main.ts', false, true, 30],
] satisfies readonly (readonly [file: string, programs: boolean, pages: boolean, minutes?: number])[])(
  '%s changed: programs fresh %s, pages fresh %s',
  (file, programs, pages, minutes = 0) => {
    const made = workspace();
    made.at(file, minutes);
    expect(made.fresh()).toEqual([programs, pages]);
  },
);

test.each(MADE)('without %s its kind is not there', (file) => {
  const made = workspace();
  rmSync(join(made.root, file));
  expect(made.fresh()).toEqual(file.includes('web') ? [true, false] : [false, true]);
});
