// Windsurf: `mcp_config.json` of the user. An address is `serverUrl` there; `disabled` switches a server off.
import { join } from 'node:path';
import { editorEntry, environment, jsonClient } from './json-client.ts';

const KNOWN = ['type', 'command', 'args', 'env', 'url', 'serverUrl', 'headers', 'disabled'];

export const windsurf = jsonClient({
  name: 'windsurf',
  title: 'Windsurf',
  files: ({ userHome }) => [
    { client: 'windsurf', path: join(userHome, '.codeium', 'windsurf', 'mcp_config.json'), project: null },
  ],
  sections: () => [{ path: ['mcpServers'], project: null }],
  entry: (value, ...rest) => {
    const { serverUrl, ...fields } = value;
    return editorEntry(KNOWN)(serverUrl === undefined ? fields : { ...fields, url: serverUrl }, ...rest);
  },
  own: ({ command, args, env }) => ({ command, args, ...environment('env', env) }),
});
