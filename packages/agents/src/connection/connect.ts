// Puts an agent behind the gate. Idempotent: a second time changes no byte. INVARIANT: whatever fails, every file is as it was
// and no agent is left that nobody holds; and what a crash left half done the next connect or disconnect ends.
import { errorLines } from '@castellan/client';
import type { AgentId, ConnectMode, ConnectorName, ConnectScope } from '@castellan/contract';
import type { Connector, Edits, OwnTools } from '../connector.ts';
import { type Done, done, undone } from '../fault.ts';
import { removeFile } from '../files.ts';
import type { Connection } from './connection.ts';
import { forgetCredential, type Identity } from './credential.ts';
import { underLock } from './lock.ts';
import type { ConnectOptions } from './options.ts';
import { type Prepared, prepare } from './prepare.ts';
import { putIn } from './put-in.ts';
import { connectionPath } from './record.ts';

export interface Connected {
  readonly agent: AgentId;
  readonly connector: ConnectorName;
  readonly scope: ConnectScope;
  readonly mode: ConnectMode;
  readonly ownTools: OwnTools;
  /** Of the client; null: it does not say. */
  readonly version: string | null;
  /** Whether any file is another one now. */
  readonly changed: boolean;
  readonly files: readonly {
    readonly path: string;
    /** As it was; null: there was none, or an earlier one holds. */
    readonly backup: string | null;
  }[];
  readonly warnings: readonly string[];
}

/** Makes the agent known, writes the entries and remembers how to take them out. A fault leaves everything as it was. */
export function connectAgent(connector: Connector, options: ConnectOptions): Promise<Done<Connected>> {
  const { name, now, client } = options;
  const work = { home: options.machine.home, now, client, making: { kind: connector.kind, name } };
  return underLock(work, () => connectAlone(connector, options));
}

async function connectAlone(connector: Connector, options: ConnectOptions): Promise<Done<Connected>> {
  const prepared = await prepare(connector, options);
  if (!prepared.ok) return prepared;
  const { client, scope, mode, ownTools, standing, record } = prepared.value;
  const agents = await options.client.agents();
  if (!agents.ok) return daemonFault(agents.error);
  const isKnown = agents.value.agents.some(({ id, revokedAt }) => id === standing?.agent && revokedAt === null);
  const made = isKnown && standing !== null ? done(standing) : await makeAgent(connector, options, prepared.value);
  if (!made.ok) return made;
  const identity = made.value;
  const written = await write(connector, options, prepared.value, identity, isKnown);
  if (!written.ok) {
    if (!isKnown) await options.client.disconnect({ params: { id: identity.agent } });
    return written;
  }
  const warnings = [...written.value.warnings, ...unproven(connector, client.version)];
  if (record !== null && record.agent !== identity.agent) {
    const left = await supersede(options, record).catch(
      () => `\`${record.agent}\`, which stood there before, is still on record`,
    );
    if (left !== null) warnings.push(left);
  }
  const paths = written.value.connection.files.map(({ path }) => path);
  const tools = offersTools(connector, mode, ownTools);
  const unwatched = await watch(options, identity.agent, paths, tools);
  if (unwatched !== null) warnings.push(`the daemon does not watch the files: ${unwatched}`);
  const { changed, files } = written.value;
  return done({
    ...{ agent: identity.agent, connector: connector.name, scope, mode, ownTools, version: client.version },
    ...{ changed, files, warnings },
  });
}

async function write(
  connector: Connector,
  options: ConnectOptions,
  prepared: Prepared,
  identity: Identity,
  isKnown: boolean,
): ReturnType<typeof putIn> {
  const entries = prepared.entries(identity);
  const edits: Done<Edits> = isKnown ? done(prepared.edits) : await connector.edits(entries);
  if (!edits.ok) return edits;
  return putIn(connector, options, { entries, edits: edits.value, record: prepared.record });
}

/** Whether the gateway offers our own file, search and command tools in place of those that the client leaves out. */
const offersTools = (connector: Connector, mode: ConnectMode, ownTools: Connection['ownTools']): boolean =>
  ownTools === 'off' || (mode === 'gateway' && connector.kind !== 'mcp');

async function makeAgent(
  connector: Connector,
  { client, name, timeoutSeconds }: ConnectOptions,
  { mode, ownTools }: Prepared,
): Promise<Done<Identity>> {
  const tools = offersTools(connector, mode, ownTools);
  const made = await client.connect({
    body: { kind: connector.kind, name, watched: [], hookTimeoutSeconds: timeoutSeconds, tools },
  });
  return made.ok ? done({ agent: made.value.agent.id, credential: made.value.credential }) : daemonFault(made.error);
}

/** Tells the daemon which files to watch, unless it knows: a second `connect` leaves no record of a change. Why not, or null. */
async function watch(
  { client, timeoutSeconds }: ConnectOptions,
  id: AgentId,
  paths: readonly string[],
  tools: boolean,
): Promise<string | null> {
  const agents = await client.agents();
  const agent = agents.ok ? agents.value.agents.find((each) => each.id === id) : undefined;
  const isTold =
    agent !== undefined &&
    agent.watched.length === paths.length &&
    paths.every((path, index) => agent.watched[index] === path);
  if (isTold && agent.hookTimeoutSeconds === timeoutSeconds && agent.tools === tools) return null;
  const body = { watched: [...paths], hookTimeoutSeconds: timeoutSeconds, tools };
  const told = await client.changeAgent({ params: { id }, body });
  return told.ok ? null : errorLines(told.error).message;
}

/** The agent whose entries stood there before is nobody now; its backups stay, for the way back leads to them. */
async function supersede({ machine, client }: ConnectOptions, { agent }: Connection): Promise<null> {
  await client.disconnect({ params: { id: agent } });
  await forgetCredential(machine.home, agent);
  await removeFile(connectionPath(machine.home, agent));
  return null;
}

function unproven({ title, known }: Connector, version: string | null): readonly string[] {
  if (version === null || known.length === 0 || known.includes(version)) return [];
  return [`${title} ${version} is another version than was tested: let \`castellan verify\` prove that it is held`];
}

function daemonFault(error: Parameters<typeof errorLines>[0]): Done<never> {
  const { message, hints } = errorLines(error);
  return undone('daemon', message, ...hints);
}
