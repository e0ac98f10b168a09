// The agent that plants a link or a name, and then has a tool open everything it finds: what lies below a folder is looked up
// before it counts as staying there.
import type { Effect, Facts, PathFact } from '@castellan/contract';
import { analyseCommand } from '@castellan/shell';
import { verifies } from '@castellan/testkit';
import { expect } from 'vitest';
import { isCertain, lexicalFacts, WORKSPACE } from './support/world.ts';

/** Files below the workspace; a value is where a link leads. */
function tree(files: { readonly [path: string]: string | undefined }): Facts {
  const full = Object.keys(files).map((path) => `${WORKSPACE}/${path}`);
  const base = lexicalFacts({
    folders: full.flatMap((path) => [...path.matchAll(/\//g)].map(({ index }) => path.slice(0, index))),
    links: Object.fromEntries(
      Object.entries(files).flatMap(([path, to]) => (to === undefined ? [] : [[`${WORKSPACE}/${path}`, to]])),
    ),
  });
  return {
    ...base,
    expandGlob(pattern, context): readonly PathFact[] | null {
      const [, name] = /^(?:\.\/)?([^/]*)$/.exec(pattern) ?? [];
      if (name === undefined) return null;
      const wanted = new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
      const folder = base.resolvePath('.', context).path;
      const names = full.flatMap((path) =>
        path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1).split('/')[0] ?? ''] : [],
      );
      return [...new Set(names)]
        .filter((each) => wanted.test(each) && (name.startsWith('.') || !each.startsWith('.')))
        .map((each) => base.resolvePath(`./${each}`, context));
    },
  };
}
const effectsOf = (command: string, files: Parameters<typeof tree>[0]): readonly Effect[] =>
  analyseCommand(command, { cwd: WORKSPACE, workspace: WORKSPACE, facts: tree(files) });
const certain = (command: string, files: Parameters<typeof tree>[0]): boolean => isCertain(effectsOf(command, files));
/** Not certain, or the deletion is told. */
const told = (command: string, files: Parameters<typeof tree>[0]): boolean =>
  !certain(command, files) || effectsOf(command, files).some(({ kind }) => kind === 'delete');

const PLAIN = { 'a.c': undefined, 'src/b.c': undefined, 'src/deep/.c.c': undefined };
const OPENING = ['find . -exec cat {} \\;', 'find . -name "*.c" -exec grep -n x {} +', 'grep -R x .', 'diff -r src .'];

verifies(['P11'], 'what opens everything it finds is certain only where no link leads out', () => {
  for (const command of OPENING) {
    expect([command, certain(command, PLAIN)]).toEqual([command, true]);
    expect([command, certain(command, { ...PLAIN, 'src/deep/x': '/home/u/.ssh/id' })]).toEqual([command, false]);
    expect([command, certain(command, { ...PLAIN, 'src/.x': '/home/u/.ssh' })]).toEqual([command, false]);
    expect([command, certain(`ln -s /etc src/x; ${command}`, PLAIN)]).toEqual([command, false]);
    expect([command, certain(`tar xf a.tar; ${command}`, PLAIN)]).toEqual([command, false]);
  }
  // Only plain files are opened, so links do not matter.
  expect(certain('find . -type f -exec cat {} \\;', { ...PLAIN, x: '/home/u/.ssh/id' })).toBe(true);
  expect(certain('grep -r x .', { ...PLAIN, x: '/home/u/.ssh/id' })).toBe(true);
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`f${index}`, undefined]));
  expect(certain('find . -exec cat {} \\;', many)).toBe(false);
});

verifies(['P11'], 'a name that begins with a dash is an option to whoever is given a pattern', () => {
  for (const command of ['find *', 'grep x *', 'sort *', 'sed p *', 'rm *']) {
    expect([command, told(command, { ...PLAIN, '-delete': undefined })]).toEqual([command, true]);
    expect([command, told(`: > -x; ${command}`, PLAIN)]).toEqual([command, true]);
    expect([command, told(`touch -- -delete; ${command}`, PLAIN)]).toEqual([command, true]);
    expect([command, told(`touch -- -delete | ${command}`, PLAIN)]).toEqual([command, true]);
    expect([command, told(`${command} | touch -- -delete`, PLAIN)]).toEqual([command, true]);
  }
  for (const command of ['grep x *', 'sort *', 'head -n1 *.c', 'ls -d *'])
    expect([command, certain(command, { 'a.c': undefined, 'b.c': undefined })]).toEqual([command, true]);
});
