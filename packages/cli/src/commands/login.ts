// `castellan login`, `logout` and `whoami`: who answers in this terminal. Each terminal signs in by itself.
import { readDaemonState } from '@castellan/client';
import type { DaemonState, SignInAnswer } from '@castellan/contract';
import { addressOf, daemonOf, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { askLine } from '../prompt.ts';
import { factorOf, type PasswordOptions, passwordOf } from '../session/given.ts';
import { clientAs, LONGEST_MS, signOut, standing } from '../session/person.ts';
import { readSessions } from '../session/session-file.ts';
import { begin } from '../session/sign-in.ts';
import { visible } from '../text/visible.ts';
import { duration } from '../text/words.ts';
import { isInteractive, stateFolder } from '../world.ts';

export interface LoginOptions extends JsonOption, PasswordOptions {
  readonly name?: string;
  readonly code?: string;
}

type NeedsFactor = Extract<SignInAnswer, { readonly kind: 'factor-needed' }>;

export async function login(context: Context, options: LoginOptions): Promise<ExitCode> {
  const { world, out } = context;
  const refused = refuseUnderAgent(world, out, 'login');
  if (refused !== undefined) return refused;
  const state = daemonOf(world, out);
  if (typeof state === 'number') return state;
  const name = await nameOf(context, options);
  if (typeof name === 'number') return name;
  const password = await passwordOf(context, options, false);
  if (typeof password === 'number') return password;
  const body = { name: name.value, password: password.value, carrier: 'program' } as const;
  const answer = await begin(world, state, (client) => client.signIn({ body }));
  if (!answer.ok) return tell(out, answer.error);
  const signedIn =
    answer.value.kind === 'signed-in' ? answer.value : await secondFactor(context, state, answer.value, options);
  if (typeof signedIn === 'number') return signedIn;
  const { name: who, role } = signedIn.me.user;
  if (options.json) out.json({ name: who, role });
  else out.line(`${who} is signed in in this terminal, for 8 hours at most`);
  return EXIT.done;
}

async function nameOf(
  { world, out }: Context,
  { name, passwordStdin }: LoginOptions,
): Promise<{ readonly value: string } | ExitCode> {
  const last = readSessions(world).name;
  if (name !== undefined) return { value: name };
  if (passwordStdin || !isInteractive(world))
    return last === null ? out.error('say who signs in', ['`--name NAME`'], EXIT.usage) : { value: last };
  const typed = (await askLine(world, `name${last === null ? '' : ` [${last}]`}: `)).trim();
  if (typed !== '') return { value: typed };
  return last === null ? out.error('nothing was typed', ['nothing was done']) : { value: last };
}

async function secondFactor(
  context: Context,
  state: DaemonState,
  { challenge, factors }: NeedsFactor,
  options: LoginOptions,
): Promise<Extract<SignInAnswer, { readonly kind: 'signed-in' }> | ExitCode> {
  const { world, out } = context;
  if (factors.every((factor) => factor === 'passkey'))
    return out.error('your second factor is a passkey, and a terminal cannot use one', [
      `sign in at ${addressOf(state)}; an authenticator app added there works here too`,
    ]);
  if (factors.includes('passkey')) out.note('a terminal cannot use your passkey; a code does it too');
  const given = await factorOf(context, options.code, '`castellan login --code CODE`');
  if (typeof given === 'number') return given;
  const body = { challenge, factor: given.factor };
  const answer = await begin(world, state, (client) => client.signInFactor({ body }));
  if (!answer.ok) return tell(out, answer.error);
  if (answer.value.kind === 'signed-in') return answer.value;
  return out.error('the daemon asks for another factor', [`sign in at ${addressOf(state)}`]);
}

export async function logout({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const found = standing(world);
  if (found.kind === 'nobody') {
    if (options.json) out.json({ signedOut: false });
    else out.line('nobody is signed in in this terminal');
    return EXIT.done;
  }
  const daemon = readDaemonState(stateFolder(world));
  const ended = await signOut(world, daemon.ok ? daemon.state : null, found.session);
  if (options.json) out.json({ signedOut: true, ended });
  else out.line(`${visible(found.session.name)} is signed out in this terminal`);
  if (!ended) out.note('the daemon could not be told: it forgets this sign-in within 30 minutes');
  return EXIT.done;
}

export async function whoami({ world, out }: Context, options: JsonOption): Promise<ExitCode> {
  const state = daemonOf(world, out);
  if (typeof state === 'number') return state;
  const found = standing(world);
  if (found.kind !== 'signed-in') {
    const why = found.kind === 'over' ? `nobody is signed in here any more: ${found.why}` : 'nobody is signed in here';
    return out.error(why, ['sign in with `castellan login`']);
  }
  const answer = await clientAs(world, state, found.session).me();
  if (!answer.ok) return tell(out, answer.error);
  if (options.json) {
    out.json(answer.value);
    return EXIT.done;
  }
  const { user, signIn } = answer.value;
  const factor = signIn.factor === 'none' ? 'password alone' : `password and ${signIn.factor}`;
  const left = duration(found.session.startedAt + LONGEST_MS - world.clock.now());
  out.line(`${user.name}, ${user.role}; signed in with ${factor}, for ${left} at most`);
  return EXIT.done;
}
