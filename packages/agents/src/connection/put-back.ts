// One file of a connection as it was before it. Byte by byte where nothing else changed since; else without our entries.

import type { Connector } from '../connector.ts';
import { type Done, done } from '../fault.ts';
import { bytesIfThere, modeOf, removeDrafts, removeFile, replaceFile, setMode } from '../files.ts';
import type { ConnectedFile } from './connection.ts';
import { digestOf } from './record.ts';

/**
 * original: the very bytes and mode from before. stripped: only our entries taken out. untouched: nothing of ours was in it.
 * removed, absent: no file is left.
 */
export type FileEnd = 'original' | 'stripped' | 'untouched' | 'removed' | 'absent';

export async function putBack(
  { path, written, restore, kept }: ConnectedFile,
  connector: Pick<Connector, 'strip'>,
): Promise<Done<FileEnd>> {
  await removeDrafts(path);
  const bytes = await bytesIfThere(path);
  if (bytes === null) return done('absent');
  const isOurs = digestOf(bytes) === written;
  if (isOurs && restore.kind === 'remove') {
    await removeFile(path);
    return done('removed');
  }
  const backup = restore.kind === 'bytes' ? await bytesIfThere(restore.backup) : null;
  if (restore.kind === 'bytes' && backup !== null) {
    const isAsBefore = bytes.equals(backup);
    if (isAsBefore && isOurs) await setMode(path, restore.mode);
    if (isAsBefore) return done('untouched');
    if (isOurs) {
      await replaceFile(path, backup, restore.mode);
      return done('original');
    }
  }
  const stripped = connector.strip(path, bytes.toString('utf8'), kept);
  if (!stripped.ok) return stripped;
  if (stripped.value === null) return done('untouched');
  const mode = (await modeOf(path)) ?? 0o600;
  await replaceFile(path, stripped.value, restore.kind === 'bytes' && mode === 0o600 ? restore.mode : mode);
  return done('stripped');
}
