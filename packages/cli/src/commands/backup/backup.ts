// `castellan backup` and `backup list`: the daemon writes a copy of everything, and says which there are.
import { isAbsolute, resolve } from 'node:path';
import { connect, tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { connectPerson } from '../../session/person.ts';
import { line } from '../../text/tone.ts';
import { visible } from '../../text/visible.ts';
import { plural } from '../../text/words.ts';
import { newPassphrase, type PassphraseOption } from './passphrase.ts';
import { sizeText, timeText, vaultText } from './words.ts';

export interface BackupOptions extends JsonOption, PassphraseOption {
  readonly out?: string;
  readonly undo?: boolean;
}

export async function backup(context: Context, options: BackupOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'backup');
  if (refused !== undefined) return refused;
  const connection = await connectPerson(world, out, 'backup');
  if (typeof connection === 'number') return connection;
  const given = await newPassphrase(context, options);
  if (typeof given === 'number') return given;
  const file = options.out === undefined || isAbsolute(options.out) ? options.out : resolve(world.cwd, options.out);
  const answer = await connection.client.makeBackup({
    body: { passphrase: given.value, undo: options.undo === true, ...(file !== undefined && { out: file }) },
  });
  if (!answer.ok) return tell(out, answer.error);
  const made = answer.value;
  if (options.json) {
    out.json(made);
    return EXIT.done;
  }
  out.lines([
    line(`copied and read back whole: ${visible(made.file)}`, 'good'),
    line(`  ${sizeText(made.bytes)}, ${plural(made.files, 'file')}, ledger of ${plural(made.records, 'record')}`),
    line(`  ${vaultText(made.vault)}`, made.vault === 'as-is' ? 'caution' : undefined),
  ]);
  return EXIT.done;
}

export async function backupList({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const answer = await connection.client.backups();
  if (!answer.ok) return tell(out, answer.error);
  const { every, keep, folder, last, failed, copies, others } = answer.value;
  if (options.json) {
    out.json(answer.value);
    return EXIT.done;
  }
  out.lines([
    last === null
      ? line('no copy of the state was ever made here', 'caution')
      : line(`last one, read back whole: ${timeText(last.at)}, ${visible(last.file)}`, 'good'),
    ...(failed === null ? [] : [line(`the last try failed: ${visible(failed)}`, 'danger')]),
    line(
      every === null
        ? 'none is made by itself: `backups.every` in config.yaml'
        : `one is made every ${every}; the newest ${keep} stay`,
    ),
    ...copies.map(({ file, bytes, at }) => line(`  ${timeText(at)}  ${sizeText(bytes).padStart(8)}  ${visible(file)}`)),
    ...(copies.length === 0 ? [line(`there are none of this state in ${visible(folder)}`, 'quiet')] : []),
    ...(others === 0
      ? []
      : [line(`${plural(others, 'copy', 'copies')} there of other states: nothing removes them`, 'quiet')]),
  ]);
  return EXIT.done;
}
