// The passphrase of a copy. INVARIANT: never an argument: the process list and the shell's history would keep it.
import type { Context } from '../../context.ts';
import type { ExitCode } from '../../output.ts';
import { askHidden } from '../../prompt.ts';
import { valueFor } from '../secrets/value.ts';

export interface PassphraseOption {
  readonly passphraseFile?: string;
}

const WHAT = 'the passphrase of the copy';
const trimmed = (given: { readonly value: string } | ExitCode) =>
  typeof given === 'number' ? given : { value: given.value.replace(/\r?\n$/, '') };

/** One that is chosen now: what nobody sees is typed twice. */
export const newPassphrase = async (
  context: Context,
  { passphraseFile: file }: PassphraseOption,
): Promise<{ readonly value: string } | ExitCode> =>
  trimmed(await valueFor(context, 'a passphrase for the copy', file === undefined ? {} : { file }));

/** The one it was made with. Null: none was given, as for a copy that needs none. */
export async function oldPassphrase(
  context: Context,
  { passphraseFile: file }: PassphraseOption,
): Promise<{ readonly value: string | null } | ExitCode> {
  const { world } = context;
  if (file !== undefined) return trimmed(await valueFor(context, WHAT, { file }));
  if (world.stdin.isTTY !== true) return trimmed(await valueFor(context, WHAT, {}));
  const typed = await askHidden(world, `${WHAT} (not shown; nothing: one made before an upgrade): `);
  return { value: typed === '' ? null : typed };
}
