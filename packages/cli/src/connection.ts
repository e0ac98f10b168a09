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
import type { DaemonState } from '@castellan/contract';
import { EXIT, type ExitCode, type Output } from './output.ts';
import { timeOfDay, whoText } from './text/words.ts';
import { stateFolder, type World } from './world.ts';

export interface Connection {
  readonly client: Client;
  readonly state: DaemonState;
}

export function connect(world: World, out: Output): Connection | ExitCode {
  const found = readDaemonState(stateFolder(world));
  if (!found.ok) return out.error(found.fault.message, [found.fault.hint]);
  const { socket, token } = found.state;
  return { client: createClient({ transport: socketTransport({ socketPath: socket, token }) }), state: found.state };
}

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
