// Zed: `context_servers` in `settings.json` of the user and of a project, with comments and trailing commas. Servers of
// extensions have settings and no command: they stay.
import { join } from 'node:path';
import { readEntry } from '../entry.ts';
import { isRecord, type JsonRecord, jsonClient, unknownField } from './json-client.ts';
import { configFolder } from './places.ts';

const KNOWN = ['source', 'enabled', 'remote', 'command', 'args', 'env', 'url', 'headers', 'timeout'];

function stays(value: JsonRecord): string | undefined {
  if (value.enabled === false) return 'it is switched off';
  if (value.source === 'extension' || value.settings !== undefined) return 'an extension of Zed starts it';
  if (value.remote === true) return 'it runs on the machine of a remote project';
  return unknownField(value, KNOWN);
}

/** Older versions wrote `command: { path, args, env }`. */
const flat = (value: JsonRecord): JsonRecord => {
  const { command, ...rest } = value;
  return isRecord(command) ? { ...rest, ...command, command: command.path, path: undefined } : value;
};

export const zed = jsonClient({
  name: 'zed',
  title: 'Zed',
  files: (places) => [
    { client: 'zed', path: join(configFolder(places), 'zed', 'settings.json'), project: null },
    { client: 'zed', path: join(places.cwd, '.zed', 'settings.json'), project: places.cwd },
  ],
  sections: (_root, { project }) => [{ path: ['context_servers'], project }],
  entry(value, name, { path, project }, reading) {
    const { command, args, env, url, headers, timeout } = flat(value);
    const patience = typeof timeout === 'number' && timeout > 0 ? timeout : undefined;
    const entry = { command, args, env, url, headers, timeout: patience, stays: stays(value) };
    return readEntry(entry, { name, path: [...path, name], syntax: 'none', project }, reading);
  },
  own: ({ command, args, env }) => ({ command, args, env }),
});
