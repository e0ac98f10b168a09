// The frames of a journal: each goes on where the one before ended, holds what its hashes say, and is signed.

import type { Frame, Journal } from '../journal/parse-journal.ts';
import { leafHash } from '../merkle/hash.ts';
import { openCheckpoint } from '../note/checkpoint.ts';
import type { VerifierKey } from '../note/vkey.ts';
import { classifyChange } from './classify.ts';
import { type Fault, fault } from './fault.ts';
import type { Head } from './verify-heads.ts';

const file = 'journal';

function checkOrder(frame: Frame, next: number, later: readonly Frame[]): Fault[] {
  if (frame.start === next) return [];
  const place = { record: Math.min(next, frame.start), file, offset: frame.offset };
  const isMoved = frame.start < next || later.some((other) => other.start === next);
  const kind = isMoved ? 'reordered' : 'deleted';
  return [fault(kind, place, `journal goes on with record \`${frame.start}\` where \`${next}\` belongs`)];
}

function checkEntries(frame: Frame): Fault[] {
  if (frame.firstBad === undefined) return [];
  const change = classifyChange(frame.hashes, frame.entries.map(leafHash));
  const at = change?.at ?? frame.firstBad;
  const kind = change?.kind ?? 'edited';
  const record = frame.start + at;
  const offset = frame.offsets[at] ?? frame.offset;
  return [fault(kind, { record, file, offset }, `record \`${record}\` was ${kind} in the journal`)];
}

/** Checks the frames and collects their heads. Whether a head fits its records is for `verifyHeads` to say. */
export function* verifyJournal(journal: Journal, key: VerifierKey, heads: Head[]): Generator<Fault> {
  let next = journal.base;
  for (const [i, frame] of journal.frames.entries()) {
    yield* checkOrder(frame, next, journal.frames.slice(i + 1));
    yield* checkEntries(frame);
    next = frame.start + frame.entries.length;
    const offset = frame.offset;
    const opened = openCheckpoint(frame.note, key);
    if (opened.kind === 'rejected') {
      const kind = opened.fault === 'malformed' ? 'malformed' : 'bad-signature';
      const place = { record: frame.start, file, offset };
      yield fault(kind, place, `checkpoint behind record \`${next}\` of the journal is \`${opened.fault}\``);
      return;
    }
    heads.push({ checkpoint: opened.checkpoint, file, offset });
  }
  const { end } = journal;
  if (end.kind === 'damaged') {
    yield fault(
      'malformed',
      { record: next, file, offset: end.offset },
      `journal is damaged at byte \`${end.offset}\`: ${end.what}`,
    );
  }
}
