// What of a project makes other programs run, or agents do things: hooks, settings of editors and of agents. Whoever works in the
// project inside of walls finds it as it is and cannot change it, unless that very change was decided.
import { existsSync, lstatSync } from 'node:fs';
import { basename, join } from 'node:path';

const KEPT = [
  ...[
    '.git/hooks',
    '.git/config',
    '.git/info',
    // Each has git read settings from elsewhere.
    '.git/commondir',
    '.git/config.worktree',
    '.githooks',
    '.husky',
    '.envrc',
    '.vscode',
    '.idea',
    '.devcontainer',
    '.zed',
  ],
  ...[
    '.claude',
    '.mcp.json',
    '.codex',
    '.opencode',
    'opencode.json',
    'opencode.jsonc',
    '.cursor',
    '.gemini',
    '.castellan',
  ],
];

/**
 * A folder is written by git itself day by day: of it only what is named above is kept. Fail closed: what cannot be looked at is none, so it
 * is kept as a whole. Whoever works in the project may close it (`chmod 0`) between any two looks.
 */
export function isRepository(path: string): boolean {
  try {
    return basename(path) === '.git' && lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Of a worktree or a submodule: a file that names where the rest is. Where there is no repository one can be put there in three ways:
 * as such a file, as a link, or with the project itself as its folder, which is known by its `HEAD`.
 */
function gitItself(project: string): readonly string[] {
  const at = join(project, '.git');
  if (isRepository(at)) return [];
  return existsSync(at) || existsSync(join(project, 'HEAD')) ? ['.git'] : ['.git', 'HEAD'];
}

/** Absolute; of most projects only some of them are there. @param project absolute */
export const keptIn = (project: string): readonly string[] =>
  [...gitItself(project), ...KEPT].map((each) => join(project, each));
