// A home with a project and a state folder, on the real file system, gone after the test.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { createFacts } from '@castellan/facts';
import { onTestFinished } from 'vitest';

export interface Tree {
  /** A string is a file's text, `null` a folder, `{ link }` a symbolic link. */
  readonly [path: string]: string | null | { readonly link: string };
}

export function makeFolder(tree: Tree = {}): string {
  const root = realpathSync(mkdtempSync(`${tmpdir()}/castellan-facts-`));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(content === null ? `${root}/${path}` : dirname(`${root}/${path}`), { recursive: true });
    if (typeof content === 'string') writeFileSync(`${root}/${path}`, content);
    else if (content !== null) symlinkSync(content.link.replace('ROOT', root), `${root}/${path}`);
  }
  return root;
}

export interface Place {
  readonly root: string;
  readonly where: (path: string, cwd?: string) => string;
  readonly leads: (path: string, cwd?: string) => string;
  readonly kind: (path: string) => string;
}

export function makeWorld(tree: Tree = {}): Place {
  const root = makeFolder({ 'home/project/src': null, 'home/.config/castellan/rules': null, tmp: null, ...tree });
  const facts = createFacts({
    home: `${root}/home`,
    stateFolder: `${root}/home/.config/castellan`,
    tempFolders: [`${root}/tmp`],
  });
  const workspace = `${root}/home/project`;
  const fact = (path: string, cwd = workspace) =>
    facts.resolvePath(path.replace('ROOT', root), { cwd: cwd.replace('ROOT', root), workspace });
  return {
    root,
    where: (path, cwd) => fact(path, cwd).place,
    leads: (path, cwd) => fact(path, cwd).path.replace(root, 'ROOT'),
    kind: (path) => fact(path).kind,
  };
}
