// Whether what git would print as the addresses of remotes is nothing but addresses. INVARIANT: yes only where every file that
// git would read was read and holds no name or password before a host; an include leads to files that were not read.
import { lstatSync } from 'node:fs';
import { repositoryAround, smallText } from './git-repository.ts';

const MAX_SETTINGS = 1024 * 1024;
/** `user:password@`, `token@`; `git@` alone is how everybody writes it. */
const USERINFO = /:\/\/(?!git@)[^/\s"']*@/;
const INCLUDE = /^\s*\[\s*include/im;

/**
 * `settings`: the user's and the machine's own files, of which those that are there are read. Where variables of
 * the environment (`GIT_CONFIG_GLOBAL`) name others, that is not known here.
 */
export function addressesAreBare(folder: string, settings: readonly string[]): boolean {
  try {
    const repository = repositoryAround(`${folder}/.`);
    if (repository === undefined) return false;
    const { own, shared } = repository;
    const texts = [`${shared}/config`, `${own}/config.worktree`, ...settings].map((file) =>
      lstatSync(file, { throwIfNoEntry: false }) === undefined ? '' : smallText(file, MAX_SETTINGS),
    );
    return texts.every((text) => text !== undefined && !USERINFO.test(text) && !INCLUDE.test(text));
  } catch {
    return false;
  }
}
