// Which files and folders are looked at while an agent works: few, and each of them makes programs run, or agents do things. Pure.
// Left out is what clients and editors write day by day (`.claude/settings.local.json`, `.vscode/settings.json`, known hosts): what
// such a file does to our hooks rings by itself (`hooks-bypassed`, `hooks-disabled`).
import { basename, join } from 'node:path';

const PROJECT = [
  ...['.githooks', '.husky', '.envrc', '.claude/settings.json', '.mcp.json', '.codex/config.toml', '.codex/hooks.json'],
  ...['opencode.json', 'opencode.jsonc', '.opencode/plugin', '.opencode/plugins', '.opencode/tool', '.opencode/tools'],
  ...['.cursor/mcp.json', '.gemini/settings.json', '.vscode/tasks.json', '.devcontainer/devcontainer.json'],
];
const REPOSITORY = ['hooks', 'config', 'info/attributes'];

const HOME = [
  ...[
    '.bashrc',
    '.bash_profile',
    '.bash_login',
    '.bash_logout',
    '.profile',
    '.zshrc',
    '.zshenv',
    '.zprofile',
    '.zlogin',
  ],
  ...['.config/fish/config.fish', '.config/fish/conf.d', '.xprofile', '.config/environment.d', '.config/autostart'],
  ...['.config/systemd/user', '.ssh/authorized_keys', '.ssh/config', '.ssh/rc', '.gitconfig', '.config/git/config'],
];

/** @param repository where what git knows of the project lies; null: it is none. */
export const placesOf = (project: string, repository: string | null): readonly string[] => [
  ...PROJECT.map((name) => join(project, name)),
  ...(repository === null ? [] : REPOSITORY.map((name) => join(repository, name))),
];

export const placesOfHome = (home: string): readonly string[] => [
  ...HOME.map((name) => join(home, name)),
  join('/var/spool/cron/crontabs', basename(home)),
];

/**
 * Which branch follows which is written by git itself day by day, and starts nothing: it is left out of what counts. Anything else
 * in the file does, in whatever order.
 */
export function matters(path: string, text: string): string {
  if (basename(path) !== 'config') return text;
  const sections = text.split(/^(?=[ \t]*\[)/m);
  return sections.filter((section) => !isBranch(section)).join('');
}

const isBranch = (section: string): boolean =>
  /^[ \t]*\[branch "[^"\\\n]*"\][ \t]*\r?\n(?:[ \t]*(?:remote|merge|rebase|vscode-merge-base|pushRemote)[ \t]*=[^\n\\]*(?:\n|$)|[ \t]*\r?\n)*$/.test(
    section,
  );
