// The composition root: opens every room in order, joins them, and closes them in the reverse order. Anything that fails
// on the way up undoes what was opened; nothing is left half-started.

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import type { Approval, DaemonState } from '@castellan/contract';
import { createFacts, writeFileAtomic } from '@castellan/facts';
import { createRedactor } from '@castellan/secrets';
import { createAlarms, watchAgents } from './alarms/index.ts';
import { ApprovalCoordinator } from './approvals/index.ts';
import { systemClock } from './clock.ts';
import { createEventBus } from './events.ts';
import { loadGrants } from './grants/index.ts';
import {
  adminHandlers,
  agentHandlers,
  assertLoopback,
  callHandlers,
  createApp,
  listen,
  peopleHandlers,
} from './http/index.ts';
import { createIdentity, loadAgents } from './identity/index.ts';
import { FIRST_CONFIG, LivePolicy } from './policy/index.ts';
import { Records } from './records/index.ts';
import { settleInterrupted } from './recovery.ts';
import { StartError } from './start-error.ts';
import { newDaemonToken, openState, removeDaemonState, type StatePaths, writeDaemonState } from './state/index.ts';
import { openStore, type Store } from './store/index.ts';
import { Calls, ClaudeCodeSurface, type Parts } from './surfaces/index.ts';
import { loadWork } from './work/index.ts';

export const VERSION = '0.1.0';

export interface DaemonOptions {
  readonly home: string;
  /** Overrides the configured port; 0 takes any free one. */
  readonly port?: number;
  readonly onStop: () => void;
}

export interface Daemon extends AsyncDisposable {
  readonly state: DaemonState;
}

/** A configuration that was there once and is gone could only be looser: its denies would be forgotten. */
async function firstConfig(paths: StatePaths, store: Store): Promise<void> {
  if (!existsSync(paths.config)) {
    if ((await store.meta('config')) !== null) {
      throw new StartError('bad-policy', '`config.yaml` is gone', [`restore it, or write a new one: ${paths.config}`]);
    }
    writeFileAtomic(paths.config, FIRST_CONFIG, 0o600);
  }
  await store.setMeta('config', 'seen');
}

export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  await using stack = new AsyncDisposableStack();
  const { paths } = stack.use(openState(options.home));
  const store = stack.use(await openStore(paths.database));
  const clock = systemClock(Number((await store.meta('latest')) ?? '0'));
  const startedAt = clock.now();
  await firstConfig(paths, store);

  const token = newDaemonToken(clock);
  const redactor = createRedactor([{ name: 'castellan-token', value: token }]);
  const events = createEventBus();
  const alarms = createAlarms({
    clock,
    tell(alarm) {
      events.publish({ kind: 'alarm', alarm });
      if (alarm.kind !== 'ledger-failed')
        records.record({ kind: 'alarm', at: clock.now(), alarm }).catch(() => undefined);
    },
  });
  const policy = stack.use(
    LivePolicy.open({
      paths,
      clock,
      changed(note) {
        events.publish({ kind: 'policy', policy: note.policy, faults: [...note.faults] });
        if (note.change === 'rejected')
          alarms.raise(
            'policy-rejected',
            null,
            note.faults[0] ?? 'the policy has faults',
            'correct the file; the last good policy stays in force',
          );
        else alarms.end('policy-rejected', null);
        records.record({ kind: 'policy', at: clock.now(), ...note, faults: [...note.faults] }).catch(() => undefined);
      },
    }),
  );
  assertLoopback(policy.policy.config.listen.host);
  const records: Records = stack.use(
    await Records.open({
      paths,
      clock,
      store,
      redactor,
      onFailure(message) {
        if (message === null) alarms.end('ledger-failed', null);
        else
          alarms.raise(
            'ledger-failed',
            null,
            `nothing can be recorded: ${message}`,
            'every call is refused until this is mended',
          );
      },
    }),
  );
  const agents = await loadAgents(store, clock);
  const work = await loadWork(store, clock);
  const grants = await loadGrants(store, clock);
  const approvals = new ApprovalCoordinator({
    clock,
    async record(approval: Approval) {
      await records.record({
        kind: 'approval',
        at: clock.now(),
        approval: approval.id,
        call: approval.call,
        digest: approval.digest,
        state: approval.state,
      });
    },
    changed: (approval) => events.publish({ kind: 'approval', approval }),
    remind: (approval) => events.publish({ kind: 'reminder', approval }),
  });
  const facts = createFacts({ home: homedir(), stateFolder: paths.home });
  const parts: Parts = {
    clock,
    facts,
    redactor,
    store,
    records,
    policy,
    agents,
    work,
    grants,
    approvals,
    alarms,
    events,
  };

  await records.record({ kind: 'daemon', at: startedAt, change: 'started', version: VERSION });
  await records.record({
    kind: 'policy',
    at: clock.now(),
    change: 'loaded',
    policy: policy.policy.digest,
    by: 'start',
    faults: [],
  });
  await settleInterrupted(parts, startedAt);

  const calls = new Calls(parts);
  const listening = { port: 0, addresses: [] as readonly string[] };
  const app = await createApp({
    identity: createIdentity(token, agents),
    port: () => listening.port,
    handlers: {
      ...adminHandlers({
        parts,
        version: VERSION,
        startedAt,
        stateFolder: paths.home,
        configPath: paths.config,
        addresses: () => listening.addresses,
        stop: options.onStop,
      }),
      ...agentHandlers(parts),
      ...callHandlers(parts, calls, new ClaudeCodeSurface(parts, calls)),
      ...peopleHandlers(parts),
    },
  });
  const { host, port } = policy.policy.config.listen;
  const open = stack.use(
    await listen({
      host,
      port: options.port ?? port,
      socket: paths.socket,
      handler: (request, response) => app.routing(request, response),
    }),
  );
  Object.assign(listening, { port: open.port, addresses: open.addresses });
  stack.use(watchAgents(parts, paths.home, open.port));
  stack.defer(
    clock.every(60_000, () => {
      void grants.sweep();
      void store.setMeta('latest', String(clock.now()));
    }),
  );

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
  stack.defer(async () => {
    // Last opened, first closed: whoever waits is told before the sockets go.
    calls.stop();
    await approvals.cancelWhere(() => true, 'the daemon is stopping');
    await store.setMeta('latest', String(clock.now()));
    await records
      .record({ kind: 'daemon', at: clock.now(), change: 'stopped', version: VERSION })
      .catch(() => undefined);
    events.publish({ kind: 'bye' });
    // Answers that were just released are on their way out of the sockets.
    await new Promise((resolve) => clock.after(50, () => resolve(undefined)));
  });
  const owned = stack.move();
  return { state, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
