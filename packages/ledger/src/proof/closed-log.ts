// A log to prove things of from its files alone, whether somebody has it open or not. Nothing is written.
import { join } from 'node:path';
import type { DiskReader } from '../disk/disk.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import { parseJournal } from '../journal/parse-journal.ts';
import { LedgerError } from '../log/ledger-error.ts';
import { readEntries } from '../log/read-entries.ts';
import { replayJournal } from '../log/replay.ts';
import { parseVerifierKey } from '../note/vkey.ts';
import { createSubtreeSource, createTileReader, loadEdges, rangeOfEdges } from '../tiles/tile-source.ts';
import type { ProvableLog } from './proof.ts';

const tampered = (message: string): LedgerError => new LedgerError('tampered', message);

/** The log in `dir` as it is signed now. Throws a `LedgerError` `tampered` where its files contradict each other. */
export async function openClosedLog(dir: string, disk: DiskReader = nodeDisk): Promise<ProvableLog> {
  const text = Buffer.from((await disk.readFile(join(dir, 'vkey'))) ?? []).toString('utf8');
  const vkey = parseVerifierKey(text.trim());
  if (vkey === undefined) throw tampered('file `vkey` is missing or malformed');
  const bytes = await disk.readFile(join(dir, 'journal'));
  const journal = bytes === undefined ? undefined : parseJournal(bytes);
  if (journal === undefined) throw tampered('journal is missing or malformed');
  const read = createTileReader(disk, dir);
  const edges = await loadEdges(read, journal.base).catch((error: unknown) => {
    throw tampered(error instanceof Error ? error.message : 'tiles cannot be read');
  });
  const replay = replayJournal(journal, rangeOfEdges(edges), vkey);
  if (replay.kind === 'contradiction') throw tampered(replay.message);
  const { checkpoint, hashes } = replay.tree;
  return {
    vkey,
    checkpoint,
    source: createSubtreeSource(read, { tiled: journal.base, edges, tail: hashes }),
    async entry(index) {
      for await (const { entry } of readEntries(dir, index, index + 1, disk)) return entry;
      return undefined;
    },
  };
}
