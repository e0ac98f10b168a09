// The writing part of connect: credential, backups, record, files, what only the client can do. INVARIANT: from the first byte
// on, either everything is written or every file is put back; the record is there for as long as one of them is not.
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Connector, EditedFile, Edits, Entries } from '../connector.ts';
import { type Done, done, undone } from '../fault.ts';
import {
  bytesIfThere,
  codeOf,
  isShared,
  missingFolders,
  modeOf,
  removeDrafts,
  removeEmptyFolders,
  removeFile,
  replaceFile,
} from '../files.ts';
import type { ConnectedFile, Connection } from './connection.ts';
import { forgetCredential, keepCredential } from './credential.ts';
import type { ConnectOptions } from './options.ts';
import { putBack } from './put-back.ts';
import { connectionPath, digestOf, writeConnection } from './record.ts';
import { backUp, type WayBack, wayBack } from './way-back.ts';

export interface PutIn {
  readonly entries: Entries;
  readonly edits: Edits;
  /** Of an earlier connect that wrote the same files. */
  readonly record: Connection | null;
}

export interface Written {
  readonly connection: Connection;
  readonly changed: boolean;
  readonly files: readonly { readonly path: string; readonly backup: string | null }[];
  readonly warnings: readonly string[];
}

export async function putIn(connector: Connector, options: ConnectOptions, work: PutIn): Promise<Done<Written>> {
  return begin(connector, options, work).catch(notWritten);
}

const notWritten = (error: unknown): Done<never> =>
  undone('not-written', error instanceof Error ? error.message : String(error), 'check who owns the files');

async function begin(connector: Connector, options: ConnectOptions, work: PutIn): Promise<Done<Written>> {
  const { entries, edits, record } = work;
  for (const { path, before } of edits.files) {
    const bytes = await bytesIfThere(path);
    const isAsRead = before === null ? bytes === null : bytes?.equals(Buffer.from(before)) === true;
    if (!isAsRead) return undone('not-written', `\`${path}\` was changed meanwhile, or is no text`, 'try again');
  }
  const place = { folder: entries.folder, now: options.now };
  const ways = await Promise.all(
    edits.files.map((file, index) =>
      wayBack(
        file,
        record?.files.find(({ path }) => path === file.path),
        connector,
        place,
        index,
      ),
    ),
  );
  const isMade = record !== null && record.agent === entries.agent;
  const folders = [...new Set((await Promise.all(edits.files.map(({ path }) => missingFolders(path)))).flat())];
  const connection = connectionOf(connector, entries, ways, [...(record?.folders ?? []), ...folders]);
  const files = ways.map(({ file, backup }) => ({ path: file.path, backup: backup?.path ?? null }));
  const changed = edits.files.some(({ before, after }) => before !== after);
  const dropped = (record?.files ?? []).filter(({ path }) => !files.some((file) => file.path === path));
  if (isMade && !changed && dropped.length === 0 && isDeepStrictEqual(record, connection)) {
    const kept = await keepCredential(connector.kind, entries, options);
    return kept.ok ? done({ connection, changed, files, warnings: edits.warnings }) : kept;
  }
  const before = await Promise.all(edits.files.map(stateOf));
  const finished = await finish(connector, options, { ...work, ways, connection, dropped }).catch(notWritten);
  if (finished.ok)
    return done({ ...finished.value, changed, files, warnings: [...edits.warnings, ...finished.value.warnings] });
  const left = await undo(connector, before, connection);
  if (left.length > 0) return undone(finished.fault.code, finished.fault.message, ...finished.fault.hints, ...left);
  if (isMade) await writeConnection(options.machine.home, record);
  else await forget(options.machine.home, connection);
  for (const { backup } of ways) if (backup !== null) await removeFile(backup.path);
  await removeEmptyFolders([...folders, entries.folder, join(entries.folder, 'backups')]);
  return finished;
}

interface Finish extends PutIn {
  readonly ways: readonly WayBack[];
  readonly connection: Connection;
  readonly dropped: readonly ConnectedFile[];
}

