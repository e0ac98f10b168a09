// The daemon's own state: status, policy, ledger, events, stop.
import { actorName, type PolicyView, permits, type Status } from '@castellan/contract';
import { wallsHere } from '@castellan/sandbox';
import type { Identity } from '../../identity/index.ts';
import { statePaths } from '../../state/index.ts';
import type { Parts } from '../../surfaces/index.ts';
import { Refused } from '../answer.ts';
import { openApprovals, streamEvents } from '../events-stream.ts';
import type { Handlers } from '../server.ts';
import { type RuleHandlers, ruleHandlers } from './rules.ts';
import { vaultStatus } from './secrets.ts';

type AdminHandlers = RuleHandlers & Pick<Handlers, 'live' | 'status' | 'events' | 'policy' | 'changePolicy' | 'stop'>;

export interface AdminHost {
  readonly parts: Parts;
  readonly identity: Pick<Identity, 'now' | 'subscribe'>;
  readonly version: string;
  readonly startedAt: number;
  readonly stateFolder: string;
  readonly addresses: () => readonly string[];
  /** Where people come in from elsewhere; null: nowhere. */
  readonly remote: () => string | null;
  readonly stop: () => void;
}

export function adminHandlers({
  parts,
  identity,
  version,
  startedAt,
  stateFolder,
  addresses,
  remote,
  stop,
}: AdminHost): AdminHandlers {
  const { policy, records, work } = parts;
  const isLevelSet = (name: string): boolean => {
    const { modules } = policy.policy.config;
    return Object.hasOwn(modules, name) && modules[name]?.level !== undefined;
  };
  const view = (): PolicyView => ({
    digest: policy.policy.digest,
    preset: policy.policy.preset,
    profile: policy.policy.config.profile,
    deny: [...policy.policy.config.deny],
    faults: [...policy.faults],
    approvals: policy.policy.config.approvals,
    rules: policy.policy.rules.map(({ id, tier, title, outcome, source }) => ({ id, tier, title, outcome, source })),
    labels: policy.policy.labels.map(({ id, label, source }) => ({ id, label, source })),
    modules: policy.policy.modules.map(({ manifest, digest, accepted, source, level, overrides }) => ({
      manifest,
      digest,
      accepted,
      source,
      level,
      levelSet: isLevelSet(manifest.name),
      overrides: { ...overrides },
    })),
  });
  return {
    ...ruleHandlers(parts, statePaths(stateFolder), view),
    live: () => ({ live: true }),
    status: async (): Promise<Status> => {
      const { sessions, tasks } = work.open();
      const { sandbox, network } = policy.policy.config;
      const { words, tried } = await wallsHere();
      // Landlock alone holds no agent: it cannot part it from the network.
      const walls = tried.some(({ name, ok }) => ok && name !== 'Landlock') ? words : null;
      return {
        version,
        pid: process.pid,
        startedAt,
        addresses: [...addresses()],
        stateFolder,
        remote: remote(),
        sandbox: { ...sandbox, walls },
        network: { allow: network.allow, agents: network.agents, newHosts: network.newHosts },
        policy: {
          digest: policy.policy.digest,
          preset: policy.policy.preset,
          rules: policy.policy.rules.length,
          modules: policy.policy.modules.length,
          unaccepted: policy.policy.modules.filter(({ accepted }) => !accepted).map(({ manifest }) => manifest.name),
          faults: [...policy.faults],
        },
        ledger: { size: records.size, root: records.checkpoint.root, failed: records.failed },
        vault: vaultStatus(parts.vault),
        waiting: openApprovals(parts).length,
        grants: parts.grants.list().length,
        agents: parts.agents.list().filter((agent) => agent.revokedAt === null),
        sessions: [...sessions],
        tasks: [...tasks],
        alarms: [...parts.alarms.open()],
      };
    },
    events: ({ reply, actor }) =>
      streamEvents(reply, parts, {
        still: () => permits(identity.now(actor) ?? { kind: 'nobody' }, 'events:read'),
        subscribe: identity.subscribe,
      }),
    policy: view,
    changePolicy({ body, actor }) {
      const by = actorName(actor);
      const faults = body.change === 'reload' ? policy.reload(by) : policy.change(body, by);
      if (faults.length === 0) return view();
      throw new Refused('bad_request', faults[0] ?? 'the policy has faults', {
        hint: 'the last good policy stays in force',
        faults: faults.map((message) => ({ path: '', message })),
      });
    },
    stop({ reply }) {
      reply.raw.once('finish', stop);
      return { stopping: true };
    },
  };
}
