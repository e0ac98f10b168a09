// Goose: `extensions` in `config.yaml`. What it brings along itself stands there too and is no server; a secret it keeps in its
// own keychain (`env_keys`) makes a server stay.
import { join } from 'node:path';
import { readEntry } from '../entry.ts';
import { type FoundServer, type McpClient, OWN_NAME, type Reading } from '../found.ts';
import { moveOutOfYaml, putBackIntoYaml } from '../text/yaml-edit.ts';
import { yamlValue } from '../text/yaml-places.ts';
import { isRecord, type JsonRecord, unknownField } from './json-client.ts';
import { configFolder } from './places.ts';

const KNOWN = [
  ...['type', 'name', 'display_name', 'description', 'enabled', 'bundled', 'cmd', 'args', 'envs', 'env_keys'],
  ...['uri', 'headers', 'timeout', 'available_tools'],
];
const OF_ITS_OWN = ['builtin', 'platform', 'frontend', 'inline_python'];

function stays(value: JsonRecord): string | undefined {
  if (value.enabled === false) return 'it is switched off';
  if (Array.isArray(value.env_keys) && value.env_keys.length > 0) return 'its secrets lie in the keychain of Goose';
  if (Array.isArray(value.available_tools) && value.available_tools.length > 0)
    return 'only some of its tools are offered';
  return unknownField(value, KNOWN);
}

function serverOf(value: JsonRecord, name: string, reading: Reading): FoundServer {
  const { type, cmd, args, envs, uri, headers, timeout } = value;
  const patience = typeof timeout === 'number' && timeout > 0 ? timeout : undefined;
  const isHttp = type === 'streamable_http' || type === 'sse';
  const start = isHttp
    ? { url: uri, headers, type: type === 'sse' ? 'sse' : undefined }
    : { command: cmd, args, env: envs };
  const place = { name, path: ['extensions', name], syntax: 'none', project: null } as const;
  return readEntry({ ...start, timeout: patience, stays: stays(value) }, place, reading);
}

export const goose: McpClient = {
  name: 'goose',
  title: 'Goose',
  files: (places) => [{ client: 'goose', path: join(configFolder(places), 'goose', 'config.yaml'), project: null }],
  read(text, _file, reading) {
    const root = yamlValue(text);
    if (!isRecord(root)) return { ok: false, why: 'it is no YAML that can be read, or has a name twice' };
    const extensions = isRecord(root.extensions) ? root.extensions : {};
    const servers = Object.entries(extensions).flatMap(([name, value]): readonly FoundServer[] => {
      if (name === OWN_NAME) return [];
      if (!isRecord(value)) return [{ kind: 'stays', name, path: ['extensions', name], why: 'it is no table' }];
      return OF_ITS_OWN.includes(String(value.type)) ? [] : [serverOf(value, name, reading)];
    });
    return { ok: true, servers };
  },
  moveOut: (text, paths, { command, args, env }) =>
    moveOutOfYaml(text, paths, {
      enabled: true,
      type: 'stdio',
      name: OWN_NAME,
      description: 'Tools behind Castellan',
      cmd: command,
      args,
      envs: env,
    }),
  putBack: putBackIntoYaml,
};
