// The places commands are judged in: a project as people have them, and the three folders of the bypass set.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { Facts, PathFact } from '@castellan/contract';
import { createFacts } from '@castellan/facts';
import { tempFolder } from '@castellan/testkit';

export interface World {
  readonly facts: Facts;
  /** Where commands run, and the project they belong to. */
  readonly cwd: string;
}

const FILES: Readonly<Record<string, string>> = {
  'README.md': '# A project\n\nHow to build it.\n',
  'package.json': '{ "name": "project", "version": "1.0.0", "scripts": { "test": "node --test", "build": "tsc" } }\n',
  Makefile: 'all:\n\techo built\n',
  'src/main.c': 'int main(void) { return 0; }\n',
  'src/index.js': 'export const one = 1;\n',
  'src/lib/util.js': 'export const two = 2;\n',
  'test/index.test.js': 'import "../src/index.js";\n',
  'docs/guide.txt': 'first\nsecond\nthird\n',
  'data/file.txt': 'alpha 1\nbeta 2\n',
  'data/table.csv': 'a,b\n1,2\n',
  'file.txt': 'one\ntwo\n',
  'log.txt': 'error: none\n',
};

/** A home with a project in it: a git repository, everything committed but one file. */
export function projectWorld(): World {
  const base = tempFolder('castellan-evals-');
  const home = join(base, 'home', 'user');
  const cwd = join(home, 'project');
  for (const [path, text] of Object.entries(FILES)) {
    const file = join(cwd, path);
    mkdirSync(posix.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const git = (...args: readonly string[]): void => {
    const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', ['-c', 'user.name=user', '-c', 'user.email=user@example.org', ...args], { cwd, env });
  };
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'begin');
  writeFileSync(join(cwd, 'notes.txt'), 'not committed\n');
  // The system's own temporary folder stays one, but for the part in which this home lies.
  const facts = createFacts({ home, stateFolder: join(home, '.config', 'castellan'), tempFolders: ['/var/tmp'] });
  return {
    cwd,
    facts: { ...facts, resolvePath: (path, context) => tempOutside(facts.resolvePath(path, context), base) },
  };
}

const isUnder = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function tempOutside(fact: PathFact, base: string): PathFact {
  return fact.place === 'elsewhere' && isUnder(fact.path, '/tmp') && !isUnder(fact.path, base)
    ? { ...fact, place: 'temp' }
    : fact;
}

/**
 * The world the bypass rows were verified in: /tmp/c to be written to, /tmp/s with a secret, /tmp/w as the project. They lie
 * below a folder of the test; the paths seen are those the rows name.
 */
export function bypassWorld(): World {
  const root = tempFolder('castellan-bypass-');
  const files = { 'tmp/s/secret': 'secret\n', 'tmp/w/README.md': '# w\n', 'tmp/w/.git/HEAD': 'ref: refs/heads/main\n' };
  for (const [path, text] of Object.entries({ ...files, 'tmp/c/.keep': '' })) {
    mkdirSync(posix.dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const real = createFacts({ home: '/home/user', stateFolder: '/home/user/.config/castellan', tempFolders: [] });
  const inside = createFacts({ home: join(root, 'home/user'), stateFolder: join(root, 'state'), tempFolders: [] });
  const shown = (fact: PathFact, workspace: string): PathFact => {
    const path = isUnder(fact.path, root) ? fact.path.slice(root.length) || '/' : fact.path;
    return { ...fact, path, place: isUnder(path, workspace) ? 'workspace' : 'temp' };
  };
  const isMoved = (path: string, cwd: string): boolean => isUnder(posix.resolve(cwd, path), '/tmp');
  const moved = (path: string, cwd: string): string => root + posix.resolve(cwd, path);
  const facts: Facts = {
    home: real.home,
    stateFolder: real.stateFolder,
    resolvePath: (path, context) =>
      !path.startsWith('~') && isMoved(path, context.cwd)
        ? shown(inside.resolvePath(moved(path, context.cwd), { cwd: '/', workspace: '/nowhere' }), context.workspace)
        : real.resolvePath(path, context),
    expandGlob: (pattern, context) => {
      if (pattern.startsWith('~') || !isMoved(pattern, context.cwd)) return real.expandGlob(pattern, context);
      const found = inside.expandGlob(moved(pattern, context.cwd), { cwd: '/', workspace: '/nowhere' });
      return found?.map((fact) => shown(fact, context.workspace)) ?? null;
    },
    isUndoable: (path) => (isUnder(path, '/tmp') ? inside.isUndoable(root + path) : real.isUndoable(path)),
    addressesAreBare: () => false,
  };
  return { cwd: '/tmp/w', facts };
}

/** The same rows where none of their folders exist: what a machine sees that only reads the commands. */
export const bareWorld = (): World => ({
  cwd: '/tmp/w',
  facts: createFacts({ home: '/home/user', stateFolder: '/home/user/.config/castellan' }),
});
