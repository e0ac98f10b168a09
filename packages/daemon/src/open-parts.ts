// Opens the rooms in order and joins them. What one of them tells is recorded and shown; nothing here decides.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import {
  type Alarm,
  type Approval,
  type Config,
  type DaemonState,
  faultLine,
  type LedgerRecord,
} from '@castellan/contract';
import { createFacts, writeFileAtomic } from '@castellan/facts';
import { modelFaults } from '@castellan/gateway';
import { toolOf } from '@castellan/policy';
import { pathResource } from '@castellan/shell';
import { createAlarms, SignInWatch } from './alarms/index.ts';
import { ApprovalCoordinator, CanaryDesk } from './approvals/index.ts';
import { copiesFolder } from './backups/index.ts';
import { BoundPorts } from './bound-ports.ts';
import { CacheFolders } from './cache-folders.ts';
import { Canaries } from './canaries/index.ts';
import { behindOf, systemClock } from './clock.ts';
import { keyedSha256 } from './digest.ts';
import { DecidedCalls } from './escapes/index.ts';
import { createEventBus } from './events.ts';
import type { Guard } from './exits/index.ts';
import { loadGrants } from './grants/index.ts';
import { assertLoopback, loopbackFault, tellChanges } from './http/index.ts';
import {
  criticalRefusal,
  factorsInUse,
  loadAgents,
  loadApiTokens,
  loadInvites,
  loadSecondFactors,
  openPeople,
  type SetUpPlace,
} from './identity/index.ts';
import { Traces } from './labels/index.ts';
import { openLimits } from './open-limits.ts';
import { FIRST_CONFIG, LivePolicy, type PolicyChangeNote } from './policy/index.ts';
import { Records, Refusals, Search } from './records/index.ts';
import { keepUnusual, rememberSignIns } from './remember-sign-ins.ts';
import { Standstill } from './standstill/index.ts';
import { StartError } from './start-error.ts';
import { digestKey, type StatePaths } from './state/index.ts';
import { openStore, type Store } from './store/index.ts';
import type { Parts } from './surfaces/index.ts';
import { type Log, Metrics, toldOf } from './telemetry/index.ts';
import { openUndo } from './undo/index.ts';
import { type KeySettings, openKeychain, ownPathsOf, Vault } from './vault/index.ts';
import { loadWork, titledTasks } from './work/index.ts';

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

/** What no part of the policy can know to be wrong. */
const modelFault = ({ models }: Config): string | null => modelFaults(models).map(faultLine)[0] ?? null;

function assertModels({ models }: Config): void {
  const [fault] = modelFaults(models);
  if (fault !== undefined) throw new StartError('bad-policy', `config.yaml: ${faultLine(fault)}`, [fault.hint ?? '']);
}

export interface Opening {
  readonly paths: StatePaths;
  readonly newToken: (random: (bytes: number) => Buffer) => DaemonState['token'];
  readonly guard: Guard;
  readonly keySettings: KeySettings;
  readonly cacheHome: string;
  readonly log: Log;
  /** Where the one-time set-up code is told, while nobody has an account. */
  readonly setupPlace: SetUpPlace;
}

/** Folders of the configuration that hold what the state folder holds: copies of it, and records that were moved out of it. */
const keptElsewhere = ({ backups, retention: { archive } }: Config, dataHome: string): readonly string[] => [
  copiesFolder(backups, dataHome),
  ...(archive === null ? [] : [archive]),
];

