// Opens a ledger folder: lock, recover, rotate, go on. Opening always rewrites the journal into a fresh file, because a
// page that once failed to reach the disk may look written to this kernel and be gone after the next power cut.

import { join } from 'node:path';
import type { Disk } from '../disk/disk.ts';
import { nodeDisk } from '../disk/node-disk.ts';
import type { Signer } from '../note/signing-key.ts';
import { finishSeal } from '../seal/carry-out.ts';
import { Ledger } from './ledger.ts';
import { LedgerError, type LedgerErrorCode, toLedgerError } from './ledger-error.ts';
import { recover } from './recover.ts';
import { dropTiled, startJournal, writeFullTiles } from './tail.ts';

export interface OpenOptions {
  /** The ledger folder, absolute. Created with mode 0700 when missing. Nothing else may be kept in it. */
  readonly dir: string;
  /** Signs checkpoints. Its name is the origin of the log. Its private key stays outside the folder. */
  readonly signer: Signer;
  readonly disk?: Disk;
  /** How many entries the journal takes before full tiles are written; default 4096. */
  readonly rotateAt?: number;
}

export type OpenResult =
  | {
      readonly kind: 'open';
      readonly ledger: Ledger;
      /** Bytes of a never acknowledged batch that a crash had cut short and that were dropped. */
      readonly tornBytes: number;
    }
  | { readonly kind: 'refused'; readonly code: LedgerErrorCode; readonly message: string; readonly hint: string };

const refused = ({ code, message, hint }: LedgerError): OpenResult => ({ kind: 'refused', code, message, hint });

/** Opens or creates a log. All acknowledged entries are there afterwards, or the result says why it was refused. */
export async function openLedger(options: OpenOptions): Promise<OpenResult> {
  const { dir, signer, disk = nodeDisk, rotateAt = 4096 } = options;
  try {
    await disk.makeFolder(dir);
    const lock = await disk.lock(join(dir, 'lock'));
    if (lock === undefined) return refused(new LedgerError('in-use', `ledger folder \`${dir}\` is in use`));
    try {
      const recovered = await recover(disk, dir, signer);
      // Two openers may have found the same dead holder; the one that lost must not have written a journal.
      if (!(await lock.isHeld())) return refused(new LedgerError('in-use', `ledger folder \`${dir}\` was taken over`));
      const tiled = await writeFullTiles(disk, dir, recovered.tail);
      const { file, tail } = await startJournal(disk, dir, dropTiled(recovered.tail, tiled), recovered.checkpoint);
      await finishSeal(disk, dir, signer.vkey);
      const { range, checkpoint, tornBytes } = recovered;
      const ledger = new Ledger({ disk, dir, signer, lock, file, range, tail, checkpoint, rotateAt });
      return { kind: 'open', ledger, tornBytes };
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    return refused(toLedgerError(error, 'opening the ledger'));
  }
}
