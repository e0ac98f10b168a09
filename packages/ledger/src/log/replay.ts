// Replays a journal over the tiled part of a tree and believes it only if every head it states is the head of what it
// holds and the last one is signed by our key. Pure but for hashing.

import type { Frame, Journal } from '../journal/parse-journal.ts';
import type { CompactRange } from '../merkle/compact-range.ts';
import { type Hash, sameHash } from '../merkle/hash.ts';
import { type Checkpoint, openCheckpoint, parseCheckpointText } from '../note/checkpoint.ts';
import { parseNote } from '../note/note.ts';
import type { VerifierKey } from '../note/vkey.ts';

/** The tree that a journal ends with. `range` is its edge, `hashes` and `entries` are what follows the tiles. */
export interface Replayed {
  readonly range: CompactRange;
  readonly hashes: Hash[];
  readonly entries: Uint8Array[];
  readonly checkpoint: Checkpoint;
}

export type ReplayResult =
  | { readonly kind: 'replayed'; readonly tree: Replayed }
  | { readonly kind: 'contradiction'; readonly message: string };

const contradiction = (message: string): ReplayResult => ({ kind: 'contradiction', message });

function faultOf(frame: Frame, range: CompactRange, origin: string): string | undefined {
  if (frame.start !== range.size)
    return `journal goes on with record \`${frame.start}\` after \`${range.size}\` records`;
  if (frame.firstBad !== undefined) return `record \`${frame.start + frame.firstBad}\` does not match its hash`;
  for (const hash of frame.hashes) range.append(hash);
  const note = parseNote(frame.note);
  const head = note === undefined ? undefined : parseCheckpointText(note.text, origin);
  if (head === undefined) return `checkpoint after record \`${range.size}\` is malformed`;
  if (head.size !== range.size || !sameHash(head.root, range.root())) {
    return `checkpoint of size \`${head.size}\` is not the head of the records before it`;
  }
  return undefined;
}

/** Replays all frames onto `range`, which must be the edge of the tiled part and is changed. */
export function replayJournal(journal: Journal, range: CompactRange, key: VerifierKey): ReplayResult {
  if (journal.end.kind === 'damaged') {
    return contradiction(`journal is damaged at byte \`${journal.end.offset}\`: ${journal.end.what}`);
  }
  const hashes: Hash[] = [];
  const entries: Uint8Array[] = [];
  for (const frame of journal.frames) {
    const fault = faultOf(frame, range, key.name);
    if (fault !== undefined) return contradiction(fault);
    // One push a record: a frame may hold more of them than a call takes arguments.
    for (const hash of frame.hashes) hashes.push(hash);
    for (const entry of frame.entries) entries.push(entry);
  }
  const last = journal.frames.at(-1);
  // The first frame came with the file's rename, so no crash can have cut it off.
  if (last === undefined) return contradiction('journal has lost its first frame');
  // The last signature covers all records before it; those of older batches are for the offline verifier.
  const opened = openCheckpoint(last.note, key);
  if (opened.kind === 'rejected') return contradiction(`last checkpoint of the journal is \`${opened.fault}\``);
  return { kind: 'replayed', tree: { range, hashes, entries, checkpoint: opened.checkpoint } };
}
