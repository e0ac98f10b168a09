// What stands behind the doors: every route with its handler, the live sockets, the pages. Joined here, opened and closed with
// the daemon; which of it exists behind a door is that door's business.
import { homedir } from 'node:os';
import { machineHere } from '@castellan/agents';
import { type Actor, actorName, type DaemonState, type RouteName } from '@castellan/contract';
import { Backups } from './backups/index.ts';
import { agentChanges, agentsHere } from './connecting/index.ts';
import type { Egress } from './egress/index.ts';
import { Escapes } from './escapes/index.ts';
import {
  accountHandlers,
  adminHandlers,
  agentHandlers,
  alarmHandlers,
  backupHandlers,
  callHandlers,
  channelHandlers,
  createApp,
  createPageServer,
  exportHandlers,
  factorHandlers,
  healthHandlers,
  hookHandlers,
  insightHandlers,
  Loads,
  ledgerHandlers,
  liveHandlers,
  mcpHandlers,
  mcpSocket,
  modelHandlers,
  moduleCallbackHandlers,
  moduleHandlers,
  openFeed,
  openSockets,
  operationHandlers,
  peopleHandlers,
  presentOf,
  proofHandlers,
  Rates,
  Replay,
  readPages,
  resolveOver,
  type Service,
  scheduleHandlers,
  scriptHandlers,
  secretHandlers,
  serviceOf,
  standingHandlers,
  Tickets,
  terminalHandlers,
  terminalSockets,
  tokenHandlers,
  undoHandlers,
  userHandlers,
} from './http/index.ts';
import { createIdentity } from './identity/index.ts';
import { openBroker } from './models/index.ts';
import { Modules, openSignIns } from './modules/index.ts';
import { Notify } from './notify/index.ts';
import { openChecks } from './open-checks.ts';
import { openEvidence } from './open-evidence.ts';
import { openGateway } from './open-gateway.ts';
import { openSchedules } from './open-schedules.ts';
import { openScripts } from './open-scripts.ts';
import { openStandstill } from './open-standstill.ts';
import { openTelemetry } from './open-telemetry.ts';
import { pagesFolder } from './pages-folder.ts';
import { openPhrasing } from './phrasing/index.ts';
import type { Refusals } from './records/index.ts';
import { openRetention } from './retention/index.ts';
import { scriptTools } from './scripts/index.ts';
import { statePaths } from './state/index.ts';
import { type Calls, IdleSessions, type Parts } from './surfaces/index.ts';
import { Terminals } from './terminals/index.ts';
import { InstalledClients, Verifications } from './verification/index.ts';
import { Workspaces, workspaceTools } from './workspace/index.ts';

/** What is known only once the sockets are open. */
export interface Listening {
  readonly port: number;
  readonly addresses: readonly string[];
  /** Where people come in from elsewhere; null: nowhere. */
  readonly remote: () => string | null;
}

export interface ServicesHost {
  readonly parts: Parts;
  readonly calls: Calls;
  readonly refusals: Refusals;
  readonly egress: Egress;
  readonly home: string;
  /** The user's data folder. */
  readonly dataHome: string;
  readonly token: DaemonState['token'];
  readonly version: string;
  readonly startedAt: number;
  readonly onStop: () => void;
  readonly listening: () => Listening;
}

/** Makes the service of one door: the routes that exist there, the sockets, the pages. */
export type ServiceFor = (exists: (name: RouteName) => boolean) => Promise<Service>;

export interface Services {
  readonly serviceFor: ServiceFor;
  /** Once the sockets are open: what is due by itself begins, until it is disposed of. */
  readonly begin: () => AsyncDisposable;
}

