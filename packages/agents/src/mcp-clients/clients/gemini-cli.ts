// Gemini CLI: `mcpServers` in `settings.json` of the user and of a project. `httpUrl` is Streamable HTTP, `url` the old SSE. A
// server whose tools it was told to leave out or to take alone stays: behind the gateway it would offer all of them.
import { isAbsolute, join } from 'node:path';
import { readEntry } from '../entry.ts';
import type { ClientPlaces } from '../found.ts';
import {
  environment,
  isRecord,
  type JsonRecord,
  jsonClient,
  type Section,
  seconds,
  unknownField,
} from './json-client.ts';

const KNOWN = ['type', 'command', 'args', 'env', 'cwd', 'url', 'httpUrl', 'headers', 'timeout', 'trust', 'description'];

const homeOf = ({ env, userHome }: ClientPlaces): string => {
  const own = env.GEMINI_CLI_HOME;
  return own !== undefined && isAbsolute(own) ? own : userHome;
};

function sections(root: JsonRecord, project: string | null): readonly Section[] {
  const excluded = isRecord(root.mcp) && Array.isArray(root.mcp.excluded) ? root.mcp.excluded : [];
  const disabled = excluded.filter((each): each is string => typeof each === 'string');
  return [{ path: ['mcpServers'], project, disabled }];
}

export const geminiCli = jsonClient({
  name: 'gemini-cli',
  title: 'Gemini CLI',
  files: (places) => [
    { client: 'gemini-cli', path: join(homeOf(places), '.gemini', 'settings.json'), project: null },
    { client: 'gemini-cli', path: join(places.cwd, '.gemini', 'settings.json'), project: places.cwd },
  ],
  sections: (root, { project }) => sections(root, project),
  entry(value, name, { path, project }, reading) {
    const { httpUrl, url, timeout, ...fields } = value;
    const stays = unknownField(value, KNOWN);
    const place =
      httpUrl !== undefined ? { url: httpUrl } : url === undefined ? {} : { url, type: value.type ?? 'sse' };
    const entry = { ...fields, ...place, timeout: seconds(timeout), stays };
    return readEntry(entry, { name, path: [...path, name], syntax: 'gemini', project }, reading);
  },
  own: ({ command, args, env }) => ({ command, args, ...environment('env', env) }),
});
