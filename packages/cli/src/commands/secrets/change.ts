// `castellan secrets add`, `rotate`, `change`, `remove`: what only a person may do with the vault.
import type { SecretInfo } from '@castellan/contract';
import { tell } from '../../connection.ts';
import type { Context, JsonOption } from '../../context.ts';
import { refuseUnderAgent } from '../../guard.ts';
import { EXIT, type ExitCode } from '../../output.ts';
import { askYes } from '../../prompt.ts';
import { connectPerson } from '../../session/person.ts';
import { visible } from '../../text/visible.ts';
import { isInteractive } from '../../world.ts';
import { type ValueOptions, valueFor } from './value.ts';
import { readExpiry, readUses, textOfUse, usesText } from './words.ts';

interface Settings {
  readonly use?: readonly string[];
  readonly note?: string;
  /** A date; `never` with `change`. */
  readonly expires?: string;
  readonly rotate?: number;
}
export interface AddOptions extends JsonOption, ValueOptions, Settings {}
export interface ChangeOptions extends JsonOption, Settings {
  readonly drop?: readonly string[];
}

const QUESTION_MS = 120_000;

function shown({ out }: Context, secret: SecretInfo, did: string, options: JsonOption): ExitCode {
  if (options.json) out.json(secret);
  else {
    out.line(`${secret.name} ${did}; it may be used for ${usesText(secret.uses)}`);
    if (!secret.canary && !secret.uses.some(({ kind }) => kind === 'host'))
      out.note(`it goes nowhere yet: \`castellan secrets change ${secret.name} --use host:HOST\``);
  }
  return EXIT.done;
}

export async function secretsAdd(context: Context, name: string, options: AddOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'secrets add');
  if (refused !== undefined) return refused;
  const read = readUses(options.use ?? [], out);
  if (typeof read === 'number') return read;
  const expiry = options.expires === undefined ? { at: null } : readExpiry(options.expires, world.clock.now(), out);
  if (typeof expiry === 'number') return expiry;
  // Before a value is asked for: one that cannot be kept need not be typed.
  const connection = await connectPerson(world, out, 'secrets add');
  if (typeof connection === 'number') return connection;
  const given = await valueFor(context, `the value of ${visible(name)}`, options);
  if (typeof given === 'number') return given;
  const answer = await connection.client.addSecret({
    body: {
      name,
      value: given.value,
      uses: read.uses,
      expiresAt: expiry.at,
      ...(options.note !== undefined && { note: options.note }),
      ...(options.rotate !== undefined && { rotateAfterDays: options.rotate }),
    },
  });
  return answer.ok ? shown(context, answer.value, 'is kept', options) : tell(out, answer.error);
}

export async function secretsRotate(
  context: Context,
  name: string,
  options: JsonOption & ValueOptions,
): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'secrets rotate');
  if (refused !== undefined) return refused;
  const connection = await connectPerson(world, out, 'secrets rotate');
  if (typeof connection === 'number') return connection;
  const given = await valueFor(context, `the value of ${visible(name)}`, options);
  if (typeof given === 'number') return given;
  const answer = await connection.client.rotateSecret({ params: { name }, body: { value: given.value } });
  return answer.ok ? shown(context, answer.value, 'has a new value', options) : tell(out, answer.error);
}

export async function secretsChange(context: Context, name: string, options: ChangeOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'secrets change');
  if (refused !== undefined) return refused;
  if ([options.use, options.drop, options.note, options.expires, options.rotate].every((each) => each === undefined))
    return out.error('say what to change', ['`--use`, `--drop`, `--note`, `--expires`, `--rotate`'], EXIT.usage);
  const more = readUses(options.use ?? [], out);
  if (typeof more === 'number') return more;
  const less = readUses(options.drop ?? [], out);
  if (typeof less === 'number') return less;
  const never = options.expires === 'never';
  const expiry =
    options.expires === undefined || never ? { at: null } : readExpiry(options.expires, world.clock.now(), out);
  if (typeof expiry === 'number') return expiry;
  const connection = await connectPerson(world, out, 'secrets change');
  if (typeof connection === 'number') return connection;
  const listed = await connection.client.secrets();
  if (!listed.ok) return tell(out, listed.error);
  const before = listed.value.secrets.find((each) => each.name === name);
  if (before === undefined)
    return out.error(`there is no secret \`${visible(name)}\``, ['`castellan secrets` lists them']);
  const gone = new Set(less.uses.map(textOfUse));
  const absent = less.uses.find((use) => !before.uses.some((each) => textOfUse(each) === textOfUse(use)));
  if (absent !== undefined)
    return out.error(`${name} may not be used for \`${textOfUse(absent)}\` as it is`, [
      `it may be used for ${usesText(before.uses)}`,
    ]);
  const kept = before.uses.filter((use) => !gone.has(textOfUse(use)));
  const added = more.uses.filter((use) => !kept.some((each) => textOfUse(each) === textOfUse(use)));
  const answer = await connection.client.changeSecret({
    params: { name },
    body: {
      uses: [...kept, ...added],
      ...(options.expires !== undefined && { expiresAt: expiry.at }),
      ...(options.note !== undefined && { note: options.note }),
      ...(options.rotate !== undefined && { rotateAfterDays: options.rotate === 0 ? null : options.rotate }),
    },
  });
  return answer.ok ? shown(context, answer.value, 'is changed', options) : tell(out, answer.error);
}

export async function secretsRemove(
  context: Context,
  name: string,
  options: JsonOption & { readonly yes?: boolean },
): Promise<ExitCode> {
  const { world, out } = context;
  const connection = await connectPerson(world, out, 'secrets remove');
  if (typeof connection === 'number') return connection;
  if (!options.yes) {
    if (!isInteractive(world))
      return out.error(
        'removing a secret needs a yes',
        ['add `--yes`; a removed value cannot be had back'],
        EXIT.usage,
      );
    const question = `Remove ${visible(name)}? Its value cannot be had back. [y/N] `;
    if (!(await askYes(world, question, world.clock.now() + QUESTION_MS)))
      return out.error('nothing was removed', [], EXIT.denied);
  }
  const answer = await connection.client.removeSecret({ params: { name } });
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) out.json(answer.value);
  else out.line(`${answer.value.name} is removed`);
  if (answer.value.canary) out.note(`its bait still lies there: ${visible(answer.value.note)}`);
  return EXIT.done;
}