async function finish(
  connector: Connector,
  options: ConnectOptions,
  { entries, edits, ways, connection, dropped, record }: Finish,
): Promise<Done<Pick<Written, 'connection' | 'warnings'>>> {
  const { home } = options.machine;
  await backUp(ways);
  await writeConnection(home, { ...connection, complete: false, files: [...connection.files, ...dropped] });
  const kept = await keepCredential(connector.kind, entries, options);
  if (!kept.ok) return kept;
  for (const file of edits.files) await writeFile(file, entries);
  const settled = (await connector.settle?.(entries)) ?? done({ warnings: [] });
  if (!settled.ok) return settled;
  for (const file of dropped) {
    const back = await putBack(file, connector);
    if (!back.ok) return back;
  }
  const files = await Promise.all(connection.files.map(asItIs));
  const now = { ...connection, files };
  if (record === null || !isDeepStrictEqual(record, now) || dropped.length > 0 || !record.complete)
    await writeConnection(home, now);
  return done({ connection: now, warnings: settled.value.warnings });
}

/** With the mode it has, but for us alone where it holds the credential, and for a group that the machine's settings are shown to. */
async function writeFile({ path, before, after, mode }: EditedFile, { credential, scope }: Entries): Promise<void> {
  if (before === after) return;
  await removeDrafts(path);
  const has = (await modeOf(path)) ?? mode;
  const shown = scope === 'managed' && (await isShared(dirname(path))) ? 0o040 : 0;
  await replaceFile(path, after, after.includes(credential) ? 0o600 : has | shown);
}

/** What the client itself wrote into our files is ours too. */
async function asItIs(file: ConnectedFile): Promise<ConnectedFile> {
  const bytes = await bytesIfThere(file.path);
  return bytes === null ? file : { ...file, written: digestOf(bytes) };
}

function connectionOf(
  { name }: Connector,
  entries: Entries,
  ways: readonly WayBack[],
  folders: readonly string[],
): Connection {
  const { agent, scope, mode, ownTools, client, port, timeoutSeconds, hook, gateway } = entries;
  return {
    ...{ schema: 'castellan/connection/v2', complete: true, connector: name, agent, scope, mode, ownTools },
    ...{ client: client.path, version: client.version, port, timeoutSeconds },
    ...{ hook, gateway, folders: [...new Set(folders)] },
    files: ways.map(({ file }) => file),
  };
}

interface State {
  readonly path: string;
  readonly bytes: Buffer | null;
  readonly mode: number;
  /** What this connect would write, and what its connector keeps of the file. */
  readonly edited: EditedFile;
}

const stateOf = async (edited: EditedFile): Promise<State> => ({
  path: edited.path,
  bytes: await bytesIfThere(edited.path),
  mode: (await modeOf(edited.path)) ?? 0o600,
  edited,
});

/** Every file as it was before this connect. Which are not, in words. */
async function undo(connector: Connector, states: readonly State[], { agent }: Connection): Promise<readonly string[]> {
  const left: string[] = [];
  for (const state of states) {
    const { path } = state;
    try {
      await removeDrafts(path);
      await undoOne(connector, state);
    } catch (error) {
      left.push(`\`${path}\` could not be put back (${codeOf(error)}): run \`castellan disconnect ${agent}\``);
    }
  }
  return left;
}

async function undoOne(connector: Connector, { path, bytes, mode, edited }: State): Promise<void> {
  const now = await bytesIfThere(path);
  if (now === null ? bytes === null : bytes !== null && now.equals(bytes)) return;
  // Written by somebody else in between: theirs stays. What a client settles it writes into our own text.
  const isTheirs = now !== null && connector.settle === undefined && !now.equals(Buffer.from(edited.after));
  if (isTheirs) {
    const stripped = connector.strip(path, now.toString('utf8'), edited.kept);
    if (stripped.ok && stripped.value !== null) await replaceFile(path, stripped.value, mode);
  } else if (bytes === null) await removeFile(path);
  else await replaceFile(path, bytes, mode);
}

async function forget(home: string, { agent }: Connection): Promise<void> {
  await forgetCredential(home, agent);
  await removeFile(connectionPath(home, agent));
}
