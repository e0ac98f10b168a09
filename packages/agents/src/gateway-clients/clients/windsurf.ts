// Windsurf: one file, plain JSON; it calls an address `serverUrl`.
import { join } from 'node:path';
import { environment } from '../../mcp-clients/clients/json-client.ts';
import { JSON_FORMAT } from '../changes.ts';
import { otherServersGap, ownToolsGap, removedGap } from '../gaps.ts';
import { gatewayConnector } from '../gateway-client.ts';

const NAME = 'windsurf';

export const windsurf = gatewayConnector({
  name: NAME,
  title: 'Windsurf',
  format: JSON_FORMAT,
  scopes: ['user'],
  programs: ['windsurf'],
  traces: ({ userHome }) => [join(userHome, '.codeium', 'windsurf'), '/Applications/Windsurf.app'],
  file: async ({ userHome }) => join(userHome, '.codeium', 'windsurf', 'mcp_config.json'),
  servers: ['mcpServers'],
  entry: ({ file, args, env }) => ({ command: file, args: [...args], ...environment('env', env) }),
  gaps: () => [
    ownToolsGap(
      NAME,
      'terminal',
      'Cascade runs commands in its own terminal, without a question in turbo mode or by its allow list',
      null,
    ),
    ownToolsGap(NAME, 'files', 'Cascade reads and edits files of the workspace with its own tools', null),
    ownToolsGap(NAME, 'web', 'its web search, page reader and previews reach the network', null),
    otherServersGap(NAME, ', and those its marketplace adds,'),
    removedGap(NAME),
  ],
});
