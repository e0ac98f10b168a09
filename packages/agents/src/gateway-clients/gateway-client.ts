// A connector for a client that is held by its MCP servers alone: one entry of ours in one file. What it does with tools of its
// own the gateway never sees, and `gaps` says so. INVARIANT: no credential is in a client's file.
import { lstat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import {
  type AgentId,
  agentIdSchema,
  type ConnectorName,
  type ConnectScope,
  type Gap,
  type JsonObject,
} from '@castellan/contract';
import type { Connector, EditedFile, Entries, OwnTools, Standing } from '../connector.ts';
import { type Done, done, undone } from '../fault.ts';
import { codeOf, realPath } from '../files.ts';
import type { Command, Machine } from '../machine.ts';
import { readClientFile } from '../mcp-clients/client-file.ts';
import type { McpClientName } from '../mcp-clients/found.ts';
import { OWN_NAME } from '../mcp-clients/found.ts';
import { valueIn } from '../mcp-clients/text/json-put.ts';
import { onPath } from '../on-path.ts';
import { applyChanges, besideOf, type Change, readIn, type TextFormat, undoChanges } from './changes.ts';
import { isThere, versionBeside } from './installed.ts';

/** What is particular to one client. */
export interface GatewayClient {
  readonly name: ConnectorName & McpClientName;
  readonly title: string;
  readonly format: TextFormat;
  readonly scopes: readonly ConnectScope[];
  /** On PATH. */
  readonly programs: readonly string[];
  /** Folders and applications that are there where it is installed. */
  traces(machine: Machine): readonly string[];
  file(machine: Machine, scope: ConnectScope): Promise<string>;
  /** Where its servers stand in that file. */
  readonly servers: readonly string[];
  entry(command: Command, timeoutSeconds: number): JsonObject;
  /** What else in the file keeps our entry from counting; null: nothing. */
  silenced?(root: unknown): string | null;
  /** Entries under `servers` that are no servers of somebody else. */
  isOwn?(entry: unknown): boolean;
  /** What it can be told to leave out, where it reads that. */
  readonly off?: {
    readonly words: string;
    readonly scopes: readonly ConnectScope[];
    changes(root: unknown): readonly Change[];
  };
  gaps(scope: ConnectScope, ownTools: OwnTools): readonly Gap[];
}

const isTable = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const nothingKnown: readonly string[] = [];

export function gatewayConnector(client: GatewayClient): Connector {
  const { name, title, format, servers, off } = client;
  const own = [...servers, OWN_NAME];
  const others = (root: unknown): readonly string[] => {
    const table = valueIn(root, servers);
    return isTable(table)
      ? Object.entries(table).flatMap(([each, entry]) => (each === OWN_NAME || client.isOwn?.(entry) ? [] : [each]))
      : [];
  };
  return {
    name,
    title,
    kind: 'mcp',
    scopes: client.scopes,
    modes: () => ['gateway'],
    known: nothingKnown,
    hosts: [],
    ...(off === undefined
      ? {}
      : { switchesOff: (scope: ConnectScope) => (off.scopes.includes(scope) ? off.words : null) }),
    gaps: (scope, _mode, ownTools = 'kept') => client.gaps(scope, ownTools),
    async detect(machine, path) {
      const program = path ?? (await onPath(machine.env.PATH ?? '', client.programs));
      if (program !== null) return done({ path: program, version: await versionBeside(program) });
      for (const trace of client.traces(machine)) if (await isThere(trace)) return done({ path: null, version: null });
      return null;
    },
    defaultScope: async () => 'user',
    async agentIn(machine, scope) {
      const read = await readFileOf(client, machine, scope);
      return read.ok ? agentOf(valueIn(readIn(format, read.value.before ?? ''), own)) : null;
    },
    async edits(entries: Entries) {
      const { machine, scope, gateway, timeoutSeconds, ownTools } = entries;
      const read = await readFileOf(client, machine, scope);
      if (!read.ok) return read;
      const { path, before } = read.value;
      const root = readIn(format, before ?? '');
      if (root === undefined)
        return undone(
          'settings-unreadable',
          `\`${path}\` cannot be read: it is not what ${title} writes, or says one thing twice`,
          'mend it, then connect again; nothing was changed',
        );
      const change = { path: own, value: client.entry(gateway, timeoutSeconds) };
      const changes = [
        change,
        ...(ownTools === 'off' && off?.scopes.includes(scope) === true ? off.changes(root) : []),
      ];
      const applied = applyChanges(format, before ?? '', changes);
      if (applied === null)
        return undone(
          'settings-unreadable',
          `\`${path}\` cannot be edited without touching something else`,
          `write \`${OWN_NAME}\` into it by hand: \`castellan connect mcp --name ${name}\` says how`,
        );
      const beside = others(root).map((each) => [`beside ${each}`, true] as const);
      const kept = { ...applied.kept, ...Object.fromEntries(beside) };
      const file: EditedFile = { path, before, after: applied.text, mode: 0o600, kept };
      return done({ files: [file], warnings: warningsOf(client, scope, path, others(root), client.silenced?.(root)) });
    },
    strip(path, text, kept): Done<string | null> {
      const result = undoChanges(format, text, kept);
      return result === undefined
        ? undone('settings-unreadable', `\`${path}\` cannot be read`, `take \`${OWN_NAME}\` out of it by hand`)
        : done(result);
    },
    async inspect({ files, scope, ownTools, gateway, timeoutSeconds }, machine) {
      const states = files.map(async ({ path, kept }): Promise<readonly Standing[]> => {
        const read = await readPath(name, path, null, machine);
        const root = read.ok ? readIn(format, read.value.before ?? '') : undefined;
        const entry = { path: own, value: client.entry(gateway, timeoutSeconds) };
        const left = ownTools === 'off' && off?.scopes.includes(scope) === true ? off.changes(root) : [];
        const beside = besideOf(kept);
        const fresh = others(root).filter((each) => !beside.includes(each));
        return standings(client, path, root, [entry, ...left], fresh);
      });
      return (await Promise.all(states)).flat();
    },
    verify: null,
    run: null,
  };
}

function agentOf(entry: unknown): AgentId | null {
  const words = isTable(entry) && Array.isArray(entry.args) ? entry.args : [];
  const id = agentIdSchema.safeParse(words[words.indexOf('--agent') + 1]);
  return words.includes('--agent') && id.success ? id.data : null;
}

interface ReadFile {
  readonly path: string;
  readonly before: string | null;
}

async function readFileOf(client: GatewayClient, machine: Machine, scope: ConnectScope): Promise<Done<ReadFile>> {
  const path = await client.file(machine, scope);
  return readPath(client.name, path, scope === 'project' ? machine.cwd : null, machine);
}

async function readPath(
  client: McpClientName,
  path: string,
  project: string | null,
  machine: Machine,
): Promise<Done<ReadFile>> {
  const read = await readClientFile({ client, path, project }, machine.userHome);
  if (read.kind === 'read') return done({ path: read.file.realPath, before: read.file.text });
  if (read.kind === 'refused')
    return undone('settings-unreadable', `\`${path}\` is left alone: ${read.why}`, 'mend it, then connect again');
  const isLink = await lstat(path).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT' && codeOf(error) !== 'ENOTDIR',
  );
  return isLink
    ? undone('settings-unreadable', `\`${path}\` is a link that leads nowhere`, 'mend it, then connect again')
    : done({ path: await realPath(path), before: null });
}

