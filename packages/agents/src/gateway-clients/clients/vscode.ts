// VS Code: `mcp.json` of the user's profile and of a project, with comments.
import { join } from 'node:path';
import { environment } from '../../mcp-clients/clients/json-client.ts';
import { applicationFolders } from '../../mcp-clients/clients/places.ts';
import { JSON_FORMAT } from '../changes.ts';
import { otherServersGap, ownToolsGap, removedGap } from '../gaps.ts';
import { gatewayConnector } from '../gateway-client.ts';
import { applicationFolder } from './places.ts';

const NAME = 'vscode';
const AGENT = 'a custom agent with `tools: [castellan/*]`, chosen for each chat';

export const vscode = gatewayConnector({
  name: NAME,
  title: 'VS Code',
  format: JSON_FORMAT,
  scopes: ['user', 'project'],
  programs: ['code'],
  traces: (machine) => [...applicationFolders(machine, 'Code'), '/Applications/Visual Studio Code.app'],
  file: async (machine, scope) =>
    scope === 'project'
      ? join(machine.cwd, '.vscode', 'mcp.json')
      : join(await applicationFolder(machine, join('Code', 'User')), 'mcp.json'),
  servers: ['servers'],
  entry: ({ file, args, env }) => ({ type: 'stdio', command: file, args: [...args], ...environment('env', env) }),
  gaps: () => [
    ownToolsGap(
      NAME,
      'terminal',
      'its own terminal tool runs commands, without a question where `chat.tools.terminal.autoApprove` says so',
      AGENT,
    ),
    ownToolsGap(NAME, 'files', 'its own tools read and edit files of the workspace', AGENT),
    ownToolsGap(NAME, 'fetch', 'its own fetch tool and browser reach the network', AGENT),
    ownToolsGap(NAME, 'extensions', 'extensions add tools and agents of their own', AGENT),
    otherServersGap(NAME, ', of `settings.json`, other profiles, projects and discovered clients'),
    removedGap(NAME),
  ],
});
