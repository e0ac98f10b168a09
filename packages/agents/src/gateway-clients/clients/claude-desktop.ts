// Claude Desktop: one file, programs only, plain JSON.
import { join } from 'node:path';
import { environment } from '../../mcp-clients/clients/json-client.ts';
import { applicationFolders } from '../../mcp-clients/clients/places.ts';
import { JSON_FORMAT } from '../changes.ts';
import { otherServersGap, ownToolsGap, removedGap } from '../gaps.ts';
import { gatewayConnector } from '../gateway-client.ts';
import { applicationFolder } from './places.ts';

const NAME = 'claude-desktop';

export const claudeDesktop = gatewayConnector({
  name: NAME,
  title: 'Claude Desktop',
  format: JSON_FORMAT,
  scopes: ['user'],
  programs: ['claude-desktop'],
  traces: (machine) => [...applicationFolders(machine, 'Claude'), '/Applications/Claude.app'],
  file: async (machine) => join(await applicationFolder(machine, 'Claude'), 'claude_desktop_config.json'),
  servers: ['mcpServers'],
  entry: ({ file, args, env }) => ({ command: file, args: [...args], ...environment('env', env) }),
  gaps: () => [
    ownToolsGap(
      NAME,
      'extensions',
      'desktop extensions run programs of this machine and stand in no file that is read here',
      'remove them under Settings, Extensions',
    ),
    ownToolsGap(
      NAME,
      'code-and-cowork',
      'the Code and Cowork parts of the application have a shell and file tools of their own',
      null,
    ),
    ownToolsGap(
      NAME,
      'connectors',
      'connectors of the account and web search run at Anthropic, not here',
      'switch them off under Settings, Connectors',
    ),
    otherServersGap(NAME),
    removedGap(NAME),
  ],
});
