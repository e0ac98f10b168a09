// Passwords and codes: typed by a person, or from a pipe or a file. INVARIANT: a password is never an argument: the process
// list and the shell's history would keep it.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { FactorProof } from '@castellan/contract';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { askHidden, askLine } from '../prompt.ts';
import { visible } from '../text/visible.ts';
import { isInteractive } from '../world.ts';
import { proofOf } from './proof.ts';

export interface PasswordOptions {
  readonly passwordFile?: string;
  readonly passwordStdin?: boolean;
}

/** How often a new password may be typed otherwise the second time. */
const TRIES = 5;

/** The first line, without its end. */
const firstLine = (given: string): string => given.split(/\r?\n/, 1)[0] ?? '';

export function fromFile({ out }: Context, path: string, what: string): { readonly value: string } | ExitCode {
  try {
    const value = firstLine(readFileSync(path, 'utf8')).trim();
    return value === '' ? out.error(`${what} in \`${visible(path)}\` is empty`, [], EXIT.usage) : { value };
  } catch {
    return out.error(`\`${visible(path)}\` cannot be read`, ['nothing was done'], EXIT.usage);
  }
}

/** @param twice a new one: what nobody sees is typed again. */
export async function passwordOf(
  context: Context,
  options: PasswordOptions,
  twice: boolean,
): Promise<{ readonly value: string } | ExitCode> {
  const { world, out } = context;
  if (options.passwordFile !== undefined && options.passwordStdin)
    return out.error('`--password-file` and `--password-stdin` both give it', ['give one of them'], EXIT.usage);
  if (options.passwordFile !== undefined) return fromFile(context, options.passwordFile, 'the password');
  if (options.passwordStdin) {
    const value = firstLine(await text(world.stdin));
    return value === '' ? out.error('the password is empty', ['nothing was done'], EXIT.usage) : { value };
  }
  if (!isInteractive(world))
    return out.error('there is no terminal to ask on', ['`--password-stdin` or `--password-file`'], EXIT.usage);
  for (let tries = 1; ; tries += 1) {
    const value = await askHidden(world, 'password (not shown): ');
    if (value === '') return out.error('nothing was typed', ['nothing was done']);
    if (!twice || (await askHidden(world, 'once more: ')) === value) return { value };
    const failed = out.error('the two were not the same', ['nothing was done']);
    if (tries === TRIES) return failed;
  }
}

/** A second factor that can be typed: given as an option, or asked for. */
export async function factorOf(
  { world, out }: Context,
  given: string | undefined,
  /** What to type instead where nobody can be asked. */
  hint: string,
): Promise<{ readonly factor: FactorProof } | ExitCode> {
  if (given === undefined && !isInteractive(world))
    return out.error('this needs your second factor', [hint], EXIT.denied);
  const typed = given ?? (await askLine(world, 'six digits of your app, or a recovery code: '));
  const factor = proofOf(typed);
  return factor === undefined
    ? out.error('that is neither six digits nor a recovery code', ['nothing was done'], EXIT.usage)
    : { factor };
}
