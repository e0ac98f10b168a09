// Cursor: `mcp.json` of the user and of a project.
import { join } from 'node:path';
import { editorEntry, environment, jsonClient } from './json-client.ts';

const KNOWN = ['type', 'command', 'args', 'env', 'cwd', 'url', 'headers', 'disabled'];

export const cursor = jsonClient({
  name: 'cursor',
  title: 'Cursor',
  files: ({ userHome, cwd }) => [
    { client: 'cursor', path: join(userHome, '.cursor', 'mcp.json'), project: null },
    { client: 'cursor', path: join(cwd, '.cursor', 'mcp.json'), project: cwd },
  ],
  sections: (_root, { project }) => [{ path: ['mcpServers'], project }],
  entry: editorEntry(KNOWN),
  own: ({ command, args, env }) => ({ command, args, ...environment('env', env) }),
});
