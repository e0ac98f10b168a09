// Puts our hooks into one of Claude Code's settings files. Idempotent: a second time changes no byte. INVARIANT: the file
// is only replaced after everything that could make the client drop it was ruled out, and never without a way back.
import { basename, join } from 'node:path';
import { type Client, errorLines } from '@castellan/client';
import { type Agent, type AgentId, faultLine, type JsonObject } from '@castellan/contract';
import { type Done, done, undone } from '../fault.ts';
import { modeOf, readIfThere, realPath, replaceFile } from '../files.ts';
import { sessionStartScript } from '../session-start-script.ts';
import { findClaude } from './client-binary.ts';
import { type Connection, digestOf, listConnections, readConnection, writeConnection } from './connection.ts';
import { credentialOf, type FoundCredential, hookUrl } from './settings/entries.ts';
import { readSettings, switchedOff } from './settings/faults.ts';
import { foreignHooks } from './settings/foreign.ts';
import { gitExposure } from './settings/git.ts';
import { agentFolder, isolatedFolder, type Places, type Scope, settingsPath } from './settings/location.ts';
import { before, settingsText, withHooks } from './settings/merge.ts';

/** What of the local API connecting needs: the daemon hands over the same without a socket. */
export type ConnectClient = Pick<Client, 'agents' | 'connect' | 'changeAgent' | 'disconnect'>;

export interface ConnectOptions extends Places {
  readonly scope: Scope;
  /** What a person calls the agent. */
  readonly name: string;
  readonly client: ConnectClient;
  /** The daemon's port. */
  readonly port: number;
  readonly timeoutSeconds: number;
  /** Milliseconds since 1970, for the backup's name. */
  readonly now: number;
  /** Absolute: the Node that runs our SessionStart script. */
  readonly node: string;
  /** Absolute: the client, when it is not on PATH. */
  readonly claude?: string;
}

export interface Connected {
  readonly agent: AgentId;
  readonly settingsPath: string;
  readonly changed: boolean;
  readonly backup: string | null;
  readonly version: string;
  readonly warnings: readonly string[];
}

/** Makes the agent known, writes the hooks and remembers how to take them out. A fault leaves the settings file as it was. */
export async function connectClaude(options: ConnectOptions): Promise<Done<Connected>> {
  const binary = await findClaude(options.env, options.claude);
  if (!binary.ok) return binary;
  const target = await placeToConnect(options);
  if (!target.ok) return target;
  const warnings: string[] = [...target.value.warnings];
  const known = await knownAgent(options, target.value);
  if (!known.ok) return known;
  const made = known.value ?? (await makeAgent(options));
  if ('ok' in made) return made;
  const path = target.value.path ?? (await realPath(join(isolatedFolder(options.home, made.agent), 'settings.json')));
  const written = await write(options, { ...target.value, path }, made, binary.value.path).catch((error: unknown) =>
    undone('not-written', `\`${path}\` cannot be written: ${error instanceof Error ? error.message : String(error)}`),
  );
  if (!written.ok) {
    if (known.value === null) await options.client.disconnect({ params: { id: made.agent } });
    return written;
  }
  const watched = await watch(options, made.agent, path);
  if (watched !== null) warnings.push(`the daemon does not watch the file: ${watched}`);
  return done({ agent: made.agent, settingsPath: path, version: binary.value.version, warnings, ...written.value });
}

/** Tells the daemon which file to watch, unless it knows: a second `connect` leaves no record of a change. Why not, or null. */
async function watch({ client, timeoutSeconds }: ConnectOptions, id: AgentId, path: string): Promise<string | null> {
  const agents = await client.agents();
  const agent = agents.ok ? agents.value.agents.find((each) => each.id === id) : undefined;
  const [only, ...others] = agent?.watched ?? [];
  if (only === path && others.length === 0 && agent?.hookTimeoutSeconds === timeoutSeconds) return null;
  const body = { watched: [path], hookTimeoutSeconds: timeoutSeconds };
  const told = await client.changeAgent({ params: { id }, body });
  return told.ok ? null : errorLines(told.error).message;
}

type Where = Omit<ConnectOptions, 'client' | 'name' | 'now'>;

interface Target {
  /** Null: an isolated agent that does not exist yet. */
  readonly path: string | null;
  readonly text: string | null;
  readonly settings: JsonObject;
  readonly warnings: readonly string[];
}

