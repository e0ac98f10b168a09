// Retention over the rooms of this daemon: what is open in them keeps its records.
import type { Agent, AgentId, Approval, Config, Incident, Instant, Session, Task } from '@castellan/contract';
import type { Alarms } from '../alarms/index.ts';
import type { Clock } from '../clock.ts';
import { BEFORE_MS } from '../incidents/index.ts';
import { type Keeper, longest } from './cut.ts';
import { Retention, type SealableRecords } from './retention.ts';

export interface RetentionRooms {
  readonly clock: Clock;
  readonly records: SealableRecords;
  readonly alarms: Alarms;
  readonly policy: { readonly policy: { readonly config: Config } };
  readonly work: { open(): { readonly tasks: readonly Task[]; readonly sessions: readonly Session[] } };
  readonly agents: { get(id: AgentId): Agent | null };
  readonly approvals: { list(): readonly Approval[] };
}

const DAY_MS = 86_400_000;

const SHOWN = 60;
const minute = (at: Instant): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `task_… ("mend the tests") of claude, last seen 2027-03-01 14:05 UTC`. */
function taskInWords({ id, title }: Task, agent: string, sessions: readonly Session[]): string {
  const seen = sessions.reduce((latest, { lastSeenAt }) => Math.max(latest, lastSeenAt), 0);
  const named = title === '' ? '' : ` ("${title.length > SHOWN ? `${title.slice(0, SHOWN)}…` : title}")`;
  return `\`${id}\`${named} of ${agent}${seen === 0 ? '' : `, last seen ${minute(seen)}`}`;
}

/** @param incidents those that are open. @param waitsSince since when records wait for a collector. */
export function openRetention(
  rooms: RetentionRooms,
  stateFolder: string,
  incidents: () => readonly Pick<Incident, 'id' | 'openedAt'>[],
  waitsSince: () => Instant | null,
): Retention {
  const { clock, records, alarms, policy, work, agents, approvals } = rooms;
  const isOpen = ({ state }: Approval): boolean => state.kind === 'pending' || state.kind === 'queued';
  const keepers: readonly Keeper[] = [
    {
      by: 'open-task',
      needed() {
        const { tasks, sessions } = work.open();
        return longest(
          tasks.map((task) => ({
            since: task.createdAt,
            what: taskInWords(
              task,
              agents.get(task.agent)?.name ?? task.agent,
              sessions.filter((session) => session.task === task.id),
            ),
          })),
        );
      },
    },
    {
      by: 'open-approval',
      needed: () =>
        longest(
          approvals
            .list()
            .filter(isOpen)
            .map(({ createdAt, agentName, summary }) => ({ since: createdAt, what: `${agentName}: ${summary}` })),
        ),
    },
    {
      by: 'incident',
      needed: () =>
        longest(incidents().map(({ id, openedAt }) => ({ since: openedAt - BEFORE_MS, what: `\`${id}\`` }))),
    },
    {
      by: 'forward',
      needed() {
        const since = waitsSince();
        return since === null ? null : { since };
      },
    },
    {
      // What a call did is kept for so long, and what the ledger says of it goes with it.
      by: 'undo',
      needed() {
        const { enabled, days } = policy.policy.config.undo;
        return enabled ? { since: clock.now() - days * DAY_MS } : null;
      },
    },
  ];
  return new Retention({ clock, records, alarms, keepers, stateFolder, config: () => policy.policy.config.retention });
}
