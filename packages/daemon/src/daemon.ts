// The composition root: state folder, rooms, routes, sockets, and the way back down. Anything that fails on the way up
// undoes what was opened; nothing is left half-started.
import { type Actor, actorName, type DaemonState, ROUTES, type RouteName } from '@castellan/contract';
import { watchAgents } from './alarms/index.ts';
import { agentChanges, agentsHere } from './connecting/index.ts';
import type { Guard } from './exits/index.ts';
import {
  accountHandlers,
  adminHandlers,
  agentHandlers,
  callHandlers,
  channelHandlers,
  createApp,
  createPageServer,
  factorHandlers,
  type Handlers,
  insightHandlers,
  isPeoplesRoute,
  listen,
  liveHandlers,
  modelHandlers,
  openFeed,
  openSockets,
  peopleHandlers,
  presentOf,
  Rates,
  Refused,
  type RemoteDoor,
  Replay,
  readPages,
  resolveOver,
  type Service,
  secretHandlers,
  serviceOf,
  Tickets,
  terminalHandlers,
  terminalSockets,
  tokenHandlers,
  userHandlers,
} from './http/index.ts';
import { createIdentity, type SetUpPlace } from './identity/index.ts';
import { openBroker } from './models/index.ts';
import { Notify } from './notify/index.ts';
import { openParts } from './open-parts.ts';
import { openRemote } from './open-remote.ts';
import { pagesFolder } from './pages-folder.ts';
import { openPhrasing } from './phrasing/index.ts';
import { Refusals } from './records/index.ts';
import { settleInterrupted } from './recovery.ts';
import { newDaemonToken, openState, removeDaemonState, writeDaemonState } from './state/index.ts';
import { Calls, ClaudeCodeSurface, type Parts } from './surfaces/index.ts';
import { Terminals } from './terminals/index.ts';
import type { KeySettings } from './vault/index.ts';

export const VERSION = '0.1.0';

export interface DaemonOptions {
  readonly home: string;
  /** Overrides the configured port; 0 takes any free one. */
  readonly port?: number;
  readonly onStop: () => void;
  /** The one of the whole process: what it says on its streams passes the same one. */
  readonly guard: Guard;
  readonly keySettings: KeySettings;
  /** terminal: whoever starts the daemon shows the set-up code; file: it is left in the state folder (A7). */
  readonly setupPlace: SetUpPlace;
}

export interface Daemon extends AsyncDisposable {
  readonly state: DaemonState;
  /** To be shown on the terminal; null: there is none, or it stands in its file. */
  readonly setupCode: string | null;
}

/** How often what only memory knows is kept: the latest time, the latest checkpoint, grants that are over. */
const UPKEEP_MS = 10_000;
/** Time for answers that were just released to leave the sockets. */
const FAREWELL_MS = 50;

async function announce({ records, policy, clock }: Parts, startedAt: number): Promise<void> {
  await records.record({ kind: 'daemon', at: startedAt, change: 'started', version: VERSION });
  await records.record({
    kind: 'policy',
    at: clock.now(),
    change: 'loaded',
    policy: policy.policy.digest,
    by: 'start',
    faults: [],
  });
}

async function upkeep({ store, clock, grants, records, people, apiTokens }: Parts): Promise<void> {
  await grants.sweep();
  await people.upkeep();
  // What was opened by one that has ended is looked at again.
  if ((await apiTokens.keep()) > 0) people.changed();
  await store.setMeta('latest', String(clock.now()));
  await records.keepCheckpoint();
}

/** Last opened, first closed: whoever waits is told before the sockets go. */
async function farewell(parts: Parts, calls: Calls): Promise<void> {
  const { approvals, records, clock, events } = parts;
  calls.stop();
  await approvals.close('the daemon is stopping');
  await records.record({ kind: 'daemon', at: clock.now(), change: 'stopped', version: VERSION }).catch(() => undefined);
  // A disk that is full now must not keep anybody from being told, nor us from ending.
  await upkeep(parts)
    .then(() => records.settled())
    .catch(() => undefined);
  events.publish({ kind: 'bye' });
  await new Promise((resolve) => clock.after(FAREWELL_MS, () => resolve(undefined)));
}

