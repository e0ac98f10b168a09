// `castellan watch`: the terminal screen where there is one, a feed of lines where there is none.
import {
  type ConnectionEvent,
  followEvents,
  readDaemonState,
  socketTransport,
  type Transport,
} from '@castellan/client';
import { connect, tell } from '../connection.ts';
import type { Context, JsonOption } from '../context.ts';
import { EXIT, type ExitCode } from '../output.ts';
import { feedLines } from '../watch/feed.ts';
import { isInteractive, stateFolder, type World } from '../world.ts';

export async function watch(context: Context, options: JsonOption): Promise<ExitCode> {
  const { world, out } = context;
  const connection = connect(world, out);
  if (typeof connection === 'number') return connection;
  // What would not change by waiting for it (nobody has an account yet) is said and not waited for.
  const first = await connection.client.approvals();
  if (!first.ok) return tell(out, first.error);
  const screen = isInteractive(world) && options.json !== true && world.env.TERM !== 'dumb';
  if (screen) return (await import('../watch/session.ts')).watchScreen(context, connection, events);
  for await (const event of events(world, new AbortController().signal)) {
    if (options.json) out.line(JSON.stringify(event));
    else for (const text of feedLines(event, world.clock.now())) out.line(text);
    if (event.kind === 'refused') return EXIT.denied;
  }
  return EXIT.done;
}

/** Reads the state file anew for each attempt: a daemon that was started again has another token. */
export function events(world: World, signal: AbortSignal): AsyncGenerator<ConnectionEvent, void> {
  return followEvents({
    connect: async (): Promise<Transport | { readonly why: string }> => {
      const found = readDaemonState(stateFolder(world));
      if (!found.ok) return { why: found.fault.message };
      return socketTransport({ socketPath: found.state.socket, token: found.state.token });
    },
    pause: (ms, during) => world.clock.pause(ms, during),
    signal,
  });
}
