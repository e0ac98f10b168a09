// `castellan setup`: makes the first account, with the one-time code that whoever started the daemon was given (A7).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DaemonState, userNameSchema } from '@castellan/contract';
import { addressOf, clientOf, daemonOf, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { askLine } from '../prompt.ts';
import { fromFile, type PasswordOptions, passwordOf } from '../session/given.ts';
import { begin, isCodeFault, isPasswordFault } from '../session/sign-in.ts';
import { visible } from '../text/visible.ts';
import { table } from '../text/wrap.ts';
import { isInteractive, stateFolder, type World } from '../world.ts';

export interface SetupOptions extends JsonOption, PasswordOptions {
  readonly nonInteractive?: boolean;
  readonly name?: string;
  readonly code?: string;
  readonly codeFile?: string;
}

/** How often one thing may be typed before it is given up. */
const TRIES = 5;

const ELSEWHERE = 'it was shown in the terminal that started the daemon';
/** The daemon shows a code once, and to whoever started it: who lost that terminal starts it again. */
const LOST = 'where that terminal is gone: `castellan down`, then `castellan up` shows another code';

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
  const given = await codeOf(context, options, asks);
  if (typeof given === 'number') return given;
  const name = await nameOf(context, options, asks);
  if (typeof name === 'number') return name;
  const chosen = await newPassword(context, options, asks);
  if (typeof chosen === 'number') return chosen;
  let code = given.value;
  let password = chosen.value;
  for (let tries = 1; ; tries += 1) {
    const body = { code, name: name.value, password, carrier: 'program' } as const;
    const answer = await begin(world, state, (client) => client.setUp({ body }));
    if (answer.ok) return done(context, name.value, state, options);
    const failed = tell(out, answer.error);
    if (!asks || tries === TRIES) return failed;
    if (isPasswordFault(answer) && passwordIsTyped(options)) {
      const other = await newPassword(context, options, asks);
      if (typeof other === 'number') return other;
      password = other.value;
    } else if (isCodeFault(answer) && codeIsTyped(world, options)) {
      const other = await codeOf(context, options, asks);
      if (typeof other === 'number') return other;
      code = other.value;
    } else return failed;
  }
}

function done({ out, command }: Context, name: string, state: DaemonState, options: JsonOption): ExitCode {
  if (options.json) {
    out.json({ name, role: 'admin', address: state.addresses[0] ?? addressOf(state) });
    return EXIT.done;
  }
  out.line(`set-up is done: ${name} is the administrator, and is signed in in this terminal`);
  out.line();
  out.line('next:');
  const next = table([
    [`  ${command} connect claude-code`, '  put an agent behind it'],
    [`  ${command} watch`, '  see and answer what agents want to do'],
    [`  ${addressOf(state)}`, '  the same in a browser; a second factor is added there'],
  ]);
  for (const text of next) out.line(text);
  return EXIT.done;
}

type Given = { readonly value: string } | ExitCode;

const passwordIsTyped = ({ passwordFile, passwordStdin }: SetupOptions): boolean =>
  passwordFile === undefined && passwordStdin !== true;

const codeIsTyped = (world: World, { code, codeFile }: SetupOptions): boolean =>
  code === undefined && codeFile === undefined && !existsSync(setupCodeFile(world));

function newPassword(context: Context, options: SetupOptions, asks: boolean): Promise<Given> {
  if (asks) context.out.note('16 characters or more, or 12 of three kinds; not one that is often used');
  return passwordOf(context, options, asks);
}

/** Twelve letters and digits, however they are grouped: what cannot be one is told before anything else is asked. */
const looksLikeCode = (given: string): boolean => /^[0-9a-z]{12}$/i.test(given.replaceAll(/[\s-]/g, ''));

async function codeOf(context: Context, options: SetupOptions, asks: boolean): Promise<Given> {
  const { world, out } = context;
  const no = (text: string): ExitCode =>
    out.error(`\`${visible(text)}\` cannot be the one-time code`, ['it looks like `XXXX-XXXX-XXXX`'], EXIT.usage);
  if (!codeIsTyped(world, options)) {
    const given =
      options.code === undefined
        ? fromFile(context, options.codeFile ?? setupCodeFile(world), 'the code')
        : { value: options.code };
    return typeof given === 'number' || looksLikeCode(given.value) ? given : no(given.value);
  }
  if (!asks) return out.error('the one-time code is not known here', [ELSEWHERE, LOST, '`--code CODE`'], EXIT.usage);
  out.note(LOST);
  for (let tries = 1; ; tries += 1) {
    const typed = (await askLine(world, 'one-time code, from the terminal that started the daemon: ')).trim();
    if (typed === '') return out.error('nothing was typed', [LOST]);
    if (looksLikeCode(typed)) return { value: typed };
    const failed = no(typed);
    if (tries === TRIES) return failed;
  }
}

async function nameOf({ world, out }: Context, options: SetupOptions, asks: boolean): Promise<Given> {
  if (options.name === undefined && !asks)
    return out.error('say what you want to be called', ['`--name NAME`'], EXIT.usage);
  const own = userNameSchema.safeParse((world.env.USER ?? '').toLowerCase());
  const suggested = own.success && own.data !== 'root' ? own.data : undefined;
  for (let tries = 1; ; tries += 1) {
    const typed =
      options.name ?? (await askLine(world, `your name${suggested === undefined ? '' : ` [${suggested}]`}: `)).trim();
    if (typed === '' && suggested === undefined) return out.error('nothing was typed', ['nothing was done']);
    const name = userNameSchema.safeParse(typed === '' ? suggested : typed);
    if (name.success) return { value: name.data };
    const [issue] = name.error.issues;
    const failed = out.error(`\`${visible(typed)}\` cannot be a name`, [issue?.message ?? 'another one'], EXIT.usage);
    if (options.name !== undefined || tries === TRIES) return failed;
  }
}