/** Everything opened is closed with `stack`. */
export async function openServices(host: ServicesHost, stack: AsyncDisposableStack): Promise<Services> {
  const { parts, calls, refusals, home, token, version, startedAt, onStop, listening } = host;
  const port = (): number => listening().port;
  const remote = (): string | null => listening().remote();
  const turnedAway = (who: Actor, what: string, why: string): void => refusals.note(actorName(who), what, why);

  const broker = stack.use(openBroker(parts, refusals));
  stack.use(openPhrasing(parts));
  const identity = createIdentity({ daemonToken: token, ...parts });
  const signIns = openSignIns({ parts, refusals, port, now: (actor) => identity.now(actor) });
  const openWay: Egress['openWay'] = (module, hosts) => host.egress.openWay(module, hosts);
  const modules = stack.use(
    Modules.open({ parts, paths: statePaths(home), env: process.env, signIns, openWay, version }),
  );
  const resolve = resolveOver(parts);
  const notify = stack.use(await Notify.open({ parts, refusals, resolve, port }));
  const changes = agentChanges(parts);
  const here = agentsHere({ parts, home, socket: statePaths(home).socket, port, env: process.env, changes });
  const tickets = new Tickets(parts.clock);
  const terminals = stack.use(
    new Terminals({
      ...parts,
      now: (actor) => identity.now(actor),
      changed: () => parts.events.publish({ kind: 'changed', what: 'terminals' }),
    }),
  );
  const setUp = (): string | null =>
    parts.setUp.needed
      ? `open http://localhost:${port()} in a browser, or run \`castellan setup\`; it asks for the one-time code`
      : null;
  const rates = new Rates(parts.clock);
  const workspaces = stack.use(
    new Workspaces({ ...parts, env: process.env, config: () => parts.policy.policy.config }),
  );
  const gateway = openGateway(
    {
      parts,
      calls,
      refusals,
      modules,
      version,
      rates,
      own: [
        ...scriptTools(
          () => scripts,
          (call) => calls.under(call),
        ),
        ...workspaceTools(
          workspaces,
          (call) => calls.effects(call),
          (decided) => host.egress.allow(decided),
        ),
      ],
      ended: (session) => workspaces.end(session),
    },
    stack,
  );
  const sockets = stack.use(
    openSockets({
      rates,
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
          clock: parts.clock,
          replay: new Replay(parts.clock.random(6).toString('hex')),
          hello: () => presentOf(parts),
        }),
        ...terminalSockets(terminals),
        mcpSocket: mcpSocket(gateway.door),
      },
    }),
  );
  const scripts = await openScripts(
    { parts, calls, refusals, gateway, modules, notify, folder: statePaths(home).scripts },
    stack,
  );
  const backups = await Backups.open({ parts, paths: statePaths(home), dataHome: host.dataHome, version });
  const schedules = stack.use(await openSchedules({ parts, scripts, home, port }));
  const userHome = homedir();
  const machine = machineHere({ home, userHome, cwd: userHome, env: process.env });
  const escapes = stack.use(await Escapes.open({ parts, home, userHome }));
  const verifications = stack.use(
    await Verifications.open({ parts, machine, port, installed: new InstalledClients(machine) }),
  );
  stack.use(new IdleSessions({ parts, calls }));
  const retention = stack.use(
    openRetention(
      parts,
      home,
      () => operation.incidents.list().filter(({ closedAt }) => closedAt === null),
      () => evidence.forwards.waitsSince(),
    ),
  );
  const evidence = await openEvidence(parts, version, stack);
  const operation = await openStandstill({
    ...{ parts, changes, scripts, schedules, terminals, escapes, runbook: statePaths(home).runbook },
    egress: host.egress,
  });
  const checks = await openChecks({
    ...{ parts, home, version, modules, notify, scripts, remote, verifications, here, retention },
    ...{ backups, forwards: evidence.forwards, runbook: operation.runbook },
    addresses: () => listening().addresses,
  });
  const { log, metrics } = parts.telemetry;
  const lookedAfter = openTelemetry(
    { parts, home, version, startedAt, life: scripts.life, isStopping: () => calls.isStopping },
    stack,
  );
  const routes = {
    identity,
    answered: (route: RouteName, status: number) => {
      metrics.requests.add(route, String(status));
      if (log.wants('debug')) log.line('debug', 'http.answered', `${route}: ${status}`);
    },
    broke: (route: RouteName, message: string) => log.line('error', 'http.failed', message, { route }),
    setUp,
    rates,
    loads: new Loads(),
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
        version,
        startedAt,
        stateFolder: home,
        addresses: () => listening().addresses,
        remote,
        stop: onStop,
      }),
      ...agentHandlers({ parts, calls, changes, here }),
      ...callHandlers(parts, calls),
      ...healthHandlers(lookedAfter),
      ...hookHandlers({ parts, calls, gatewayTool: gateway.tool }),
      ...alarmHandlers(escapes, parts.signIns),
      ...backupHandlers(backups),
      ...peopleHandlers(parts, resolve),
      ...channelHandlers(notify),
      ...ledgerHandlers(parts),
      ...insightHandlers({ parts, ...checks }),
      ...secretHandlers(parts.vault),
      ...modelHandlers(parts, broker),
      ...liveHandlers(tickets),
      ...terminalHandlers(terminals),
      ...moduleHandlers(modules, parts),
      ...moduleCallbackHandlers(signIns),
      ...mcpHandlers(gateway.door),
      ...scriptHandlers(scripts, parts),
      ...scheduleHandlers(schedules),
      ...standingHandlers(verifications),
      ...exportHandlers(evidence),
      ...proofHandlers(parts.records, retention),
      ...operationHandlers(operation, parts),
      ...undoHandlers(parts.undo.undoing),
    },
  };
  const pages = createPageServer(readPages(pagesFolder), parts.clock);
  const serviceFor: ServiceFor = async (exists) =>
    serviceOf({ app: await createApp({ ...routes, exists }), sockets, pages });
  const begin = (): AsyncDisposable => {
    const begun = new AsyncDisposableStack();
    // What was declared while nobody answered is done before anything else begins.
    void operation.panic.begin().catch(() => undefined);
    begun.use(schedules.begin());
    begun.use(verifications.begin());
    begun.use(backups.begin());
    begun.use(checks.begin());
    return begun;
  };
  return { serviceFor, begin };
}
