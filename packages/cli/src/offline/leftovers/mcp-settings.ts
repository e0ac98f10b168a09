// The MCP settings of clients (JSON, with comments): each server's environment and headers, where people leave tokens. Which
// client it is does not matter: `mcpServers` (Claude Code and Desktop, Cursor, Windsurf), `servers` (VS Code), `mcp` (OpenCode).
import { isDeepStrictEqual } from 'node:util';
import type { SecretUse } from '@castellan/contract';
import { applyEdits, modify, type ParseError, parse } from 'jsonc-parser';
import { isPlaceholder, type Leftover, type LeftoverFile, type Reading } from './leftover.ts';

const SERVERS: ReadonlySet<string> = new Set(['mcpServers', 'servers', 'mcp']);
const GROUPS = ['env', 'environment', 'headers'] as const;
/** `Bearer x`: the scheme is no part of the secret. */
const SCHEME = /^(?:Bearer|Basic|Token|token|ApiKey) +/;

interface Placed extends Leftover {
  readonly path: readonly (string | number)[];
  readonly before: string;
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Null: no MCP settings stand in it. */
export function readMcpSettings(text: string, reading: Reading): LeftoverFile | null {
  const errors: ParseError[] = [];
  const root: unknown = parse(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || !isObject(root)) return null;
  const servers = [...serversIn(root, [])];
  if (servers.length === 0) return null;
  const found = servers.flatMap((server) => credentialsOf(server, reading));
  const leftovers = named(found);
  const placed = new Map(leftovers.map((leftover, index) => [leftover, found[index]]));
  return {
    leftovers,
    faults: [],
    without(taken) {
      const expected: unknown = structuredClone(root);
      let rest = text;
      for (const leftover of taken) {
        const place = placed.get(leftover);
        if (place === undefined) continue;
        const words = `${place.before}\${secret:${leftover.name}}`;
        rest = applyEdits(rest, modify(rest, [...place.path], words, {}));
        setAt(expected, place.path, words);
      }
      // A member that stands twice has two readers with two answers.
      return isDeepStrictEqual(parse(rest, [], { allowTrailingComma: true }), expected) ? rest : null;
    },
  };
}

function setAt(root: unknown, path: readonly (string | number)[], value: string): void {
  const [last, ...before] = path.toReversed();
  let node = root;
  for (const key of before.toReversed()) node = isObject(node) ? node[String(key)] : undefined;
  if (isObject(node) && last !== undefined) Object.assign(node, { [last]: value });
}

interface Server {
  readonly name: string;
  readonly path: readonly string[];
  readonly settings: { readonly [name: string]: unknown };
}

function* serversIn(node: { readonly [name: string]: unknown }, path: readonly string[]): Generator<Server> {
  for (const [key, value] of Object.entries(node)) {
    if (!isObject(value)) continue;
    if (SERVERS.has(key))
      for (const [name, settings] of Object.entries(value))
        if (isObject(settings)) yield { name, path: [...path, key, name], settings };
    // `projects` of Claude Code, `mcp.servers` of VS Code's settings.
    if (path.length < 4) yield* serversIn(value, [...path, key]);
  }
}

function credentialsOf(
  { name: server, path, settings }: Server,
  { file, prefix, isCredential }: Reading,
): readonly Placed[] {
  return GROUPS.flatMap((group) => {
    const entries = settings[group];
    if (!isObject(entries)) return [];
    return Object.entries(entries).flatMap(([key, whole]) => {
      if (typeof whole !== 'string') return [];
      const before = group === 'headers' ? (SCHEME.exec(whole)?.[0] ?? '') : '';
      const value = whole.slice(before.length);
      if (value === '' || isPlaceholder(value) || !isCredential(key, value)) return [];
      const name = `${prefix}${group === 'headers' ? `${server}_${key}` : key}`;
      return [
        {
          name: name
            .replaceAll(/[^A-Za-z0-9_]/g, '_')
            .replace(/^(?=\d)/, '_')
            .toUpperCase()
            .slice(0, 64),
          key,
          value,
          uses: usesOf(server, settings.url),
          where: `${file}: ${server}`,
          path: [...path, group, key],
          before,
        },
      ];
    });
  });
}

function usesOf(server: string, url: unknown): readonly SecretUse[] {
  const name = server.toLowerCase().replaceAll(/[^a-z0-9_:-]/g, '-');
  const module: readonly SecretUse[] = [{ kind: 'module', name }];
  const parsed = typeof url === 'string' ? URL.parse(url) : null;
  return parsed === null || parsed.host === ''
    ? module
    : [...module, { kind: 'host', name: parsed.host.toLowerCase() }];
}

/** One name for one value: two servers that share a token share a secret, and two tokens of one name get two. */
function named(found: readonly Placed[]): readonly Leftover[] {
  const values = new Map<string, string>();
  return found.map(({ name, key, value, uses, where }) => {
    let own = name;
    for (let n = 2; values.has(own) && values.get(own) !== value; n += 1) own = `${name.slice(0, 60)}_${n}`;
    values.set(own, value);
    return { name: own, key, value, uses, where };
  });
}
