// `castellan secrets unlock`, `key`, `backup`, `restore`: the vault as a whole.
import { existsSync, readFileSync, statSync } from 'node:fs';
import type { KeySource, VaultState } from '@castellan/contract';
import { writeFileAtomic } from '@castellan/facts';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { connectPerson } from '../../session/person.ts';
import { visible } from '../../text/visible.ts';
import { plural } from '../../text/words.ts';
import { valueFor } from './value.ts';

const stateOf = ({ out }: Context, vault: VaultState, options: JsonOption): ExitCode => {
  if (options.json) out.json(vault);
  else out.line(`the vault is ${vault.state}${vault.key === null ? '' : `; its key: ${vault.key}`}`);
  return vault.state === 'locked' || vault.state === 'damaged' ? EXIT.failure : EXIT.done;
};

export async function vaultUnlock(context: Context, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'secrets unlock');
  if (refused !== undefined) return refused;
  const connection = await connectPerson(world, out, 'secrets unlock');
  if (typeof connection === 'number') return connection;
  const listed = await connection.client.secrets();
  if (!listed.ok) return tell(out, listed.error);
  if (listed.value.vault.state === 'open') return stateOf(context, listed.value.vault, options);
  const given =
    listed.value.vault.key === 'passphrase' ? await valueFor(context, 'the passphrase', {}) : { value: undefined };
  if (typeof given === 'number') return given;
  const answer = await connection.client.unlockVault({
    body: given.value === undefined ? {} : { passphrase: given.value },
  });
  return answer.ok ? stateOf(context, answer.value, options) : tell(out, answer.error);
}

export async function vaultKey(context: Context, to: string, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'secrets key');
  if (refused !== undefined) return refused;
  const wanted = (['keychain', 'passphrase', 'file'] as const satisfies readonly KeySource[]).find(
    (each) => each === to,
  );
  if (wanted === undefined)
    return out.error(`\`${visible(to)}\` is no place for a key`, ['keychain, passphrase or file'], EXIT.usage);
  const connection = await connectPerson(world, out, 'secrets key');
  if (typeof connection === 'number') return connection;
  if (wanted !== 'passphrase') {
    const answer = await connection.client.changeVaultKey({ body: { to: wanted } });
    return answer.ok ? stateOf(context, answer.value, options) : tell(out, answer.error);
  }
  const given = await valueFor(context, 'the new passphrase', {});
  if (typeof given === 'number') return given;
  const answer = await connection.client.changeVaultKey({ body: { to: wanted, passphrase: given.value } });
  return answer.ok ? stateOf(context, answer.value, options) : tell(out, answer.error);
}

export async function vaultRecover(context: Context, from: string, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'secrets recover');
  if (refused !== undefined) return refused;
  if (from !== 'previous' && from !== 'nothing')
    return out.error(`\`${visible(from)}\` is nothing to begin from`, ['`previous` or `nothing`'], EXIT.usage);
  const connection = await connectPerson(world, out, 'secrets recover');
  if (typeof connection === 'number') return connection;
  const answer = await connection.client.recoverVault({ body: { from } });
  return answer.ok ? stateOf(context, answer.value, options) : tell(out, answer.error);
}

export async function vaultBackup(context: Context, path: string, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'secrets backup');
  if (refused !== undefined) return refused;
  if (existsSync(path)) return out.error(`\`${visible(path)}\` is there already`, ['name a new file'], EXIT.usage);
  const connection = await connectPerson(world, out, 'secrets backup');
  if (typeof connection === 'number') return connection;
  const given = await valueFor(context, 'a passphrase for the copy', {});
  if (typeof given === 'number') return given;
  const answer = await connection.client.backUpVault({ body: { passphrase: given.value } });
  if (!answer.ok) return tell(out, answer.error);
  try {
    writeFileAtomic(path, answer.value.backup, 0o600);
  } catch {
    return out.error(`\`${visible(path)}\` cannot be written`, ['nothing was copied; name another file']);
  }
  if (options.json) out.json({ file: path, secrets: answer.value.secrets });
  else out.line(`${plural(answer.value.secrets, 'secret')} sealed in ${visible(path)}; only the passphrase opens it`);
  return EXIT.done;
}

export interface RestoreOptions extends JsonOption {
  /** Where both have one, the copy's. */
  readonly replace?: boolean;
  /** A file that holds the passphrase: the copy itself comes from a file, and a pipe can bring one thing only. */
  readonly passphraseFile?: string;
}

const MAX_BACKUP_BYTES = 12 * 1024 * 1024;

export async function vaultRestore(context: Context, path: string, options: RestoreOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'secrets restore');
  if (refused !== undefined) return refused;
  let backup: string;
  try {
    if (statSync(path).size > MAX_BACKUP_BYTES) return out.error(`\`${visible(path)}\` is no copy of a vault`, []);
    backup = readFileSync(path, 'utf8');
  } catch {
    return out.error(
      `\`${visible(path)}\` cannot be read`,
      ['the file that `castellan secrets backup` wrote'],
      EXIT.usage,
    );
  }
  const connection = await connectPerson(world, out, 'secrets restore');
  if (typeof connection === 'number') return connection;
  const given = await valueFor(context, 'the passphrase of the copy', {
    ...(options.passphraseFile !== undefined && { file: options.passphraseFile }),
  });
  if (typeof given === 'number') return given;
  const answer = await connection.client.restoreVault({
    body: { backup, passphrase: given.value.replace(/\r?\n$/, ''), existing: options.replace ? 'replace' : 'keep' },
  });
  if (!answer.ok) return tell(out, answer.error);
  const { restored, kept } = answer.value;
  if (options.json) out.json(answer.value);
  else {
    out.line(`${plural(restored.length, 'secret')} restored${restored.length === 0 ? '' : `: ${restored.join(', ')}`}`);
    if (kept.length > 0) out.note(`kept as they were: ${kept.join(', ')}; \`--replace\` takes the copy's`);
  }
  return EXIT.done;
}
