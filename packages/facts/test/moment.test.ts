// One moment: a name is looked at once, so that the same words never lead to two places; the next moment looks afresh.
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFacts } from '@castellan/facts';
import { tempFolder } from '@castellan/testkit';
import { expect, test } from 'vitest';

function makeProject() {
  const root = tempFolder('castellan-moment-');
  const [home, cwd] = [join(root, 'home'), join(root, 'home/project')];
  mkdirSync(join(cwd, 'src'), { recursive: true });
  mkdirSync(join(home, '.config/castellan'), { recursive: true });
  writeFileSync(join(cwd, 'src/a'), 'x');
  const facts = createFacts({ home, stateFolder: join(home, '.config/castellan'), tempFolders: [] });
  return { home, cwd, facts, context: { cwd, workspace: cwd } };
}

test('a link that is put in place between two moments is seen in the second, and in none at all', () => {
  const { home, cwd, facts, context } = makeProject();
  const place = (moment?: object): string =>
    facts.resolvePath('src/a', moment === undefined ? context : { ...context, moment }).place;
  const [first, second] = [{}, {}];
  expect(place(first)).toBe('workspace');
  renameSync(join(cwd, 'src'), join(cwd, 'old'));
  symlinkSync(join(home, '.config/castellan'), join(cwd, 'src'));
  expect(place(first)).toBe('workspace');
  expect(place(second)).toBe('castellan');
  expect(place()).toBe('castellan');
  // Whoever comes back to an earlier one sees the world as it is.
  expect(place(first)).toBe('castellan');
});

test('with a moment and without one the same is said, for links on the way to the working folder too', () => {
  const { home, cwd, facts } = makeProject();
  symlinkSync(cwd, join(home, 'way'));
  symlinkSync('../.config/castellan', join(cwd, 'keys'));
  symlinkSync('loop', join(cwd, 'loop'));
  const words = [
    '.',
    '..',
    'src/a',
    'src/a/b',
    'keys/x',
    'loop/x',
    'new/x',
    '../way/src',
    '/',
    '/proc/self/cwd/src',
    '',
  ];
  for (const folder of [cwd, join(home, 'way'), join(home, 'gone'), join(cwd, 'src/a'), `${cwd}/`, '/proc/self', '/']) {
    const moment = {};
    for (const word of words) {
      const context = { cwd: folder, workspace: cwd };
      expect([folder, word, facts.resolvePath(word, { ...context, moment })]).toEqual([
        folder,
        word,
        facts.resolvePath(word, context),
      ]);
    }
    const { path } = facts.resolvePath('new/x', { cwd: folder, workspace: cwd, moment });
    expect([path, facts.isUndoable(path, moment)]).toEqual([path, facts.isUndoable(path)]);
  }
});
