// Zed: `context_servers` in its settings, with comments and trailing commas; what its own tools may do stands in the same file.
import { join } from 'node:path';
import { configFolder } from '../../mcp-clients/clients/places.ts';
import { valueIn } from '../../mcp-clients/text/json-put.ts';
import { JSON_FORMAT } from '../changes.ts';
import { otherServersGap, ownToolsGap, removedGap } from '../gaps.ts';
import { gatewayConnector } from '../gateway-client.ts';

const NAME = 'zed';
const OFF = '`castellan connect zed --own-tools off`';

/** Those that Zed asks its rules about; `default: deny` refuses each call that no rule of the person allows. */
const OWN_TOOLS = [
  'terminal',
  'edit_file',
  'write_file',
  'delete_path',
  'move_path',
  'copy_path',
  'create_directory',
  'restore_file_from_disk',
  'save_file',
  'fetch',
  'web_search',
  'search_web',
];

export const zed = gatewayConnector({
  name: NAME,
  title: 'Zed',
  format: JSON_FORMAT,
  scopes: ['user', 'project'],
  programs: ['zed', 'zeditor'],
  traces: (machine) => [join(configFolder(machine), 'zed'), '/Applications/Zed.app'],
  file: async (machine, scope) =>
    scope === 'project'
      ? join(machine.cwd, '.zed', 'settings.json')
      : join(configFolder(machine), 'zed', 'settings.json'),
  servers: ['context_servers'],
  entry: ({ file, args, env }, timeoutSeconds) => ({
    command: file,
    args: [...args],
    env: { ...env },
    timeout: timeoutSeconds,
  }),
  silenced: (root) =>
    valueIn(root, ['disable_ai']) === true
      ? '`disable_ai` is on'
      : valueIn(root, ['context_servers', 'castellan', 'enabled']) === false
        ? 'it is switched off'
        : null,
  off: {
    scopes: ['user'],
    words: 'its terminal, file changes, fetch and web search (`agent.tool_permissions`)',
    changes: () =>
      OWN_TOOLS.map((tool) => ({ path: ['agent', 'tool_permissions', 'tools', tool, 'default'], value: 'deny' })),
  },
  gaps: (_scope, ownTools) => [
    ...(ownTools === 'off'
      ? [
          ownToolsGap(
            NAME,
            'allow-patterns',
            'a pattern under `always_allow` beats what is switched off, and a project may bring its own settings',
            'take the patterns out',
          ),
        ]
      : [
          ownToolsGap(NAME, 'terminal', 'its own terminal tool runs commands, by its own rules', OFF),
          ownToolsGap(NAME, 'files', 'its own tools change files of the project, by its own rules', OFF),
          ownToolsGap(NAME, 'web', 'its own fetch and web search reach the network', OFF),
        ]),
    ownToolsGap(
      NAME,
      'reading',
      'its own tools read and search files of the project',
      'the profile `Minimal`, chosen for each thread',
    ),
    ownToolsGap(
      NAME,
      'external-agents',
      'external agents and terminal threads bring tools and settings of their own',
      'connect each of them by its own name',
    ),
    otherServersGap(NAME, ', and those its extensions bring,'),
    removedGap(NAME),
  ],
});
