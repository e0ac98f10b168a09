// What a run left where nothing was before, and what would make programs of the person's own run: hooks, settings of editors and of
// agents. Moved aside when it is over, never deleted, and told. INVARIANT: it is looked at when nothing of the run is alive any more,
// and no link is followed.
import { readdirSync, readFileSync, realpathSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HELD, isRepository, standing, UNSEEN } from '@castellan/sandbox';

/** Settings of git that name no program and no other file. */
const PLAIN_SECTION = /^\[(core|user|init|branch "[^"\\]*"|remote "[^"\\]*")\]$/;
const PLAIN_SETTING =
  /^(repositoryformatversion|filemode|bare|logallrefupdates|ignorecase|precomposeunicode|name|email|defaultbranch|merge|remote|fetch)\s*=[^;#\\]*$/i;
const PLAIN_URL = /^(push)?url\s*=\s*(https:\/\/|ssh:\/\/|git@|\/|\.)[^;#\\]*$/i;

/** Pure. */
export const isPlainGitConfig = (text: string): boolean =>
  text
    .split('\n')
    .map((line) => line.trim())
    .every((line) => line === '' || [PLAIN_SECTION, PLAIN_SETTING, PLAIN_URL].some((plain) => plain.test(line)));

/** What `git init` makes, and what can do nothing. */
function isHarmless(path: string, project: string): boolean {
  if (isRepository(path)) return true;
  try {
    if (standing(path) !== HELD) return false;
    if (path === join(project, '.git/config')) return isPlainGitConfig(readFileSync(path, 'utf8'));
    if (path === join(project, '.git/hooks')) return readdirSync(path).every((name) => name.endsWith('.sample'));
    return path === join(project, '.git/info') && readdirSync(path).every((name) => name === 'exclude');
  } catch {
    return false;
  }
}

export class Left {
  readonly #project: string;
  /** With what stood there. */
  readonly #open: ReadonlyMap<string, string | null>;

  /** @param kept what is held where it is there, by whole paths in the real folder of the project. */
  constructor(project: string, kept: readonly string[]) {
    this.#project = project;
    this.#open = new Map(kept.map((path) => [path, standing(path)] as const).filter(([, was]) => was !== HELD));
  }

  /** One line for each that was moved. @param mark letters and digits, of this run alone */
  aside(mark: string): readonly string[] {
    return [...this.#open].flatMap(([path, was]) => {
      const is = standing(path);
      if (is === UNSEEN) return [`\`${path}\` cannot be looked at any more, and the run may have made it: look at it`];
      if (is === null || is === was || isHarmless(path, this.#project)) return [];
      const name = `${basename(path)}.aside-${mark}`;
      try {
        // Behind a link it is not of the project.
        if (realpathSync(dirname(path)) !== dirname(path)) return [];
        renameSync(path, join(dirname(path), name));
        return [`\`${path}\` was made by the run, and makes other programs do things: it is \`${name}\` now`];
      } catch {
        return [
          `\`${path}\` was made by the run, makes other programs do things, and cannot be moved aside: look at it`,
        ];
      }
    });
  }
}
