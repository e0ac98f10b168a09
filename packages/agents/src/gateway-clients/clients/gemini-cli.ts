// Gemini CLI: `settings.json` of the user and of a project. It takes comments and ends at a trailing comma. What it is told to
// exclude it refuses in every approval mode, whatever else allows it.
import { isAbsolute, join } from 'node:path';
import type { Machine } from '../../machine.ts';
import { environment } from '../../mcp-clients/clients/json-client.ts';
import { valueIn } from '../../mcp-clients/text/json-put.ts';
import { JSON_FORMAT } from '../changes.ts';
import { otherServersGap, ownToolsGap, removedGap } from '../gaps.ts';
import { gatewayConnector } from '../gateway-client.ts';

const NAME = 'gemini-cli';

/** Everything it brings along that reads, writes, runs or reaches the network, and agents that would. */
const OWN_TOOLS = [
  'run_shell_command',
  'write_file',
  'replace',
  'read_file',
  'read_many_files',
  'list_directory',
  'glob',
  'grep_search',
  'web_fetch',
  'google_web_search',
  'invoke_agent',
  'activate_skill',
];

const homeOf = ({ env, userHome }: Machine): string => {
  const own = env.GEMINI_CLI_HOME;
  return own !== undefined && isAbsolute(own) ? own : userHome;
};

const names = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

function silenced(root: unknown): string | null {
  if (names(valueIn(root, ['mcp', 'excluded'])).some((each) => each === 'castellan' || each === '*'))
    return '`mcp.excluded` leaves it out';
  const allowed = valueIn(root, ['mcp', 'allowed']);
  return Array.isArray(allowed) && !names(allowed).some((each) => each === 'castellan' || each === '*')
    ? '`mcp.allowed` does not name it'
    : null;
}

export const geminiCli = gatewayConnector({
  name: NAME,
  title: 'Gemini CLI',
  format: JSON_FORMAT,
  scopes: ['user', 'project'],
  programs: ['gemini'],
  traces: (machine) => [join(homeOf(machine), '.gemini')],
  file: async (machine, scope) => join(scope === 'project' ? machine.cwd : homeOf(machine), '.gemini', 'settings.json'),
  servers: ['mcpServers'],
  // Its own time, in milliseconds, must outlast a person's answer.
  entry: ({ file, args, env }, timeoutSeconds) => ({
    command: file,
    args: [...args],
    ...environment('env', env),
    timeout: timeoutSeconds * 1000,
  }),
  silenced,
  off: {
    scopes: ['user', 'project'],
    words: 'its shell, file, search and web tools, skills and sub-agents (`tools.exclude`)',
    changes: (root) => {
      const standing = names(valueIn(root, ['tools', 'exclude']));
      return [{ path: ['tools', 'exclude'], value: [...new Set([...standing, ...OWN_TOOLS])] }];
    },
  },
  gaps: (_scope, ownTools) => [
    ...(ownTools === 'off'
      ? [
          ownToolsGap(
            NAME,
            'new-tools',
            'a tool that a later version brings along is not among those switched off, and from 1.0 on it may not read `tools.exclude`',
            'connect it again after an upgrade',
          ),
        ]
      : [
          ownToolsGap(
            NAME,
            'shell',
            'its own shell tool runs commands, without a question under `--yolo`',
            '`castellan connect gemini-cli --own-tools off`',
          ),
          ownToolsGap(
            NAME,
            'files',
            'its own tools read, write and search files',
            '`castellan connect gemini-cli --own-tools off`',
          ),
          ownToolsGap(
            NAME,
            'web',
            'its own fetch and search reach the network',
            '`castellan connect gemini-cli --own-tools off`',
          ),
        ]),
    ownToolsGap(
      NAME,
      'at-file',
      '`@file` in a prompt reads it, and `!command` at its prompt runs it, with no call of a tool',
      null,
    ),
    ownToolsGap(
      NAME,
      'hooks-and-extensions',
      'hooks, extensions and settings of a trusted project run programs',
      'do not trust the folder',
    ),
    otherServersGap(NAME, ', of a project and of extensions,'),
    removedGap(NAME),
  ],
});
