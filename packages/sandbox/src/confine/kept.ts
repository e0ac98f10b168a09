// What of a project makes other programs run, or agents do things: hooks, settings of editors and of agents. Whoever works in the
// project inside of walls finds it as it is and cannot change it, unless that very change was decided.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';

const KEPT = [
  ...[
    '.git/hooks',
    '.git/config',
    '.git/info',
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

/** Of a worktree or a submodule: a file that names where the rest is. A folder is written by git itself day by day. */
const gitFile = (project: string): readonly string[] =>
  lstatSync(join(project, '.git'), { throwIfNoEntry: false })?.isFile() === true ? ['.git'] : [];

/** Absolute; of most projects only some of them are there. @param project absolute */
export const keptIn = (project: string): readonly string[] =>
  [...KEPT, ...gitFile(project)].map((each) => join(project, each));
