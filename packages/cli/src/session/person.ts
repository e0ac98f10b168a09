// The way to the daemon as the person who signed in here. What needs a person goes this way; what only looks goes with the
// daemon's own token (connection.ts). INVARIANT: never under an agent: it would answer in the name of whoever signed in.
import { type Answer, type Client, createClient, socketTransport, type Transport } from '@castellan/client';
import type { CliSession, DaemonState } from '@castellan/contract';
import { type Connection, clientOf, daemonOf, signInWords, tell } from '../connection.ts';
import { refuseUnderAgent } from '../guard.ts';
import { EXIT, type ExitCode, type Output } from '../output.ts';
import type { World } from '../world.ts';
import { locked, sessionOf, writeSession } from './session-file.ts';
import { clientName, terminalOf } from './terminal.ts';

/** As the daemon ends it (identity/people/sign-ins.ts); told here before it is asked. */
export const LONGEST_MS = 8 * 3_600_000;
const UNUSED_MS = 30 * 60_000;
/** Not every command writes the file. */
const TOUCH_MS = 60_000;

export type Standing =
  | { readonly kind: 'signed-in'; readonly session: CliSession }
  | { readonly kind: 'nobody' }
  /** It was ours, and is over. */
  | { readonly kind: 'over'; readonly why: string; readonly session: CliSession };

/** Who is signed in in this terminal. */
export function standing(world: World): Standing {
  const session = sessionOf(world, terminalOf());
  if (session === null) return { kind: 'nobody' };
  const now = world.clock.now();
  if (now - session.startedAt > LONGEST_MS || now < session.startedAt)
    return { kind: 'over', why: 'you signed in more than 8 hours ago', session };
  if (now - session.usedAt > UNUSED_MS) return { kind: 'over', why: 'you were away for more than 30 minutes', session };
  return { kind: 'signed-in', session };
}

/** Another access token for the refresh token, which is replaced; null when the daemon knows it no longer. */
async function renewed(world: World, state: DaemonState, old: CliSession): Promise<CliSession | null> {
  return locked(world, async () => {
    const session = sessionOf(world, old.terminal);
    // Another command in this terminal was first, with the same token.
    if (session === null || session.access !== old.access) return session;
    let refresh = session.refresh;
    const transport = socketTransport({
      socketPath: state.socket,
      token: null,
      client: clientName(),
      refresh: {
        value: refresh,
        replaced: (value) => {
          refresh = value;
        },
      },
    });
    const answer = await createClient({ transport }).refresh();
    transport.close();
    const ended = !answer.ok && answer.error.kind === 'api' && answer.error.status === 401;
    const next = answer.ok ? { ...session, access: answer.value.access, refresh } : null;
    if (next !== null || ended) writeSession(world, session.terminal, next);
    return next;
  });
}

const transportOf = (state: DaemonState, { access }: CliSession): Transport =>
  socketTransport({ socketPath: state.socket, token: access });

/** Keeps it from ending for want of use: yes when that was written down, and the daemon is to hear of it. */
export async function touch(world: World, session: CliSession): Promise<boolean> {
  const now = world.clock.now();
  if (now - session.usedAt < TOUCH_MS) return false;
  await locked(world, async () => {
    const held = sessionOf(world, session.terminal);
    if (held !== null) writeSession(world, held.terminal, { ...held, usedAt: now });
  });
  return true;
}

/** Asks as the person; their access token is renewed where it has become too old. */
export function clientAs(world: World, state: DaemonState, session: CliSession): Client {
  let current = session;
  const renew = async (): Promise<Transport | null> => {
    const next = await renewed(world, state, current);
    if (next === null) return null;
    current = next;
    return transportOf(state, next);
  };
  return createClient({ transport: transportOf(state, session), renew, explain: (error) => signInWords(error, state) });
}

/** Forgets this terminal's sign-in and ends it at the daemon, as far as that can be reached. */
export async function signOut(world: World, state: DaemonState | null, session: CliSession): Promise<boolean> {
  const ended = state !== null && (await clientAs(world, state, session).signOut()).ok;
  await locked(world, async () => writeSession(world, session.terminal, null));
  return ended;
}

/** The daemon as the person who signed in here sees it; otherwise why that cannot be, and the exit code. */
export async function connectPerson(world: World, out: Output, command: string): Promise<Connection | ExitCode> {
  const refused = refuseUnderAgent(world, out, command);
  if (refused !== undefined) return refused;
  const state = daemonOf(world, out);
  if (typeof state === 'number') return state;
  const found = standing(world);
  switch (found.kind) {
    case 'signed-in':
      await touch(world, found.session);
      return { client: clientAs(world, state, found.session), state };
    case 'over':
      await signOut(world, state, found.session);
      return out.error(`this needs you, and ${found.why}`, ['sign in again: `castellan login`']);
    case 'nobody': {
      // Before set-up nobody can: that is said instead.
      const setup = await clientOf(state, null).me();
      return setup.ok ? EXIT.failure : tell(out, setup.error);
    }
  }
}

/** Asks the daemon one thing as the person; on failure says why and gives the exit code. */
export async function askPerson<T>(
  world: World,
  out: Output,
  command: string,
  question: (client: Client) => Promise<Answer<T>>,
): Promise<{ readonly value: T } | ExitCode> {
  const connection = await connectPerson(world, out, command);
  if (typeof connection === 'number') return connection;
  const answer = await question(connection.client);
  return answer.ok ? { value: answer.value } : tell(out, answer.error);
}
