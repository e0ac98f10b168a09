// What looks after the daemon while it runs: alarms about the machine and about what waits, and metrics that are sent where config.yaml
// says. Everything is closed with `stack`.
import { watchMachine, watchScripts } from './alarms/index.ts';
import { bootedAt, openLoopDelay } from './clock.ts';
import { createSendHttp } from './notify/index.ts';
import type { Scripts } from './scripts/index.ts';
import type { Parts } from './surfaces/index.ts';
import { diskOf, type Family, gauges, type HealthFacts, MetricsPush, notReadyOf } from './telemetry/index.ts';

export interface TelemetryHost {
  readonly parts: Parts;
  readonly home: string;
  readonly version: string;
  readonly startedAt: number;
  readonly life: Pick<Scripts['life'], 'names' | 'of'>;
  readonly isStopping: () => boolean;
}

export interface LookedAfter {
  /** Counters, histograms and what is measured now. */
  readonly families: () => readonly Family[];
  readonly health: () => HealthFacts;
}

const MIB = 1024 * 1024;

export function openTelemetry(host: TelemetryHost, stack: AsyncDisposableStack): LookedAfter {
  const { parts, home, version, startedAt, life, isStopping } = host;
  const { clock, alarms, policy, records, agents, approvals, work, vault, setUp, telemetry, exits } = parts;
  const { log, metrics } = telemetry;
  const config = () => policy.policy.config;
  const levelOf = (): void => log.level(config().log.level);
  levelOf();
  stack.defer(parts.events.subscribe(levelOf, (kind) => kind === 'policy'));

  const begun = clock.monotonic();
  const pending = (): number => approvals.list().filter(({ state }) => state.kind === 'pending').length;
  const connected = () => agents.list().filter(({ revokedAt }) => revokedAt === null);
  const health = (): HealthFacts => ({
    setUpNeeded: setUp.needed,
    ledgerFailed: records.failed,
    panicked: parts.standstill.isInForce,
    stopping: isStopping(),
    version,
    uptimeMs: Math.max(0, Math.round(clock.monotonic() - begun)),
    ledgerSize: records.size,
    policyFaults: policy.faults,
    vault: vault.state.state,
    disk: diskOf(home),
    diskWanted: config().alarms.diskFreeMiB * MIB,
    pending: pending(),
    agents: connected().length,
    frozen: connected().filter(({ frozen }) => frozen !== null).length,
    alarms: alarms.open(),
  });
  const loop = stack.use(openLoopDelay());
  const families = (): readonly Family[] => [
    ...metrics.families(),
    ...gauges({
      ...{ folder: home, version, startedAt },
      loop: () => loop.read(),
      levels: () => {
        const now = health();
        return {
          ...{ pending: now.pending, sessions: work.open().sessions.length, agents: now.agents, frozen: now.frozen },
          ...{ alarms: now.alarms.length, ledgerSize: now.ledgerSize, ledgerFailed: now.ledgerFailed !== null },
          ready: notReadyOf(now) === null,
        };
      },
    }),
  ];
  stack.use(
    watchMachine({
      ...{ clock, alarms, bootedAt },
      config: () => config().alarms,
      free: () => diskOf(home)?.free ?? null,
      behind: telemetry.behind,
    }),
  );
  stack.use(
    watchScripts({
      ...{ clock, alarms },
      config: () => config().alarms,
      waiting: () =>
        life
          .names()
          .flatMap((name) => life.of(name))
          .filter(({ state }) => state.kind === 'pending')
          .map(({ script, number, proposedAt }) => ({ name: script, number, since: proposedAt })),
    }),
  );
  stack.use(
    new MetricsPush({
      ...{ clock, exits, log, version, startedAt, families },
      send: createSendHttp(clock),
      config: () => config().metrics,
    }),
  );
  return { families, health };
}
