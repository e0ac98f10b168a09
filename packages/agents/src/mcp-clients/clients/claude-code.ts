// Claude Code: `.claude.json` (the user's servers, and those of each project), `.mcp.json` of a project.
import { isAbsolute, join } from 'node:path';
import { readEntry } from '../entry.ts';
import type { ClientPlaces } from '../found.ts';
import { isRecord, type JsonRecord, jsonClient, type Section, seconds, unknownField } from './json-client.ts';

const KNOWN = ['type', 'command', 'args', 'env', 'cwd', 'url', 'headers', 'oauth', 'timeout'];

/** `CLAUDE_CONFIG_DIR/.claude.json`, else `~/.claude.json`. */
function userFile({ env, userHome }: ClientPlaces): string {
  const own = env.CLAUDE_CONFIG_DIR;
  return join(own !== undefined && isAbsolute(own) ? own : userHome, '.claude.json');
}

const names = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each): each is string => typeof each === 'string') : [];

function sections(root: JsonRecord): readonly Section[] {
  const projects = isRecord(root.projects) ? root.projects : {};
  return [
    { path: ['mcpServers'], project: null },
    ...Object.entries(projects).map(([folder, settings]) => ({
      path: ['projects', folder, 'mcpServers'],
      project: folder,
      disabled: isRecord(settings) ? names(settings.disabledMcpServers) : [],
    })),
  ];
}

export const claudeCode = jsonClient({
  name: 'claude-code',
  title: 'Claude Code',
  files: (places) => [
    { client: 'claude-code', path: userFile(places), project: null },
    { client: 'claude-code', path: join(places.cwd, '.mcp.json'), project: places.cwd },
  ],
  sections: (root, { project }) => (project === null ? sections(root) : [{ path: ['mcpServers'], project }]),
  entry(value, name, { path, project }, reading) {
    const oauth = isRecord(value.oauth) ? value.oauth : {};
    const stays = unknownField(value, KNOWN) ?? unknownField(oauth, ['clientId', 'callbackPort']);
    const { timeout, ...fields } = value;
    const entry = { ...fields, timeout: seconds(timeout), clientId: oauth.clientId, stays };
    return readEntry(entry, { name, path: [...path, name], syntax: 'claude', project }, reading);
  },
  own: ({ command, args, env }) => ({ type: 'stdio', command, args, env }),
});
