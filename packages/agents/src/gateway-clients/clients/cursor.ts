// Cursor: `mcp.json` of the user and of a project.
import { join } from 'node:path';
import { environment } from '../../mcp-clients/clients/json-client.ts';
import { JSON_FORMAT } from '../changes.ts';
import { otherServersGap, ownToolsGap, removedGap } from '../gaps.ts';
import { gatewayConnector } from '../gateway-client.ts';

const NAME = 'cursor';

export const cursor = gatewayConnector({
  name: NAME,
  title: 'Cursor',
  format: JSON_FORMAT,
  scopes: ['user', 'project'],
  programs: ['cursor', 'cursor-agent'],
  traces: ({ userHome }) => [join(userHome, '.cursor'), '/Applications/Cursor.app'],
  file: async ({ userHome, cwd }, scope) => join(scope === 'project' ? cwd : userHome, '.cursor', 'mcp.json'),
  servers: ['mcpServers'],
  entry: ({ file, args, env }) => ({ command: file, args: [...args], ...environment('env', env) }),
  gaps: () => [
    ownToolsGap(
      NAME,
      'terminal',
      'its own terminal runs commands, without a question where auto-run or its allow list says so',
      null,
    ),
    ownToolsGap(NAME, 'files', 'its own tools read, edit and delete files of the folder that is open', null),
    ownToolsGap(NAME, 'browser', 'its built-in browser and web search reach the network', null),
    ownToolsGap(NAME, 'cloud-agents', 'background and cloud agents work on another machine', null),
    otherServersGap(NAME, ', of a project and of its extensions'),
    removedGap(NAME),
  ],
});
