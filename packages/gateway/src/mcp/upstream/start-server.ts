// From a manifest to a server that may be used: its way is opened, it is greeted, what it offers is read and judged. Whatever
// goes wrong, nothing of it is left running.
import type { McpStart } from '@castellan/contract';
import type { UpstreamHost } from '../host.ts';
import type { Connecting, Connection, Way } from './connection.ts';
import { type Greeted, type Greeting, greet } from './handshake.ts';
import { sha256 } from './identity.ts';
import { START_MS } from './limits.ts';
import { Link } from './link.ts';
import type { Numbers } from './numbers.ts';
import { openProcess } from './open-process.ts';
import { Pace } from './pace.ts';
import { RunningServer, type ServerParts } from './server.ts';
import type { FromServer } from './types.ts';

export interface Starting extends Pick<ServerParts, 'judge' | 'accepted' | 'hold' | 'idle'> {
  readonly module: string;
  readonly start: McpStart;
  readonly folder: Way['folder'];
  readonly walls: Way['walls'];
  readonly version: string;
  readonly host: UpstreamHost;
  readonly numbers: Numbers;
  readonly mayBe: Way['mayBe'];
  readonly ownPorts: Way['ownPorts'];
  readonly ca: string | undefined;
  /** The connection is over: it crashed, or was closed. */
  readonly ended: (connection: Connection) => void;
  readonly signal: AbortSignal;
}

/** unusable: its manifest or this machine does not let it start. */
export type NotStarted = 'held' | 'needs-sign-in' | 'unusable' | 'crashed';
export type StartedServer =
  | { readonly ok: true; readonly server: RunningServer; readonly connection: Connection }
  | {
      readonly ok: false;
      readonly kind: NotStarted;
      readonly why: string;
      readonly hint: string;
      readonly stderr: readonly string[];
    };

const no = (kind: NotStarted, why: string, hint: string, stderr: readonly string[] = []): StartedServer => ({
  ok: false,
  kind,
  why,
  hint,
  stderr,
});

export async function startServer(starting: Starting): Promise<StartedServer> {
  // What a manifest says makes it another server to talk to; what is known of the one is not known of the other.
  const known = sha256(JSON.stringify(starting.start));
  const first = await attempt(starting, starting.numbers.legacy === known);
  if (first.ok || first.kind !== 'crashed' || starting.start.kind !== 'mcp' || starting.numbers.legacy === known)
    return first;
  if (starting.signal.aborted || !first.atGreeting) return first;
  // Servers of before 2026-07-28 may end at a question they do not know: it is started once more without it.
  const second = await attempt(starting, true);
  if (second.ok) starting.numbers.legacy = known;
  return second;
}

type Attempt = StartedServer & { readonly atGreeting?: boolean };

async function attempt(starting: Starting, isKnownLegacy: boolean): Promise<Attempt> {
  const { host, module, numbers, signal } = starting;
  const pace = new Pace(() => host.clock.now());
  const opened = await open({ ...starting, pace });
  if (!opened.ok) return no(opened.kind === 'held' ? 'held' : 'unusable', opened.why, opened.hint);
  const { connection } = opened;
  const handlers: FromServer[] = [];
  const made: { server: RunningServer | null } = { server: null };
  const link = new Link({
    clock: host.clock,
    pace,
    send: (message, how) =>
      connection.transport.send(message as never, {
        ...(how.signal !== undefined && { requestSignal: how.signal }),
        ...(how.headers !== undefined && { headers: { ...how.headers } }),
        ...(how.onEnd !== undefined && { onRequestStreamEnd: how.onEnd }),
      }),
    end: (why) => connection.end(why),
    over: () => `\`${module}\`: ${connection.over() ?? 'its connection is over'}`,
    refused: () => connection.lastRefusal(),
    hideText: (text) => host.hideText(text),
    changed: () => made.server?.changed(),
    handlers: () => handlers,
  });
  const stop = (): void => connection.end('it was not needed any more');
  signal.addEventListener('abort', stop, { once: true });
  const late = host.clock.after(START_MS, () => connection.end(`it was not ready within ${START_MS / 1000} s`));
  const fail = async (kind: NotStarted, why: string, hint: string): Promise<StartedServer> => {
    await connection.close();
    return no(kind, host.hideText(why), hint, connection.stderr());
  };
  try {
    const greeting = await greet(connection, link, starting.version, isKnownLegacy);
    if (!greeting.ok) return await notGreeted(starting, connection, greeting, fail);
    const server = running(starting, connection, link, greeting.greeted, handlers);
    made.server = server;
    const looked = await server.look();
    const over = connection.over();
    if (over !== null || looked.kind !== 'serve') await server.close();
    // Some greet everybody, and ask who it is at the first list.
    if (over !== null && connection.cause() === 'sign-in') return await signedOut(starting, fail);
    if (over !== null) return await fail('crashed', over, LOOK(module));
    if (looked.kind === 'hold') return await fail('held', looked.why, LOOK(module));
    if (looked.kind === 'fault') return await fail('crashed', looked.why, LOOK(module));
    numbers.started(host.clock.now(), server.protocol);
    server.ready();
    return { ok: true, server, connection };
  } catch (error) {
    // What should not happen: it must not go on, with its walls and its way out, where nobody knows of it any more.
    await connection.close().catch(() => undefined);
    throw error;
  } finally {
    late();
    signal.removeEventListener('abort', stop);
  }
}

type Fail = (kind: NotStarted, why: string, hint: string) => Promise<StartedServer>;

const signedOut = ({ module, start }: Starting, fail: Fail): Promise<StartedServer> =>
  start.kind === 'mcp-http' && start.oauth === 'off'
    ? fail('unusable', 'it does not accept our headers (status 401)', 'look at `headers` in its manifest')
    : fail('needs-sign-in', `\`${module}\` wants to be signed in to`, `castellan modules sign-in ${module}`);

async function notGreeted(
  starting: Starting,
  connection: Connection,
  greeting: Extract<Greeting, { ok: false }>,
  fail: Fail,
): Promise<Attempt> {
  if (connection.over() !== null && connection.cause() === 'held')
    return fail('held', connection.over() ?? '', LOOK(starting.module));
  if (greeting.kind === 'sign-in' || connection.cause() === 'sign-in') return signedOut(starting, fail);
  const atGreeting = connection.hasDied();
  const why = connection.over() ?? (await connection.explain(greeting.error)) ?? greeting.why;
  return { ...(await fail('crashed', why, LOOK(starting.module))), atGreeting };
}

const LOOK = (module: string): string => `castellan modules inspect ${module} shows its last lines`;

function running(
  starting: Starting,
  connection: Connection,
  link: Link,
  greeted: Greeted,
  handlers: FromServer[],
): RunningServer {
  const { module, host, numbers, start, judge, accepted, hold, idle, ended } = starting;
  const server = new RunningServer({
    module,
    connection,
    link,
    greeted,
    clock: host.clock,
    numbers,
    handlers,
    timeoutMs: start.timeoutSeconds * 1000,
    concurrency: start.concurrency,
    judge,
    accepted,
    hold,
    idle,
  });
  greeted.client.onclose = () => {
    link.closed();
    ended(connection);
  };
  return server;
}

async function open(way: Way): Promise<Connecting> {
  if (way.start.kind === 'mcp') return openProcess(way, way.start);
  const { openHttp } = await import('./open-http.ts');
  return openHttp(way, way.start);
}
