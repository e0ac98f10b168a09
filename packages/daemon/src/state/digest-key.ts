// The key of the digests that calls are bound by: this installation's own, so that a digest of one call is the same after a
// restart. INVARIANT: nothing is decided by an old digest, so a key that is not ours alone is replaced, never believed.
import { writeFileAtomic } from '@castellan/facts';
import { readOwnFile } from '../own-file.ts';

const BYTES = 32;

/** @throws the system's error */
export function digestKey(path: string, random: (bytes: number) => Buffer): Buffer {
  const file = readOwnFile(path, { maxBytes: 200, mode: 'refuse' });
  if (file.kind === 'text' && /^[0-9a-f]{64}\n$/.test(file.text)) return Buffer.from(file.text.trim(), 'hex');
  const key = random(BYTES);
  writeFileAtomic(path, `${key.toString('hex')}\n`, 0o600);
  return key;
}
