// VS Code: `mcp.json` and `settings.json` of the user and of a project, with comments; values it asks for (`${input:…}`).
import { basename, join } from 'node:path';
import type { ClientFile } from '../found.ts';
import { editorEntry, environment, jsonClient } from './json-client.ts';
import { applicationFolders } from './places.ts';

const KNOWN = ['type', 'command', 'args', 'env', 'cwd', 'url', 'headers', 'gallery', 'version', 'disabled'];
const FILES = ['mcp.json', 'settings.json'] as const;

export const vscode = jsonClient({
  name: 'vscode',
  title: 'VS Code',
  files: (places) => [
    ...applicationFolders(places, join('Code', 'User')).flatMap((folder) =>
      FILES.map((name): ClientFile => ({ client: 'vscode', path: join(folder, name), project: null })),
    ),
    ...FILES.map(
      (name): ClientFile => ({ client: 'vscode', path: join(places.cwd, '.vscode', name), project: places.cwd }),
    ),
  ],
  sections: (_root, { path, project }) =>
    basename(path) === 'mcp.json'
      ? [{ path: ['servers'], project }]
      : [
          { path: ['mcp', 'servers'], project },
          { path: ['mcp.servers'], project },
        ],
  entry: editorEntry(KNOWN),
  own: ({ command, args, env }) => ({ type: 'stdio', command, args, ...environment('env', env) }),
});
