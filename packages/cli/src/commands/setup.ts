// `castellan setup`: makes the first account, with the one-time code that whoever started the daemon was given (A7).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { userNameSchema } from '@castellan/contract';
import { addressOf, clientOf, daemonOf, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { askLine } from '../prompt.ts';
import { fromFile, type PasswordOptions, passwordOf } from '../session/given.ts';
import { begin, isPasswordFault } from '../session/sign-in.ts';
import { visible } from '../text/visible.ts';
import { table } from '../text/wrap.ts';
import { isInteractive, stateFolder, type World } from '../world.ts';

export interface SetupOptions extends JsonOption, PasswordOptions {
  readonly nonInteractive?: boolean;
  readonly name?: string;
  readonly code?: string;
  readonly codeFile?: string;
}

/** How often another password may be tried before it is given up. */
const TRIES = 5;

/** Where a daemon that was started without a terminal puts the code. */
export const setupCodeFile = (world: World): string => join(stateFolder(world), 'daemon', 'setup-code');

export async function setup(context: Context, options: SetupOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'setup');
  if (refused !== undefined) return refused;
  const state = daemonOf(world, out);
  if (typeof state === 'number') return state;
  const view = await clientOf(state, null).setup();
  if (!view.ok) return tell(out, view.error);
  if (!view.value.needed) return out.error('set-up is done already', ['sign in with `castellan login`']);
  const asks = options.nonInteractive !== true && isInteractive(world);
  const code = await codeOf(context, options, asks);
  if (typeof code === 'number') return code;
  const name = await nameOf(context, options, asks);
  if (typeof name === 'number') return name;
  for (let tries = 1; ; tries += 1) {
    if (asks) out.note('16 characters or more, or 12 of three kinds; not one that is often used');
    const password = await passwordOf(context, options, asks);
    if (typeof password === 'number') return password;
    const body = { code: code.value, name: name.value, password: password.value, carrier: 'program' } as const;
    const answer = await begin(world, state, (client) => client.setUp({ body }));
    if (answer.ok) return done(context, name.value, addressOf(state), options);
    const again = asks && options.passwordFile === undefined && options.passwordStdin !== true;
    if (!again || tries === TRIES || !isPasswordFault(answer)) return tell(out, answer.error);
    tell(out, answer.error);
  }
}

function done({ out, command }: Context, name: string, address: string, options: JsonOption): ExitCode {
  if (options.json) {
    out.json({ name, role: 'admin', address });
    return EXIT.done;
  }
  out.line(`set-up is done: ${name} is the administrator, and is signed in in this terminal`);
  out.line();
  out.line('next:');
  const next = table([
    [`  ${command} connect claude-code`, '  put an agent behind it'],
    [`  ${command} watch`, '  see and answer what agents want to do'],
    [`  ${address}`, '  the same in a browser; a second factor is added there'],
  ]);
  for (const text of next) out.line(text);
  return EXIT.done;
}

async function codeOf(
  context: Context,
  { code, codeFile }: SetupOptions,
  asks: boolean,
): Promise<{ readonly value: string } | ExitCode> {
  const { world, out } = context;
  if (code !== undefined) return { value: code };
  if (codeFile !== undefined) return fromFile(context, codeFile, 'the code');
  const file = setupCodeFile(world);
  if (existsSync(file)) return fromFile(context, file, 'the code');
  const hints = ['it was shown in the terminal that started the daemon; a restart makes another one'];
  if (!asks) return out.error('the one-time code is not known here', [...hints, '`--code CODE`'], EXIT.usage);
  const typed = (await askLine(world, 'one-time code, from the terminal that started the daemon: ')).trim();
  return typed === '' ? out.error('nothing was typed', hints) : { value: typed };
}

async function nameOf(
  { world, out }: Context,
  options: SetupOptions,
  asks: boolean,
): Promise<{ readonly value: string } | ExitCode> {
  if (options.name === undefined && !asks)
    return out.error('say what you want to be called', ['`--name NAME`'], EXIT.usage);
  const own = userNameSchema.safeParse((world.env.USER ?? '').toLowerCase());
  const suggested = own.success && own.data !== 'root' ? own.data : undefined;
  const typed =
    options.name ?? (await askLine(world, `your name${suggested === undefined ? '' : ` [${suggested}]`}: `)).trim();
  const name = userNameSchema.safeParse(typed === '' ? suggested : typed);
  if (name.success) return { value: name.data };
  const [issue] = name.error.issues;
  return out.error(`\`${visible(typed)}\` cannot be a name`, [issue?.message ?? 'another one'], EXIT.usage);
}
