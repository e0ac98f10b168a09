// The way to the running daemon, and what is said when there is none.
import {
  type Answer,
  type Client,
  type ClientError,
  createClient,
  errorLines,
  readDaemonState,
  socketTransport,
} from '@castellan/client';
import type { ApiErrorCode, DaemonState } from '@castellan/contract';
import { EXIT, type ExitCode, type Output } from './output.ts';
import { timeOfDay, whoText } from './text/words.ts';
import { stateFolder, type World } from './world.ts';

const NO_ACCOUNT = 'nobody has an account here yet, and until then nothing is answered';

export interface Connection {
  readonly client: Client;
  readonly state: DaemonState;
}

/** The running daemon; otherwise why there is none, and the exit code. */
export function daemonOf(world: World, out: Output): DaemonState | ExitCode {
  const found = readDaemonState(stateFolder(world));
  return found.ok ? found.state : out.error(found.fault.message, [found.fault.hint]);
}

/** The way in of any program of the user: it may look, connect agents, freeze and stop. */
export function connect(world: World, out: Output): Connection | ExitCode {
  const state = daemonOf(world, out);
  if (typeof state === 'number') return state;
  return { client: clientOf(state, state.token), state };
}

/** `token` null: as nobody, for set-up and signing in. */
export const clientOf = (state: DaemonState, token: string | null): Client =>
  createClient({
    transport: socketTransport({ socketPath: state.socket, token }),
    explain: (error) => (token === null ? signInWords(error, state) : setupWords(error, state)),
  });

/** Where a browser finds it: by a name, for a passkey cannot be made at an address of digits. */
export const addressOf = ({ port }: { readonly port: number }): string => `http://localhost:${port}`;

function saidAs(error: ClientError, code: ApiErrorCode, message: string, hint: string): ClientError {
  if (error.kind !== 'api' || error.error.error !== code) return error;
  return { ...error, error: { ...error.error, message, hint } };
}

export const setupWords = (error: ClientError, state: DaemonState): ClientError =>
  saidAs(error, 'setup_required', NO_ACCOUNT, `open ${addressOf(state)}, or run \`castellan setup\``);

/** For whoever asks as a person, or as nobody yet. */
export const signInWords = (error: ClientError, state: DaemonState): ClientError =>
  saidAs(setupWords(error, state), 'not_authenticated', 'this needs you: sign in', '`castellan login`');

/** Says what went wrong; the exit code to end with. */
export function tell(out: Output, error: ClientError): ExitCode {
  if (error.kind === 'api' && error.error.error === 'already_resolved') {
    const { by, at, message, hint } = error.error;
    const when = at === undefined ? '' : ` at ${timeOfDay(at)}`;
    const who = by === undefined ? '' : `: by ${whoText(by)}${when}`;
    return out.error(`${message}${who}`, hint === undefined ? [] : [hint]);
  }
  const { message, hints } = errorLines(error);
  const code = error.kind === 'api' && error.status === 403 ? EXIT.denied : EXIT.failure;
  return out.error(message, hints, code);
}

/** Asks the daemon one thing; on failure says why and gives the exit code. */
export async function ask<T>(
  world: World,
  out: Output,
  question: (client: Client) => Promise<Answer<T>>,
): Promise<{ readonly value: T } | ExitCode> {
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  const answer = await question(connection.client);
  return answer.ok ? { value: answer.value } : tell(out, answer.error);
}