/** Everything opened is closed with `stack`. @throws StartError */
export async function openParts(
  { paths, newToken, guard, keySettings, cacheHome, setupPlace, log }: Opening,
  stack: AsyncDisposableStack,
): Promise<{ readonly parts: Parts; readonly token: DaemonState['token'] }> {
  const { redactor, exits } = guard;
  const store = stack.use(await openStore(paths.database, exits.row));
  const latest = Number((await store.meta('latest')) ?? '0');
  const clock = systemClock(latest);
  const telemetry = { log, metrics: new Metrics(), behind: behindOf(latest) };
  const standstill = stack.use(
    await Standstill.open({
      clock,
      path: paths.panic,
      kept: {
        get: async () => (await store.meta('panic')) === 'declared',
        file: () => store.meta('panic-file'),
        set: async (inForce, file) => {
          await store.setMeta('panic-file', file ?? '');
          await store.setMeta('panic', inForce ? 'declared' : '');
        },
      },
    }),
  );
  await firstConfig(paths, store);
  const token = newToken(clock.random);
  redactor.learn({ name: 'castellan-token', value: token });
  const events = createEventBus();

  const tellAlarm = (alarm: Alarm, by?: string): void => {
    events.publish({ kind: 'alarm', alarm });
    // What cannot be recorded stands in the log at least.
    if (alarm.kind === 'ledger-failed')
      log.line('error', alarm.endedAt === null ? 'ledger.failed' : 'ledger.works', alarm.text);
    else
      records.record({ kind: 'alarm', at: clock.now(), alarm, ...(by !== undefined && { by }) }).catch(() => undefined);
  };
  const alarms = createAlarms({ clock, tell: tellAlarm, remind: (alarm) => events.publish({ kind: 'alarm', alarm }) });
  const signIns = new SignInWatch({
    alarms,
    keep: (open) => void keepUnusual(store, open).catch(() => undefined),
  });

  const policyChanged = (note: PolicyChangeNote): void => {
    if (note.change === 'loaded') guard.detect(policy.policy.config.redaction.unknown);
    events.publish({ kind: 'policy', policy: note.policy, faults: [...note.faults] });
    if (note.change === 'loaded') alarms.end('policy-rejected', null);
    else
      alarms.raise(
        'policy-rejected',
        null,
        note.faults[0] ?? 'the policy has faults',
        'correct the file; the last good policy stays in force',
      );
    records.record({ kind: 'policy', at: clock.now(), ...note, faults: [...note.faults] }).catch(() => undefined);
  };
  const policy = stack.use(
    LivePolicy.open({
      paths,
      clock,
      changed: policyChanged,
      objection: ({ config }) => loopbackFault(config.listen.host) ?? modelFault(config),
    }),
  );
  assertLoopback(policy.policy.config.listen.host);
  assertModels(policy.policy.config);
  guard.detect(policy.policy.config.redaction.unknown);

  const ledgerFailed = (message: string | null): void => {
    if (message === null) alarms.end('ledger-failed', null);
    else
      alarms.raise(
        'ledger-failed',
        null,
        `nothing can be recorded: ${message}`,
        'every call is refused until this is mended',
      );
  };
  const decided = new DecidedCalls(() => clock.monotonic());
  const changed = tellChanges(clock, events);
  const recorded = (record: LedgerRecord): void => {
    changed(record);
    decided.recorded(record);
    telemetry.metrics.recorded(record);
    signIns.recorded(record);
    const told = toldOf(record, log.wants('debug'));
    if (told !== null && log.wants(told.level)) log.line(told.level, told.event, told.text, told.about);
  };
  const onTime = (ms: number): void => telemetry.metrics.record.observe(ms);
  const records: Records = stack.use(
    await Records.open({ paths, clock, store, exits, onFailure: ledgerFailed, onRecord: recorded, onTime }),
  );
  // Nobody waits for it: those who sign in before it is read are looked at then.
  void rememberSignIns(signIns, records, store).catch(() => signIns.remember([]));

  const recordApproval = async ({ id, call, digest, state, createdAt }: Approval): Promise<void> => {
    await records.record({ kind: 'approval', at: clock.now(), approval: id, call, digest, state });
    if (state.kind !== 'pending' && state.kind !== 'queued')
      telemetry.metrics.approvalWait.observe(clock.now() - createdAt);
  };
  const desk: CanaryDesk = new CanaryDesk({
    approvals: () => approvals.list(),
    answer: (id, yes) => approvals.answerCanary(id, yes),
  });
  const approvals = new ApprovalCoordinator({
    clock,
    record: recordApproval,
    changed: (approval) => {
      if (!desk.asked(approval)) events.publish({ kind: 'approval', approval });
    },
    remind: (approval) => {
      if (!desk.asked(approval)) events.publish({ kind: 'reminder', approval });
    },
    critical: (actor, shown) => criticalRefusal(actor, shown, factors, factorsInUse(factors)),
  });
  const agents = await loadAgents(store, clock);
  const factors = await loadSecondFactors(store, clock, async (user, left) => {
    const name = people.users.get(user)?.name ?? user;
    await people.journal.person('recovery-code-used', name, `person:${name}`, `${left} are left`);
  });
  const { people, setUp } = await openPeople({
    store,
    clock,
    records,
    refusals: new Refusals({ clock, records }),
    alarms,
    events,
    redactor,
    factors,
    setupFile: paths.setupCode,
    setupPlace,
  });
  const vault = stack.use(
    await Vault.open({
      home: paths.home,
      folder: paths.vault,
      settings: keySettings,
      keychain: openKeychain(clock),
      clock,
      store,
      records,
      alarms,
      known: (secrets) => redactor.replaceAll(secrets),
      agentName: (id) => agents.get(id)?.name ?? null,
      isStandstill: () => standstill.isInForce,
    }),
  );
  const work = await loadWork(store, clock);
  const folders = new CacheFolders(cacheHome, paths.home);
  const facts = createFacts({
    home: homedir(),
    stateFolder: paths.home,
    ownPaths: [...ownPathsOf(keySettings), ...keptElsewhere(policy.policy.config, keySettings.dataHome)],
    cacheFolder: folders.root,
  });
  const canaries = new Canaries({
    ...{ clock, agents, approvals, alarms, records, facts, standstill },
    planted: () => vault.canaries(),
  });
  const traces = new Traces({
    clock,
    facts,
    tally: () => records.tally,
    isOpen: (task) => work.task(task) !== null,
    tool: ({ module, tool }) => toolOf(policy.policy, module, tool),
  });
  const search = stack.use(
    Search.open({
      ...{ records, exits, redactor, clock, agents, home: homedir(), path: paths.search },
      tasks: () => titledTasks(store),
    }),
  );
  const bindingHash = keyedSha256(digestKey(paths.digestKey, clock.random));
  const undo = stack.use(
    await openUndo({
      ...{ clock, store, records, bindingHash, redactor, vault, agents, work },
      folder: paths.undo,
      config: () => policy.policy.config.undo,
      policyDigest: () => policy.policy.digest,
      isPrivate: (path) => pathResource(path, homedir()) === 'credentials',
    }),
  );
  const limits = openLimits({ clock, policy, records, alarms, agents, work });
  return {
    token,
    parts: {
      clock,
      facts,
      folders,
      bindingHash,
      redactor,
      exits,
      standstill,
      canaries,
      store,
      records,
      search,
      policy,
      ports: new BoundPorts(),
      agents,
      people,
      setUp,
      factors,
      apiTokens: await loadApiTokens(store, clock, (user) =>
        people.mayEnter(user) ? (people.users.get(user)?.role ?? null) : null,
      ),
      invites: await loadInvites(store, clock),
      work,
      limits,
      traces,
      grants: await loadGrants(store, clock),
      approvals,
      desk,
      alarms,
      signIns,
      decided,
      events,
      telemetry,
      vault,
      undo,
    },
  };
}
