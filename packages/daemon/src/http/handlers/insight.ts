// What the screens show of what happened: activity, how tiring the asking is, the checklist. Gathers; insight reckons.
import { type AgentId, type TaskId, taskSchema } from '@castellan/contract';
import { summarise } from '@castellan/policy';
import { wallsStand } from '@castellan/sandbox';
import { activityPage, type CheckFacts, checksOf, fatigueOf, promptsOf } from '../../insight/index.ts';
import type { Notify } from '../../notify/index.ts';
import type { Parts } from '../../surfaces/index.ts';
import type { Handlers } from '../server.ts';
import { type IsolationHost, isolationFacts } from './insight-isolation.ts';

type InsightHandlers = Pick<Handlers, 'activity' | 'fatigue' | 'checks'>;

export interface InsightHost extends IsolationHost {
  readonly parts: Parts;
  readonly notify: Pick<Notify, 'list'>;
  /** Where people come in from elsewhere; null: nowhere. */
  readonly remote: () => string | null;
  readonly proofs: () => Promise<CheckFacts['proofs']>;
}

/** Titles of tasks, of those that ended too. */
async function titlesOf({ store }: Parts, ids: readonly TaskId[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await store.db.selectFrom('tasks').select(['id', 'data']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, data }) => [id, taskSchema.parse(JSON.parse(data)).title]));
}

async function factsOf(host: InsightHost): Promise<CheckFacts> {
  const { parts, notify, remote, proofs } = host;
  const { policy, records, vault, people, setUp, apiTokens, agents, alarms, clock } = parts;
  const { config, preset, modules } = policy.policy;
  const users = people.users.list().map((account) => people.userView(account));
  const here = users.filter(({ disabledAt, invited }) => disabledAt === null && !invited);
  const connected = agents.list().filter(({ revokedAt, kind }) => revokedAt === null && kind !== 'demo');
  return {
    now: clock.now(),
    setUpDone: !setUp.needed,
    people: here.map(({ name, role, factors }) => ({
      name,
      role,
      factors: factors.passkeys + (factors.totp ? 1 : 0),
    })),
    invited: users.filter(({ invited }) => invited).length,
    tokens: apiTokens.list(),
    remote: config.remote,
    remoteAddress: remote(),
    agents: connected.map(({ frozen, ...agent }) => ({ ...agent, frozen: frozen?.why ?? null })),
    proofs: await proofs(),
    alarms: alarms.open(),
    workspace: {
      agents: connected.filter(({ tools }) => tools).map(({ name }) => name),
      commands: config.workspace.commands,
      walls: await wallsStand(),
    },
    isolation: await isolationFacts(host, connected),
    preset,
    faults: policy.faults,
    unaccepted: modules.filter(({ accepted }) => !accepted).map(({ manifest }) => manifest.name),
    vault: vault.state,
    secrets: vault.list(),
    redaction: config.redaction.unknown,
    ledger: { size: records.size, root: records.checkpoint.root, failed: records.failed },
    channels: notify.list().channels.map(({ name, channel, deliveries }) => ({
      name,
      answers: channel.answers,
      latest: deliveries[0]?.state ?? null,
    })),
  };
}

export function insightHandlers(host: InsightHost): InsightHandlers {
  const { parts } = host;
  const { records, agents, policy, clock } = parts;
  const agentName = (id: AgentId): string => agents.get(id)?.name ?? id;
  return {
    activity: ({ query }) =>
      activityPage(query, {
        calls: records.calls,
        size: records.size,
        at: (positions) => records.at(positions),
        agentName,
        taskTitles: (tasks) => titlesOf(parts, tasks),
        summarise: (call, effects) => summarise(call, effects, policy.policy),
      }),
    async fatigue() {
      const now = clock.now();
      const at = records.at.bind(records);
      const counts = (id: AgentId): boolean => agents.get(id)?.kind !== 'demo';
      return fatigueOf(await promptsOf({ calls: records.calls, at, agentName, counts }, now), now);
    },
    checks: async () => ({ checks: checksOf(await factsOf(host)) }),
  };
}
