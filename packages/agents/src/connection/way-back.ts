// What is remembered of each file before it is edited. INVARIANT: an earlier way back stays good only while the bytes that it
// belongs to still stand.
import { basename, join } from 'node:path';
import type { Connector, EditedFile } from '../connector.ts';
import { bytesIfThere, modeOf, replaceFile } from '../files.ts';
import type { ConnectedFile } from './connection.ts';
import { digestOf } from './record.ts';

export interface Backups {
  /** Of the agent. */
  readonly folder: string;
  /** Milliseconds since 1970: names them. */
  readonly now: number;
}

export interface WayBack {
  readonly file: ConnectedFile;
  /** Kept before the file is written; null: an earlier one is good, or there was no file. */
  readonly backup: { readonly path: string; readonly text: string } | null;
}

/** @param old what an earlier connect remembered of the same file. */
export async function wayBack(
  edited: EditedFile,
  old: ConnectedFile | undefined,
  connector: Pick<Connector, 'strip'>,
  { folder, now }: Backups,
  index: number,
): Promise<WayBack> {
  const { path, before, after, kept } = edited;
  const isSame = old !== undefined && before !== null && digestOf(before) === old.written;
  const found = before === null ? null : connector.strip(path, before, old?.kept ?? kept);
  const isIn = isSame || (found?.ok === true && found.value !== null);
  const file = { path, written: digestOf(after), kept: isIn ? { ...kept, ...old?.kept } : kept };
  if (isSame) return { file: { ...file, restore: old.restore }, backup: null };
  if (before === null) return { file: { ...file, restore: { kind: 'remove' } }, backup: null };
  if (isIn) return { file: { ...file, restore: { kind: 'strip' } }, backup: null };
  if (old?.restore.kind === 'bytes' && (await bytesIfThere(old.restore.backup))?.equals(Buffer.from(before)) === true)
    return { file: { ...file, restore: old.restore }, backup: null };
  const backup = { path: join(folder, 'backups', `${now}-${index}-${basename(path)}`), text: before };
  const mode = (await modeOf(path)) ?? 0o600;
  return { file: { ...file, restore: { kind: 'bytes', backup: backup.path, mode } }, backup };
}

export async function backUp(ways: readonly WayBack[]): Promise<void> {
  for (const { backup } of ways) if (backup !== null) await replaceFile(backup.path, backup.text);
}
