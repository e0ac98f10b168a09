// What somebody with the folder but without the key can do to a journal: take it apart and put it together again, with
// every length, hash and checksum right.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leafHash } from '@castellan/ledger';
import { encodeFrame, encodeJournalHeader, type FrameContent } from '../../src/journal/frame.ts';
import { parseJournal } from '../../src/journal/parse-journal.ts';

export interface JournalParts {
  base: number;
  frames: FrameContent[];
}

export function takeApart(dir: string): JournalParts {
  const journal = parseJournal(readFileSync(join(dir, 'journal')));
  if (journal === undefined) throw new Error('no journal');
  return { base: journal.base, frames: journal.frames.map((frame) => ({ ...frame })) };
}

export function putTogether(dir: string, { base, frames }: JournalParts): void {
  const bytes = frames.map((frame) => encodeFrame(frame).bytes);
  writeFileSync(join(dir, 'journal'), Buffer.concat([encodeJournalHeader(base), ...bytes]));
}

/** Changes the entries of a frame and recomputes their hashes. */
export function withEntries(frame: FrameContent | undefined, entries: readonly Uint8Array[]): FrameContent {
  if (frame === undefined) throw new Error('no such frame');
  return { ...frame, entries, hashes: entries.map(leafHash) };
}