/** The file to edit and what is in it, once nothing speaks against editing it. */
export async function placeToConnect(options: Where): Promise<Done<Target>> {
  const path = await pathOf(options);
  if (path === null) {
    if (options.scope === 'isolated') return done({ path: null, text: null, settings: {}, warnings: [] });
    return undone('settings-unreadable', 'your home folder is not known', 'set HOME');
  }
  let text: string | null;
  try {
    text = await readIfThere(path);
  } catch (error) {
    return undone('settings-unreadable', `\`${path}\` cannot be read: ${String(error)}`, 'check who owns it');
  }
  const read = readSettings(text ?? '');
  if (!read.ok) {
    const hints = read.faults.flatMap((fault) => (fault.hint === undefined ? [] : [fault.hint]));
    return undone('settings-rejected', `\`${path}\`: ${read.faults.map(faultLine).join('; ')}`, ...new Set(hints));
  }
  const off = switchedOff(read.value, hookUrl(options.port));
  if (off !== null)
    return undone('hooks-disabled', `\`${path}\`: \`${off}\` keeps hooks from running`, `remove \`${off}\``);
  const exposure = options.scope === 'isolated' ? 'safe' : await gitExposure(path, options.env);
  if (exposure === 'tracked') {
    return undone(
      'credential-exposed',
      `\`${path}\` is committed to git and would carry the agent's credential`,
      'remove it from the repository and ignore it, or connect another scope',
    );
  }
  const ignore =
    exposure === 'not-ignored'
      ? [`\`${path}\` is not ignored by git: add it to .gitignore, it carries a credential`]
      : [];
  return done({ path, text, settings: read.value, warnings: [...ignore, ...foreignHooks(read.value)] });
}

async function pathOf(options: Where): Promise<string | null> {
  if (options.scope === 'isolated') {
    const known = (await listConnections(options.home)).find((connection) => connection.scope === 'isolated');
    return known?.settingsPath ?? null;
  }
  const path = settingsPath(options.scope, options);
  return path === null ? null : realPath(path);
}

/** The agent whose credential already stands in the file, while the daemon still knows it. */
async function knownAgent(options: ConnectOptions, target: Target): Promise<Done<FoundCredential | null>> {
  const found = credentialOf(target.settings);
  if (found === null) return done(null);
  const agents = await options.client.agents();
  if (!agents.ok) return daemonFault(agents.error);
  const known = agents.value.agents.find((agent: Agent) => agent.id === found.agent);
  return done(known === undefined || known.revokedAt !== null ? null : found);
}

async function makeAgent(options: ConnectOptions): Promise<FoundCredential | Done<never>> {
  const made = await options.client.connect({
    body: { kind: 'claude-code', name: options.name, watched: [], hookTimeoutSeconds: options.timeoutSeconds },
  });
  return made.ok ? { agent: made.value.agent.id, credential: made.value.credential } : daemonFault(made.error);
}

function daemonFault(error: Parameters<typeof errorLines>[0]): Done<never> {
  const { message, hints } = errorLines(error);
  return undone('daemon', message, ...hints);
}

type Written = Pick<Connected, 'changed' | 'backup'>;

async function write(
  options: ConnectOptions,
  target: Target & { readonly path: string },
  agent: FoundCredential,
  claude: string,
): Promise<Done<Written>> {
  const { path, text, settings } = target;
  const place = {
    port: options.port,
    timeoutSeconds: options.timeoutSeconds,
    node: options.node,
    script: sessionStartScript(),
  };
  const next = settingsText(
    withHooks(settings, { ...place, credential: agent.credential, settingsPath: path }),
    text ?? '',
  );
  const old = await readConnection(options.home, agent.agent);
  if (next === text && old?.written === digestOf(next)) return done({ changed: false, backup: null });
  const backup = text === null ? null : await backUp(options, agent.agent, path, text);
  const record: Connection = {
    schema: 'castellan/connection/v1',
    kind: 'claude-code',
    agent: agent.agent,
    scope: options.scope,
    settingsPath: path,
    ...place,
    claude,
    written: digestOf(next),
    restore: restoreOf(old, text, backup, (await modeOf(path)) ?? 0o600, settings),
    before: old?.before ?? before(settings),
  };
  await writeConnection(options.home, record);
  await replaceFile(path, next);
  return done({ changed: true, backup });
}

/** An earlier way back stays good only while the bytes it belongs to still stand. */
function restoreOf(
  old: Connection | null,
  text: string | null,
  backup: string | null,
  mode: number,
  settings: JsonObject,
): Connection['restore'] {
  if (old !== null && text !== null && old.written === digestOf(text)) return old.restore;
  if (backup === null) return { kind: 'remove' };
  return credentialOf(settings) === null ? { kind: 'bytes', backup, mode } : { kind: 'strip' };
}

async function backUp(options: ConnectOptions, agent: AgentId, path: string, text: string): Promise<string> {
  const backup = join(agentFolder(options.home, agent), 'backups', `${basename(path, '.json')}-${options.now}.json`);
  await replaceFile(backup, text);
  return backup;
}
