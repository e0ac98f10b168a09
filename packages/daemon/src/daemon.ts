// The composition root: state folder, rooms, routes, sockets, and the way back down. Anything that fails on the way up
// undoes what was opened; nothing is left half-started.
import { homedir } from 'node:os';
import { machineHere } from '@castellan/agents';
import type { DaemonState } from '@castellan/contract';
import { watchAgents } from './alarms/index.ts';
import { settleRestored } from './backups/index.ts';
import { AgentDoors, openEgress, TOO_DEEP } from './egress/index.ts';
import type { Guard } from './exits/index.ts';
import { isAgentsRoute, isPeoplesRoute, listen, type RemoteDoor } from './http/index.ts';
import type { SetUpPlace } from './identity/index.ts';
import { openParts } from './open-parts.ts';
import { openRemote } from './open-remote.ts';
import { openServices } from './open-services.ts';
import { Refusals } from './records/index.ts';
import { settleInterrupted } from './recovery.ts';
import { StartError } from './start-error.ts';
import { newDaemonToken, openState, removeDaemonState, writeDaemonState } from './state/index.ts';
import { Calls, type Parts } from './surfaces/index.ts';
import type { Log } from './telemetry/index.ts';
import { prepareUpgrade, settleUpgrade, upgradeFailed } from './upgrades/index.ts';
import type { KeySettings } from './vault/index.ts';

export const VERSION = '0.1.0';

export interface DaemonOptions {
  readonly home: string;
  /** Overrides the configured port; 0 takes any free one. */
  readonly port?: number;
  readonly onStop: () => void;
  /** The one of the whole process: what it says on its streams passes the same one. */
  readonly guard: Guard;
  /** Of the whole process too; opened here, once the state folder is ours. */
  readonly log: Log;
  readonly keySettings: KeySettings;
  /** Where folders lie that may be emptied at any time. */
  readonly cacheHome: string;
  /** terminal: whoever starts the daemon shows the set-up code; file: it is left in the state folder (A7). */
  readonly setupPlace: SetUpPlace;
}

export interface Daemon extends AsyncDisposable {
  readonly state: DaemonState;
  /** What does not work here, in words. */
  readonly warnings: readonly string[];
  /** To be shown on the terminal; null: there is none, or it stands in its file. */
  readonly setupCode: string | null;
}

/** How often what only memory knows is kept: the latest time, the latest checkpoint, grants that are over. */
const UPKEEP_MS = 10_000;
/** Time for answers that were just released to leave the sockets. */
const FAREWELL_MS = 50;

async function announce({ records, policy, clock }: Parts, startedAt: number): Promise<void> {
  const text = `the last write before a crash was cut off: ${records.torn} bytes of it, which nobody was told were kept, are gone`;
  await records.record({
    ...{ kind: 'daemon', at: startedAt, change: 'started', version: VERSION },
    ...(records.torn > 0 && { text }),
  });
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

/** Those whose servers have a way out of their own. */
const walledModules = ({ policy }: Parts): readonly string[] =>
  Object.entries(policy.policy.config.modules).flatMap(([name, { sandbox }]) => (sandbox === undefined ? [] : [name]));

/** @throws StartError */
export async function startDaemon({
  home,
  port,
  onStop,
  guard,
  log,
  keySettings,
  cacheHome,
  setupPlace,
}: DaemonOptions): Promise<Daemon> {
  await using stack = new AsyncDisposableStack();
  const { paths } = stack.use(openState(home));
  log.open(paths.log);
  stack.defer(() => log.close());
  const upgrade = await prepareUpgrade(paths, VERSION);
  const { parts, token } = await openParts(
    { paths, newToken: newDaemonToken, guard, keySettings, cacheHome, setupPlace, log },
    stack,
  ).catch((error: unknown): never => {
    throw upgrade === null || error instanceof StartError ? error : upgradeFailed(upgrade, error);
  });
  const startedAt = parts.clock.now();
  await announce(parts, startedAt);
  await settleUpgrade(parts, upgrade, paths, VERSION);
  await settleRestored(parts, paths);
  await settleInterrupted(parts);

  const calls = new Calls(parts);
  const refusals = new Refusals(parts);
  const remote: { door: RemoteDoor | null } = { door: null };
  const listening = { port: 0, addresses: [] as readonly string[], remote: () => remote.door?.address ?? null };
  const egress = stack.use(openEgress({ home: paths.home, parts, calls, refusals }));
  const services = await openServices(
    {
      parts,
      calls,
      refusals,
      egress,
      home: paths.home,
      dataHome: keySettings.dataHome,
      token,
      version: VERSION,
      startedAt,
      onStop,
      listening: () => listening,
    },
    stack,
  );
  const configured = parts.policy.policy.config.listen;
  const open = stack.use(
    await listen({
      host: configured.host,
      port: port ?? configured.port,
      socket: paths.socket,
      ports: parts.ports,
      service: await services.serviceFor(() => true),
    }),
  );
  Object.assign(listening, { port: open.port, addresses: open.addresses });
  const warnings = new Set<string>();
  const doors = stack.use(
    await AgentDoors.open({
      home: paths.home,
      port: open.port,
      service: await services.serviceFor(isAgentsRoute),
      agents: parts.agents,
      wayOut: egress,
      walled: () => walledModules(parts),
      tooLong: () => void warnings.add(TOO_DEEP),
    }),
  );
  stack.defer(
    parts.events.subscribe(
      () => void doors.modules().catch(() => undefined),
      (kind) => kind === 'policy',
    ),
  );
  remote.door = stack.use(await openRemote({ parts, refusals, service: () => services.serviceFor(isPeoplesRoute) }));
  parts.policy.watch();
  const machine = machineHere({ home: paths.home, userHome: homedir(), cwd: homedir(), env: process.env });
  stack.use(watchAgents(parts, machine, open.port));
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
  // What it started ends first, and is still on record.
  stack.use(services.begin());
  const owned = stack.move();
  return {
    state,
    warnings: [...warnings],
    setupCode: parts.setUp.shown,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
