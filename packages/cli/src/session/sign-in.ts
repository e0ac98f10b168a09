// Signing in and set-up as the command line does them: as a program, with a rotating refresh token that is kept for this
// terminal. INVARIANT: a password is only ever sent to the socket of the daemon, and kept nowhere.
import {
  type Answer,
  type Client,
  type ClientError,
  createClient,
  errorLines,
  socketTransport,
} from '@castellan/client';
import type { DaemonState, SignInAnswer } from '@castellan/contract';
import { setupWords } from '../connection.ts';
import type { World } from '../world.ts';
import { signOut } from './person.ts';
import { locked, sessionOf, writeSession } from './session-file.ts';
import { clientName, terminalOf } from './terminal.ts';

/** Puts the question as nobody; where that signed somebody in, this terminal is theirs. */
export async function begin(
  world: World,
  state: DaemonState,
  question: (client: Client) => Promise<Answer<SignInAnswer>>,
): Promise<Answer<SignInAnswer>> {
  let refresh: string | null = null;
  const transport = socketTransport({
    socketPath: state.socket,
    token: null,
    client: clientName(),
    refresh: {
      value: null,
      replaced: (value) => {
        refresh = value;
      },
    },
  });
  const answer = await question(createClient({ transport, explain: (error) => setupWords(error, state) }));
  transport.close();
  if (!answer.ok || answer.value.kind !== 'signed-in') return answer;
  const { access, me } = answer.value;
  if (access === undefined || refresh === null) return { ok: false, error: NOT_A_PROGRAM };
  const terminal = terminalOf();
  const before = sessionOf(world, terminal);
  if (before !== null) await signOut(world, state, before);
  const now = world.clock.now();
  const session = { terminal, name: me.user.name, access, refresh, startedAt: now, usedAt: now };
  await locked(world, async () => writeSession(world, terminal, session));
  return answer;
}

const NOT_A_PROGRAM: ClientError = {
  kind: 'unintelligible',
  message: 'the daemon signed us in without a token to keep',
  hint: 'the daemon and this program may be of different versions: run `castellan down`, then `castellan up`',
};

/** Whether another password would do: what was wrong is in the daemon's words. */
export const isPasswordFault = ({ error }: { readonly error: ClientError }): boolean =>
  error.kind === 'api' &&
  error.error.error === 'bad_request' &&
  [errorLines(error).message, ...(error.error.faults ?? []).map(({ path }) => path)].some((text) =>
    text.includes('password'),
  );

/** Whether another code of set-up would do. */
export const isCodeFault = ({ error }: { readonly error: ClientError }): boolean =>
  error.kind === 'api' && error.error.error === 'wrong_credentials';
