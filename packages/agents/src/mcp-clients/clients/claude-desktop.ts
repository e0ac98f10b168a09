// Claude Desktop: `claude_desktop_config.json`, on Linux and on macOS. Programs only; it takes every text as it is.
import { join } from 'node:path';
import { readEntry } from '../entry.ts';
import { environment, jsonClient, unknownField } from './json-client.ts';
import { applicationFolders } from './places.ts';

const FILE = 'claude_desktop_config.json';

export const claudeDesktop = jsonClient({
  name: 'claude-desktop',
  title: 'Claude Desktop',
  files: (places) =>
    applicationFolders(places, 'Claude').map((folder) => ({
      client: 'claude-desktop',
      path: join(folder, FILE),
      project: null,
    })),
  sections: () => [{ path: ['mcpServers'], project: null }],
  entry: (value, name, { path, project }, reading) =>
    readEntry(
      { ...value, timeout: undefined, stays: unknownField(value, ['command', 'args', 'env', 'type']) },
      { name, path: [...path, name], syntax: 'none', project },
      reading,
    ),
  own: ({ command, args, env }) => ({ command, args, ...environment('env', env) }),
});
