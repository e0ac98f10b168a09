// Takes exactly our entries out of a client's files and revokes the agent. Byte by byte the original where nothing else
// changed since. It works with the daemon away too: nobody must need us to get rid of us.
import { type Client, errorLines } from '@castellan/client';
import type { AgentId } from '@castellan/contract';
import type { Connector } from '../connector.ts';
import { connectorOf } from '../connectors.ts';
import { type AgentFault, type Done, done, undone } from '../fault.ts';
import { removeEmptyFolders, removeFile } from '../files.ts';
import { hookInside } from '../walls/inside.ts';
import type { ConnectedFile, Connection } from './connection.ts';
import { forgetCredential } from './credential.ts';
import { underLock } from './lock.ts';
import { type FileEnd, putBack } from './put-back.ts';
import { agentFolder, connectionPath, readConnection, writeConnection } from './record.ts';

export interface Disconnected {
  readonly connector: Connection['connector'];
  readonly files: readonly { readonly path: string; readonly end: FileEnd }[];
  readonly revoked: boolean;
  readonly warnings: readonly string[];
}

export interface DisconnectOptions {
  /** The state folder. */
  readonly home: string;
  readonly agent: AgentId;
  /** Null: the daemon is away. */
  readonly client: Pick<Client, 'agents' | 'disconnect'> | null;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** In place of the table's; for clients that are not in it. */
  readonly connector?: Pick<Connector, 'strip'>;
}

/** Revokes the agent, then takes its entries out. What could not be done without the daemon stands in the warnings. */
export function disconnectAgent(options: DisconnectOptions): Promise<Done<Disconnected>> {
  return underLock({ ...options, making: null }, () =>
    disconnectAlone(options).catch((error: unknown) =>
      undone('not-written', error instanceof Error ? error.message : String(error), 'run this again'),
    ),
  );
}

async function disconnectAlone(options: DisconnectOptions): Promise<Done<Disconnected>> {
  const { home, agent } = options;
  const connection = await readConnection(home, agent);
  if (connection === null)
    return undone('not-connected', `\`${agent}\` is not a connected agent`, 'see `castellan agents`');
  const connector = options.connector ?? connectorOf(connection.connector);
  // First the daemon: it would raise an alarm for entries that vanish from an agent it still knows.
  const warnings: string[] = [];
  const revoked = await revoke(options, warnings);
  const ends: { readonly file: ConnectedFile; readonly end: Done<FileEnd> }[] = [];
  for (const file of connection.files) {
    const end = await putBack(file, connector).catch((error: unknown) => notWritten(file, error));
    ends.push({ file, end });
  }
  const failed = ends.flatMap(({ file, end }): { file: ConnectedFile; fault: AgentFault }[] =>
    end.ok ? [] : [{ file, fault: end.fault }],
  );
  const [first] = failed;
  if (first !== undefined) {
    await writeConnection(home, { ...connection, complete: false, files: failed.map(({ file }) => file) });
    return { ok: false, fault: first.fault };
  }
  await removeEmptyFolders(connection.folders);
  if (revoked) await forget(home, connection, ends);
  const files = ends.flatMap(({ file: { path }, end }) => (end.ok ? [{ path, end: end.value }] : []));
  return done({ connector: connection.connector, files, revoked, warnings });
}

const notWritten = ({ path }: ConnectedFile, error: unknown): Done<never> =>
  undone(
    'not-written',
    `\`${path}\` cannot be put back: ${error instanceof Error ? error.message : String(error)}`,
    'check who owns it and run this again, or take our entries out by hand',
  );

async function revoke({ client, agent }: DisconnectOptions, warnings: string[]): Promise<boolean> {
  if (client === null) {
    warnings.push('the credential is still good: run this again once the daemon is up');
    return false;
  }
  const answer = await client.disconnect({ params: { id: agent } });
  if (answer.ok || (answer.error.kind === 'api' && answer.error.error.error === 'not_found')) return true;
  warnings.push(`the credential is still good: ${errorLines(answer.error).message}`);
  return false;
}

/** Backups of files that are as they were are of no more use; what an isolated client wrote in its folder stays. */
async function forget(
  home: string,
  { agent, folders }: Connection,
  ends: readonly { readonly file: ConnectedFile; readonly end: Done<FileEnd> }[],
): Promise<void> {
  for (const { file, end } of ends)
    if (file.restore.kind === 'bytes' && end.ok && end.value === 'original') await removeFile(file.restore.backup);
  await forgetCredential(home, agent);
  await removeFile(connectionPath(home, agent));
  const folder = agentFolder(home, agent);
  // Of its runs within walls.
  await removeFile(hookInside(folder));
  const own = ['walls', 'walls/runs', 'backups'].map((name) => `${folder}/${name}`);
  await removeEmptyFolders([folder, ...folders.filter((each) => each.startsWith(folder)), ...own]);
}
