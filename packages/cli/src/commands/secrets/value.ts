// Where a secret's value comes from: a pipe, a file, a variable, or a person who types what nobody sees. INVARIANT: never an
// argument: the process list and the shell's history would keep it.
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { askHidden } from '../../prompt.ts';
import { visible } from '../../text/visible.ts';

export interface ValueOptions {
  readonly file?: string;
  readonly env?: string;
}

export async function valueFor(
  { world, out }: Context,
  /** `the value of OPENAI`, `the passphrase`. */
  what: string,
  { file, env }: ValueOptions,
): Promise<{ readonly value: string } | ExitCode> {
  if (file !== undefined && env !== undefined)
    return out.error('`--file` and `--env` both name the value', ['give one of them'], EXIT.usage);
  if (env !== undefined) {
    const value = world.env[env];
    return value === undefined || value === ''
      ? out.error(`\`${visible(env)}\` is not set`, ['correct the name; nothing was done'], EXIT.usage)
      : { value };
  }
  if (file !== undefined) {
    try {
      const held = utf8(readFileSync(file));
      if (held !== null) return whole(what, held, out);
    } catch {
      return out.error(`\`${visible(file)}\` cannot be read`, [NOTHING], EXIT.usage);
    }
    return out.error(`\`${visible(file)}\` is no UTF-8 text`, [NOTHING], EXIT.usage);
  }
  if (world.stdin.isTTY !== true) {
    const piped = utf8(await buffer(world.stdin));
    return piped === null
      ? out.error(`${what} is no UTF-8 text`, ['put it in as base64 or hex; nothing was done'], EXIT.usage)
      : whole(what, oneLine(piped), out);
  }
  const value = await askHidden(world, `${what} (not shown): `);
  if (value === '') return out.error('nothing was typed', [NOTHING]);
  return (await askHidden(world, 'once more: ')) === value
    ? { value }
    : out.error('the two were not the same', ['try again; nothing was done']);
}

/** A lenient reader would keep another value than was given. */
function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

const NOTHING = 'nothing was done';

/** `echo VALUE |` brings a line end that is no part of it; a text of many lines keeps every byte. */
const oneLine = (given: string): string => (/^[^\r\n]*\r?\n$/.test(given) ? given.replace(/\r?\n$/, '') : given);

const whole = (what: string, value: string, out: Context['out']): { readonly value: string } | ExitCode =>
  value === '' ? out.error(`${what} is empty`, [NOTHING], EXIT.usage) : { value };
