// OpenCode: `mcp` in `opencode.json` or `opencode.jsonc`, of the user and of a project.
import { isAbsolute, join } from 'node:path';
import { readEntry } from '../entry.ts';
import type { ClientFile, ClientPlaces } from '../found.ts';
import { environment, isRecord, type JsonRecord, jsonClient, seconds, unknownField } from './json-client.ts';
import { configFolder } from './places.ts';

const KNOWN = ['type', 'command', 'environment', 'cwd', 'enabled', 'url', 'headers', 'oauth', 'timeout'];
const NAMES = ['opencode.json', 'opencode.jsonc'] as const;

function files(places: ClientPlaces): readonly ClientFile[] {
  const named = places.env.OPENCODE_CONFIG;
  const users = NAMES.map((name) => join(configFolder(places), 'opencode', name));
  return [
    ...users.map((path): ClientFile => ({ client: 'opencode', path, project: null })),
    ...(named !== undefined && isAbsolute(named) ? [{ client: 'opencode', path: named, project: null } as const] : []),
    ...NAMES.map((name): ClientFile => ({ client: 'opencode', path: join(places.cwd, name), project: places.cwd })),
  ];
}

function stays(value: JsonRecord): string | undefined {
  if (value.enabled === false) return 'it is switched off';
  const { oauth } = value;
  if (isRecord(oauth) && oauth.clientSecret !== undefined) return 'its sign-in has a secret of its own; add it by hand';
  return unknownField(value, KNOWN);
}

export const opencode = jsonClient({
  name: 'opencode',
  title: 'OpenCode',
  files,
  sections: (_root, { project }) => [{ path: ['mcp'], project }],
  entry(value, name, { path, project }, reading) {
    const words: readonly unknown[] = Array.isArray(value.command) ? value.command : [value.command];
    const [command, ...args] = words;
    const oauth = isRecord(value.oauth) ? value.oauth : {};
    const entry = {
      ...(value.type === 'remote' ? { url: value.url, headers: value.headers } : { command, args }),
      env: value.environment,
      cwd: value.cwd,
      timeout: seconds(value.timeout),
      clientId: oauth.clientId,
      stays: stays(value),
    };
    return readEntry(entry, { name, path: [...path, name], syntax: 'opencode', project }, reading);
  },
  own: ({ command, args, env }) => ({
    type: 'local',
    command: [command, ...args],
    ...environment('environment', env),
    enabled: true,
  }),
});
