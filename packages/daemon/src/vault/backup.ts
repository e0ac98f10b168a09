// A copy of the secrets that its own passphrase opens, on any machine. It is the sealed text alone: nothing of this machine.
import { type KeptSecret, parseBackupContents } from '@castellan/contract';
import { keyOfPassphrase, newArgon2, readSealed, seal, unseal } from '@castellan/secrets';
import { fault, type VaultFault } from './fault.ts';

const BACKUP = 'castellan/backup/v1';

export async function sealBackup(
  secrets: readonly KeptSecret[],
  passphrase: string,
  random: (bytes: number) => Buffer,
): Promise<string> {
  const argon2 = newArgon2(random);
  const key = await keyOfPassphrase(passphrase, argon2);
  const plain = Buffer.from(JSON.stringify({ secrets }), 'utf8');
  const backup = seal(BACKUP, plain, { source: 'passphrase', id: key.id, argon2 }, key, random);
  plain.fill(0);
  key.bytes.fill(0);
  return backup;
}

export async function readBackup(
  backup: string,
  passphrase: string,
): Promise<{ readonly ok: true; readonly secrets: readonly KeptSecret[] } | VaultFault> {
  const bad = (message: string, hint: string): VaultFault => fault('bad-backup', `the backup: ${message}`, hint);
  const read = readSealed(BACKUP, backup);
  if (!read.ok) return bad(read.message, 'give the whole file as it was written');
  const { key: slot } = read.header;
  if (slot.source !== 'passphrase')
    return bad('it has no passphrase', 'give a file that `castellan secrets backup` wrote');
  const key = await keyOfPassphrase(passphrase, slot.argon2);
  const opened = unseal(BACKUP, backup, key);
  key.bytes.fill(0);
  if (!opened.ok)
    return opened.fault === 'wrong-key'
      ? fault('wrong-passphrase', 'the passphrase is not that of the backup', 'give the one it was made with')
      : bad(opened.message, 'give the whole file as it was written');
  const contents = parseBackupContents(jsonOf(opened.plain));
  opened.plain.fill(0);
  return contents.ok
    ? { ok: true, secrets: contents.value.secrets }
    : bad('it holds something this Castellan does not know', 'use the Castellan that wrote it');
}

function jsonOf(plain: Buffer): unknown {
  try {
    return JSON.parse(plain.toString('utf8'));
  } catch {
    return undefined;
  }
}
