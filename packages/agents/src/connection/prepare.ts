// Everything that connecting finds out before it changes anything: the client, where and how it is held, whose entries stand
// there already, and what the files would hold.
import { isAbsolute } from 'node:path';
import type { AgentId, ConnectMode, ConnectScope } from '@castellan/contract';
import type { Connector, Edits, Entries, OwnTools } from '../connector.ts';
import { defaultScopeOf } from '../default-scope.ts';
import { type Done, done, undone } from '../fault.ts';
import { modeOf } from '../files.ts';
import { chooseHookCommand } from '../hook-client/choose.ts';
import type { Command, InstalledClient, Machine } from '../machine.ts';
import { gatewayCommand, hookFilePath } from './commands.ts';
import type { Connection } from './connection.ts';
import { type Identity, keptCredential } from './credential.ts';
import type { PlanOptions } from './options.ts';
import { agentFolder, listConnections } from './record.ts';

/** Stands where agent and credential will: they are made when somebody connects. */
const NOBODY: Identity = { agent: 'agent_0000000000', credential: 'castellan_a_<made when you connect>' };

export interface Prepared {
  readonly client: InstalledClient;
  readonly scope: ConnectScope;
  readonly mode: ConnectMode;
  readonly ownTools: OwnTools;
  /** The agent whose entries stand there, with its credential: it can be taken again. */
  readonly standing: Identity | null;
  /** Of an earlier connect that wrote the same files. */
  readonly record: Connection | null;
  /** What the files would hold, of the agent that stands there or of nobody. */
  readonly edits: Edits;
  entries(of: Identity): Entries;
}

export async function prepare(connector: Connector, options: PlanOptions): Promise<Done<Prepared>> {
  const { machine } = options;
  const client = await connector.detect(machine, options.clientPath);
  if (client === null)
    return undone(
      'client-missing',
      `${connector.title} is not installed${options.clientPath === undefined ? '' : ` at \`${options.clientPath}\``}`,
      'install it, or name it with `--client PATH`',
    );
  if (!client.ok) return client;
  const scope = options.scope ?? (await defaultScopeOf(connector, machine));
  const named = await connector.agentIn(machine, scope);
  const records = (await listConnections(machine.home)).filter(
    (one) => one.connector === connector.name && one.scope === scope,
  );
  const found = records.find(({ agent }) => agent === named) ?? (scope === 'isolated' ? records[0] : undefined);
  const first = await prepareFor(connector, options, { client: client.value, scope, named, record: found ?? null });
  if (!first.ok || found !== undefined) return first;
  // Entries that are gone from the files tell no agent any more; the record of those very files does.
  const paths = new Set(first.value.edits.files.map(({ path }) => path));
  const record = records.find(({ files }) => files.some(({ path }) => paths.has(path)));
  if (record === undefined) return first;
  return prepareFor(connector, options, { client: client.value, scope, named, record });
}

interface Found {
  readonly client: InstalledClient;
  readonly scope: ConnectScope;
  readonly named: AgentId | null;
  readonly record: Connection | null;
}

async function prepareFor(
  connector: Connector,
  options: PlanOptions,
  { client, scope, named, record }: Found,
): Promise<Done<Prepared>> {
  const { machine, port, timeoutSeconds } = options;
  const how = howOf(connector, scope, options, record);
  if (!how.ok) return how;
  const hook = await hookOf(machine, options.hook, record);
  if (!hook.ok) return hook;
  const agent = named ?? record?.agent ?? null;
  const credential = agent === null ? null : await keptCredential(machine.home, agent);
  const standing = agent === null || credential === null ? null : { agent, credential };
  const entries = (of: Identity): Entries => {
    const folder = agentFolder(machine.home, of.agent);
    return {
      ...{ machine, scope, client, port, timeoutSeconds, folder, ...how.value, ...of },
      hook: { ...hook.value, args: [...hook.value.args, hookFilePath(folder)] },
      gateway: gatewayCommand(folder, of.agent),
    };
  };
  const edits = await connector.edits(entries(standing ?? NOBODY));
  if (!edits.ok) return edits;
  return done({ client, scope, ...how.value, standing, record, edits: edits.value, entries });
}

/** As it is asked for, else as it was, else the first of the scope. */
function howOf(
  connector: Connector,
  scope: ConnectScope,
  options: PlanOptions,
  record: Connection | null,
): Done<{ readonly mode: ConnectMode; readonly ownTools: OwnTools }> {
  if (!connector.scopes.includes(scope))
    return undone(
      'wrong-scope',
      `${connector.title} has no scope \`${scope}\``,
      `one of ${connector.scopes.join(', ')}`,
    );
  const modes = connector.modes(scope);
  const mode = options.mode ?? record?.mode ?? modes[0];
  if (mode === undefined || !modes.includes(mode))
    return undone(
      'wrong-mode',
      `${connector.title} is not held by \`${mode ?? ''}\` in scope \`${scope}\``,
      `one of ${modes.join(', ')}`,
    );
  const ownTools = options.ownTools ?? record?.ownTools ?? 'kept';
  if (ownTools === 'off' && (connector.switchesOff?.(scope) ?? null) === null)
    return undone(
      'wrong-mode',
      `${connector.title} cannot be told to leave out its own tools`,
      'connect it without that',
    );
  return done({ mode, ownTools });
}

/** What was chosen stays chosen while it is there: a client that trusts a hook trusts that very command. */
async function hookOf(machine: Machine, given: Command | undefined, record: Connection | null): Promise<Done<Command>> {
  if (record !== null) {
    const args = record.hook.args.slice(0, -1);
    const isOfThisKind = record.hook.args.at(-1) === hookFilePath(agentFolder(machine.home, record.agent));
    const files = [record.hook.file, ...args.filter((arg) => isAbsolute(arg))];
    const modes = isOfThisKind ? await Promise.all(files.map(modeOf)) : [null];
    if (!modes.includes(null)) return done({ ...record.hook, args });
  }
  return given === undefined ? chooseHookCommand(machine) : done(given);
}
