// Sealing in tests: the statement, the entry that says it, the bytes gone.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ledger, Seal } from '@castellan/ledger';

export const AT = 1_700_000_000_000;
export const bundles = async (dir: string): Promise<string[]> =>
  (await readdir(join(dir, 'tile/entries'))).filter((name) => !name.includes('.'));

export const note = (seal: Seal): Uint8Array =>
  Buffer.from(JSON.stringify({ kind: 'sealed', digest: `sha256:${seal.digest}` }));

export async function seal(ledger: Ledger, to: number, archive: string | null = null): Promise<Seal> {
  const fate = archive === null ? 'removed' : 'archived';
  const made = await ledger.prepareSeal({ to, at: AT, by: 'the retention of a test', fate });
  if (made === undefined) throw new Error('nothing to seal');
  const { index } = await ledger.append(note(made));
  await ledger.carryOutSeal(made, index, archive);
  return made;
}