function warningsOf(
  { name, title }: GatewayClient,
  scope: ConnectScope,
  path: string,
  others: readonly string[],
  silenced: string | null | undefined,
): readonly string[] {
  const list = others.map((each) => `\`${each}\``).join(', ');
  return [
    ...(silenced == null ? [] : [`${title} will not use it yet: ${silenced}`]),
    ...(others.length === 0
      ? []
      : [
          `${list} in the same file ${others.length === 1 ? 'is' : 'are'} not behind the gate; \`castellan modules import --client ${name}\` moves them`,
        ]),
    ...(scope === 'project'
      ? [`\`${path}\` holds paths of this machine and no credential: keep it out of the repository`]
      : []),
  ];
}

function standings(
  { title, silenced }: GatewayClient,
  path: string,
  root: unknown,
  changes: readonly Change[],
  fresh: readonly string[],
): readonly Standing[] {
  const hint = 'if this was not you, end the agent; `castellan connect` writes it again';
  const found: Standing[] = changes
    .filter((change) => !isDeepStrictEqual(valueIn(root, change.path), change.value))
    .map((change) =>
      change.path.at(-1) === OWN_NAME
        ? {
            kind: 'missing',
            hint,
            text: `${path}: \`${OWN_NAME}\` is gone or was changed; ${title} may work without the gate`,
          }
        : {
            kind: 'disabled',
            hint,
            text: `${path}: \`${change.path.join('.')}\` was changed; ${title} may have its own tools again`,
          },
    );
  const why = silenced?.(root) ?? null;
  if (why !== null) found.push({ kind: 'disabled', text: `${path}: ${why}`, hint });
  if (fresh.length > 0)
    found.push({
      kind: 'bypassed',
      text: `${path}: ${fresh.map((each) => `\`${each}\``).join(', ')} came since and is not behind the gate`,
      hint: '`castellan modules import` moves it behind the gate',
    });
  return found.length === 0 ? [{ kind: 'intact' }] : found;
}
