// Puts back what was moved out of one file. INVARIANT: the exact bytes where the file is as we left it; where it is not, only
// our own entries are touched, or nothing.
import { type ClientFileRead, readClientFile, replaceClientFile } from './client-file.ts';
import { mcpClient } from './clients.ts';
import { endMove, type KeptMove, keptBefore, textsOf } from './moves.ts';

export type Undone =
  /** original: byte for byte as it was. entries: it was changed meanwhile; our entries are out and the old ones back. */
  | { readonly kind: 'original' | 'entries' | 'never-changed' }
  | { readonly kind: 'left'; readonly why: string; readonly keptCopy: string };

/** Puts one file back, or says why it was left. */
export async function undoMove(kept: KeptMove, userHome: string): Promise<Undone> {
  const { client, path, project, entries } = kept.move;
  const left = (why: string): Undone => ({ kind: 'left', why, keptCopy: keptBefore(kept) });
  const read: ClientFileRead = await readClientFile({ client, path, project }, userHome);
  if (read.kind === 'absent') return left('it is not there any more');
  if (read.kind === 'refused') return left(read.why);
  const { file } = read;
  const { before, after } = await textsOf(kept);
  if (file.text === before) {
    await endMove(kept);
    return { kind: 'never-changed' };
  }
  const isOurs = file.text === after;
  const paths = entries.map((entry) => entry.path);
  const text = isOurs ? before : mcpClient(client).putBack(file.text, before, paths);
  if (text === null) return left('it was changed since, and the entries cannot be put back into it');
  const fault = await replaceClientFile(file, text);
  if (fault !== null) return left(fault);
  await endMove(kept);
  return { kind: isOurs ? 'original' : 'entries' };
}
