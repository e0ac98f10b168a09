// Goose: `extensions` of its `config.yaml`; those it brings along stand in the same table and can be switched off there.
import { join } from 'node:path';
import { configFolder } from '../../mcp-clients/clients/places.ts';
import { valueIn } from '../../mcp-clients/text/json-put.ts';
import { type Change, YAML_FORMAT } from '../changes.ts';
import { otherServersGap, ownToolsGap, removedGap } from '../gaps.ts';
import { gatewayConnector } from '../gateway-client.ts';

const NAME = 'goose';
const OFF = '`castellan connect goose --own-tools off`';

/** Extensions of Goose itself that act on this machine or on the network. */
const OWN_TOOLS = ['developer', 'computercontroller', 'autovisualiser', 'code_execution', 'summon', 'extensionmanager'];

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isBuiltIn = (value: unknown): boolean =>
  isTable(value) && (value.type === 'builtin' || value.type === 'platform' || value.type === 'frontend');

export const goose = gatewayConnector({
  name: NAME,
  title: 'Goose',
  format: YAML_FORMAT,
  scopes: ['user'],
  programs: ['goose'],
  traces: (machine) => [join(configFolder(machine), 'goose'), '/Applications/Goose.app'],
  file: async (machine) => join(configFolder(machine), 'goose', 'config.yaml'),
  servers: ['extensions'],
  entry: ({ file, args, env }, timeoutSeconds) => ({
    enabled: true,
    type: 'stdio',
    name: 'castellan',
    description: 'Tools behind Castellan',
    cmd: file,
    args: [...args],
    envs: { ...env },
    timeout: timeoutSeconds,
  }),
  isOwn: isBuiltIn,
  off: {
    scopes: ['user'],
    words: 'its extensions developer, computercontroller and others that act (`enabled: false`)',
    changes: (root) =>
      OWN_TOOLS.map((name): Change => {
        const standing = valueIn(root, ['extensions', name]);
        if (isTable(standing)) return { path: ['extensions', name, 'enabled'], value: false };
        // Left out it would be on: it comes with Goose.
        const type =
          name === 'developer' || name === 'computercontroller' || name === 'autovisualiser' ? 'builtin' : 'platform';
        return { path: ['extensions', name], value: { enabled: false, type, name, bundled: true } };
      }),
  },
  gaps: (_scope, ownTools) => [
    ...(ownTools === 'off'
      ? [
          ownToolsGap(
            NAME,
            'new-tools',
            'an extension that a later version brings along, or one named on the command line (`--with-builtin`), is on',
            null,
          ),
        ]
      : [
          ownToolsGap(
            NAME,
            'developer',
            'its `developer` extension runs commands and edits files, without a question in auto mode',
            OFF,
          ),
          ownToolsGap(
            NAME,
            'computercontroller',
            'its `computercontroller` extension drives the desktop and reads pages',
            OFF,
          ),
        ]),
    ownToolsGap(NAME, 'recipes', 'a recipe names extensions of its own', null),
    otherServersGap(NAME),
    removedGap(NAME),
  ],
});
