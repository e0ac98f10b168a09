// Verifies a ledger from its files alone. Believes nothing but the verifier key, and even that can be given from outside.
// The checks are generators of faults in the order of records; the first fault is the answer.

import type { DiskReader } from '../disk/disk.ts';
import { nodeDisk, promptDisk } from '../disk/node-disk.ts';
import { type Journal, parseJournal } from '../journal/parse-journal.ts';
import { CompactRange } from '../merkle/compact-range.ts';
import type { Hash } from '../merkle/hash.ts';
import { openCheckpoint } from '../note/checkpoint.ts';
import { parseVerifierKey, type VerifierKey } from '../note/vkey.ts';
import { TILE_WIDTH } from '../tiles/tile-path.ts';
import { BlockRoots, type Threads } from './block-roots.ts';
import { type Fault, fault, type Verified, type VerifyResult } from './fault.ts';
import { type Folder, openFolder } from './folder.ts';
import { verifyBundles } from './verify-bundles.ts';
import { type Head, verifyHeads } from './verify-heads.ts';
import { verifyJournal } from './verify-journal.ts';
import { compareSealRoots, findSealRecords, openSeals, type PlacedSeal, sealedIn } from './verify-seals.ts';
import { compareTail, locateInTail } from './verify-tail.ts';
import { UpperTiles } from './verify-tiles.ts';

export interface VerifyOptions {
  /** The verifier key you trust; without it the file `vkey` is believed, which an intruder may have replaced. */
  readonly vkey?: string;
  /** An earlier signed checkpoint of this log, kept elsewhere: shows a rollback or a fork that the files alone cannot. */
  readonly against?: Uint8Array;
  /** Where sealed bytes were moved to: what lies there is verified as if it had never been moved. */
  readonly archive?: string;
  readonly disk?: DiskReader;
  /** Nobody else waits for this process, as for a server: it may read the disk of this machine without giving way. */
  readonly isAlone?: boolean;
  /** Threads that hash the blocks, for a folder on the disk of this machine; without them this one does. */
  readonly threads?: Threads | undefined;
}

/** What the checks read and what they leave for the summary. */
interface Findings {
  readonly heads: Head[];
  readonly seals: PlacedSeal[];
  key?: VerifierKey;
  journal?: Journal;
}

function* checkKey(bytes: Uint8Array | undefined, expected: string | undefined, findings: Findings): Generator<Fault> {
  const place = { record: 0, file: 'vkey' };
  if (bytes === undefined) {
    yield fault('missing-file', place, 'file `vkey` is missing');
    return;
  }
  const text = Buffer.from(bytes).toString('utf8');
  const key = text.endsWith('\n') ? parseVerifierKey(text.slice(0, -1)) : undefined;
  if (key === undefined || !Buffer.from(text, 'utf8').equals(bytes)) {
    yield fault('malformed', place, 'file `vkey` is not a verifier key');
    return;
  }
  if (expected !== undefined && key.text !== expected.trim()) {
    yield fault('bad-signature', place, `ledger is signed by \`${key.text}\`, not by the expected key`);
  }
  findings.key = key;
}

function* checkHead(bytes: Uint8Array, file: string, key: VerifierKey, heads: Head[], cosigned: boolean) {
  const opened = openCheckpoint(bytes, key, cosigned);
  if (opened.kind === 'verified') heads.push({ checkpoint: opened.checkpoint, file });
  else {
    const kind = opened.fault === 'malformed' ? 'malformed' : 'bad-signature';
    yield fault(kind, { record: 0, file }, `checkpoint \`${file}\` is \`${opened.fault}\``);
  }
}

/** With threads only where they read the same files. */
const blockRoots = (dir: string, blocks: number, { threads, disk }: VerifyOptions): BlockRoots | undefined =>
  threads === undefined || disk !== undefined || blocks === 0 ? undefined : new BlockRoots(dir, blocks, threads);

