// What opens a copy: the passphrase it was made with, or the key in the state that it is a copy of.
import { type CopySlot, MAX_COPY_HEADER_BYTES } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import { KEY_BYTES, keyOfPassphrase, newArgon2, type SealKey, sealKeyOf } from '@castellan/secrets';
import type { Clock } from '../clock.ts';
import { readOwnFile } from '../own-file.ts';
import { statePaths } from '../state/index.ts';
import { CopyFault } from './fault.ts';

export type Lock<Slot extends CopySlot = CopySlot> = { readonly slot: Slot; readonly key: SealKey };

const HEX_KEY = /^[0-9a-f]{64}\n$/;
const keyFile = (home: string): string => statePaths(home).copyKey;

/** Takes some tenths of a second and 64 MiB. */
export async function lockOfPassphrase(
  passphrase: string,
  clock: Pick<Clock, 'random'>,
): Promise<Lock<Extract<CopySlot, { source: 'passphrase' }>>> {
  const argon2 = newArgon2((bytes) => clock.random(bytes));
  const key = await keyOfPassphrase(passphrase, argon2);
  return { slot: { source: 'passphrase', id: key.id, argon2 }, key };
}

/** For copies that never leave the machine: whoever can read this key can read what they are copies of. */
export function lockOfState(home: string, clock: Pick<Clock, 'random'>): Lock {
  const known = stateKey(home);
  if (known !== null) return { slot: { source: 'state', id: known.id }, key: known };
  const secret = clock.random(KEY_BYTES);
  writeFileAtomic(keyFile(home), `${secret.toString('hex')}\n`, 0o600);
  const key = sealKeyOf(secret);
  return { slot: { source: 'state', id: key.id }, key };
}

function stateKey(home: string): SealKey | null {
  const file = readOwnFile(keyFile(home), { maxBytes: MAX_COPY_HEADER_BYTES, mode: 'refuse' });
  return file.kind === 'text' && HEX_KEY.test(file.text) ? sealKeyOf(Buffer.from(file.text.trim(), 'hex')) : null;
}

/** @throws CopyFault */
export const keyFinder =
  (passphrase: string | null, home: string) =>
  async (slot: CopySlot): Promise<SealKey> => {
    if (slot.source === 'passphrase') {
      if (passphrase !== null) return keyOfPassphrase(passphrase, slot.argon2);
      throw new CopyFault('wrong-passphrase', 'the copy was made with a passphrase', [
        'give it: it is asked for, or comes from a file',
      ]);
    }
    const key = stateKey(home);
    if (key !== null) return key;
    throw new CopyFault('unusable', 'the copy was made before an upgrade, and opens only beside the state it is of', [
      `its key is \`${keyFile(home)}\`: name that state as CASTELLAN_HOME or \`--to\``,
    ]);
  };