/** @throws StartError */
export async function startDaemon({
  home,
  port,
  onStop,
  guard,
  keySettings,
  setupPlace,
}: DaemonOptions): Promise<Daemon> {
  await using stack = new AsyncDisposableStack();
  const { paths } = stack.use(openState(home));
  const { parts, token } = await openParts({ paths, newToken: newDaemonToken, guard, keySettings, setupPlace }, stack);
  const startedAt = parts.clock.now();
  await announce(parts, startedAt);
  await settleInterrupted(parts);

  const calls = new Calls(parts);
  const changes = agentChanges(parts);
  const refusals = new Refusals(parts);
  const broker = stack.use(openBroker(parts, refusals));
  stack.use(openPhrasing(parts));
  const listening = { port: 0, addresses: [] as readonly string[] };
  const resolve = resolveOver(parts);
  const notify = stack.use(await Notify.open({ parts, refusals, resolve, port: () => listening.port }));
  const here = agentsHere({ parts, home: paths.home, port: () => listening.port, env: process.env, changes });
  const identity = createIdentity({ daemonToken: token, ...parts });
  const tickets = new Tickets(parts.clock);
  const turnedAway = (who: Actor, what: string, why: string): void => refusals.note(actorName(who), what, why);
  const terminals = stack.use(
    new Terminals({
      ...parts,
      now: (actor) => identity.now(actor),
      changed: () => parts.events.publish({ kind: 'changed', what: 'terminals' }),
    }),
  );
  const setUp = (): string | null =>
    parts.setUp.needed
      ? `open ${listening.addresses[0] ?? 'its page'} in a browser, or run \`castellan setup\`; it asks for the one-time code`
      : null;
  const sockets = stack.use(
    openSockets({
      clock: parts.clock,
      identity,
      tickets,
      presence: identity,
      setUp,
      turnedAway,
      handlers: {
        socket: openFeed({
          events: parts.events,
          exits: parts.exits,
          replay: new Replay(parts.clock.random(6).toString('hex')),
          hello: () => presentOf(parts),
        }),
        ...terminalSockets(terminals),
      },
    }),
  );
  const remote: { door: RemoteDoor | null } = { door: null };
  const routes = {
    identity,
    setUp,
    rates: new Rates(parts.clock),
    exits: parts.exits,
    turnedAway,
    handlers: {
      ...accountHandlers(parts),
      ...factorHandlers(parts),
      ...userHandlers(parts),
      ...tokenHandlers(parts),
      ...adminHandlers({
        parts,
        identity,
        version: VERSION,
        startedAt,
        stateFolder: paths.home,
        addresses: () => listening.addresses,
        remote: () => remote.door?.address ?? null,
        stop: onStop,
      }),
      ...agentHandlers({ parts, calls, changes, here }),
      ...callHandlers(parts, calls, new ClaudeCodeSurface(parts, calls)),
      ...peopleHandlers(parts, resolve),
      ...channelHandlers(notify),
      ...insightHandlers({ parts, notify, remote: () => remote.door?.address ?? null }),
      ...secretHandlers(parts.vault),
      ...modelHandlers(parts, broker),
      ...liveHandlers(tickets),
      ...terminalHandlers(terminals),
    },
  };
  const pages = createPageServer(readPages(pagesFolder), parts.clock);
  const service = async (exists: (name: RouteName) => boolean): Promise<Service> =>
    serviceOf({ app: await createApp({ ...routes, exists }), sockets, pages });
  const configured = parts.policy.policy.config.listen;
  const open = stack.use(
    await listen({
      host: configured.host,
      port: port ?? configured.port,
      socket: paths.socket,
      ports: parts.ports,
      service: await service(() => true),
    }),
  );
  Object.assign(listening, { port: open.port, addresses: open.addresses });
  remote.door = stack.use(await openRemote({ parts, refusals, service: () => service(isPeoplesRoute) }));
  parts.policy.watch();
  stack.use(watchAgents(parts, paths.home, open.port));
  stack.defer(parts.clock.every(UPKEEP_MS, () => void upkeep(parts).catch(() => undefined)));

  const state: DaemonState = {
    version: VERSION,
    pid: process.pid,
    startedAt,
    port: open.port,
    addresses: [...open.addresses],
    socket: paths.socket,
    token,
  };
  writeDaemonState(paths.state, state);
  stack.defer(() => removeDaemonState(paths.state, process.pid));
  stack.defer(() => farewell(parts, calls));
  const owned = stack.move();
  return { state, setupCode: parts.setUp.shown, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