async function* check(folder: Folder, dir: string, options: VerifyOptions, findings: Findings): AsyncGenerator<Fault> {
  const { heads } = findings;
  for (const file of folder.foreign)
    yield fault('foreign-file', { record: 0, file }, `\`${file}\` is not part of a ledger`);
  yield* checkKey(await folder.take('vkey'), options.vkey, findings);
  const { key } = findings;
  if (key === undefined) return;
  // The journal is read last of the small files: of a log in use, it then covers everything seen so far.
  const stored = await folder.take('checkpoint');
  const bytes = await folder.take('journal');
  if (bytes === undefined) {
    yield fault('missing-file', { record: 0, file: 'journal' }, 'file `journal` is missing');
    return;
  }
  if (stored !== undefined) yield* checkHead(stored, 'checkpoint', key, heads, false);
  if (options.against !== undefined) yield* checkHead(options.against, 'against', key, heads, true);
  const journal = parseJournal(bytes);
  if (journal === undefined) {
    yield fault('malformed', { record: 0, file: 'journal', offset: 0 }, 'journal does not begin as a journal');
    return;
  }
  findings.journal = journal;
  const earlier = heads.map(({ checkpoint }) => checkpoint.size);

  const { seals } = findings;
  yield* openSeals(folder, await folder.seals(), key, seals);
  const roots = new Map<number, Hash>();
  const blocks: Hash[] = [];
  const range = new CompactRange();
  const upper = new UpperTiles(folder, journal.base);
  const noteRoot = (at: CompactRange): void => {
    roots.set(at.size, at.root());
  };
  const atSizes = (before: CompactRange, hashes: readonly Hash[]): void => {
    for (const size of earlier) {
      if (size < before.size || size >= before.size + hashes.length) continue;
      const part = before.clone();
      for (const hash of hashes.slice(0, size - before.size)) part.append(hash);
      noteRoot(part);
    }
  };
  const block = (root: Hash): void => void blocks.push(root);
  await using byThreads = blockRoots(dir, journal.base / TILE_WIDTH, options);
  yield* verifyBundles(
    folder,
    journal.base,
    range,
    upper,
    sealedIn(folder, key, seals, options.archive !== undefined),
    {
      roots: byThreads,
      isAsked: (start) => earlier.some((size) => size >= start && size < start + TILE_WIDTH),
      atSizes,
      block,
    },
  );
  yield* compareSealRoots(seals, blocks);
  yield* verifyJournal(journal, key, heads);
  if (journal.frames.length === 0) {
    yield fault('truncated', { record: journal.base, file: 'journal' }, 'journal has lost its first frame');
    return;
  }
  noteRoot(range);
  for (const frame of journal.frames) {
    for (const hash of frame.hashes) {
      range.append(hash);
      if (earlier.includes(range.size)) noteRoot(range);
    }
    noteRoot(range);
  }
  // The first head that does not fit says that records were changed; tiles may say more exactly which.
  for (const found of verifyHeads(heads, roots, range.size))
    yield (await locateInTail(folder, journal, found)) ?? found;
  if (stored === undefined) {
    // A crash can leave a log without this file only before the first record.
    if (range.size > 0) yield fault('missing-file', { record: 0, file: 'checkpoint' }, 'file `checkpoint` is missing');
  }
  yield* findSealRecords(folder, journal, seals);
  yield* compareTail(folder, journal, upper);
}

/**
 * Verifies the ledger in `dir`: every byte of every file. Works without the private key, on a copy, and beside a log
 * that is in use (it then verifies what was there when it began). Throws only what the disk throws.
 */
export async function verifyLedger(dir: string, options: VerifyOptions = {}): Promise<VerifyResult> {
  const disk = options.disk ?? (options.isAlone === true ? promptDisk : nodeDisk);
  const folder = await openFolder(disk, dir, options.archive);
  if (folder === undefined)
    return fault('missing-file', { record: 0, file: '.' }, `ledger folder \`${dir}\` is missing`);
  const findings: Findings = { heads: [], seals: [] };
  for await (const found of check(folder, dir, options, findings)) return found;
  const { key, journal, heads, seals } = findings;
  const last = heads.at(-1);
  if (key === undefined || journal === undefined || last === undefined)
    throw new Error('verification ended without a head');
  const { checkpoint } = last;
  return {
    kind: 'verified',
    size: checkpoint.size,
    vkey: key.text,
    checkpoint,
    tornBytes: journal.end.kind === 'torn' ? journal.end.bytes : 0,
    leftovers: folder.leftovers,
    sealed: seals.map(({ seal }) => seal),
  } satisfies Verified;
}
