// Cursor: `mcp.json` of the user and of a project.
import { join } from 'node:path';
import { readEntry } from '../entry.ts';
import { environment, jsonClient, unknownField } from './json-client.ts';

const KNOWN = ['type', 'command', 'args', 'env', 'cwd', 'url', 'headers', 'disabled'];

export const cursor = jsonClient({
  name: 'cursor',
  title: 'Cursor',
  files: ({ userHome, cwd }) => [
    { client: 'cursor', path: join(userHome, '.cursor', 'mcp.json'), project: null },
    { client: 'cursor', path: join(cwd, '.cursor', 'mcp.json'), project: cwd },
  ],
  sections: (_root, { project }) => [{ path: ['mcpServers'], project }],
  entry: (value, name, { path, project }, reading) =>
    readEntry(
      {
        ...value,
        timeout: undefined,
        stays: value.disabled === true ? 'it is switched off' : unknownField(value, KNOWN),
      },
      { name, path: [...path, name], syntax: 'vscode', project },
      reading,
    ),
  own: ({ command, args, env }) => ({ command, args, ...environment('env', env) }),
});
