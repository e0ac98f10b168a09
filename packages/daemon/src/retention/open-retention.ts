// Retention over the rooms of this daemon: what is open in them keeps its records.
import type { Approval, Config, Incident, Instant, Task } from '@castellan/contract';
import type { Alarms } from '../alarms/index.ts';
import type { Clock } from '../clock.ts';
import { BEFORE_MS } from '../incidents/index.ts';
import type { Keeper } from './cut.ts';
import { Retention, type SealableRecords } from './retention.ts';

export interface RetentionRooms {
  readonly clock: Clock;
  readonly records: SealableRecords;
  readonly alarms: Alarms;
  readonly policy: { readonly policy: { readonly config: Config } };
  readonly work: { open(): { readonly tasks: readonly Task[] } };
  readonly approvals: { list(): readonly Approval[] };
}

const earliest = (times: readonly Instant[]): Instant | null => (times.length === 0 ? null : Math.min(...times));

const DAY_MS = 86_400_000;

/** @param incidents those that are open. @param waitsSince since when records wait for a collector. */
export function openRetention(
  rooms: RetentionRooms,
  stateFolder: string,
  incidents: () => readonly Pick<Incident, 'openedAt'>[],
  waitsSince: () => Instant | null,
): Retention {
  const { clock, records, alarms, policy, work, approvals } = rooms;
  const isOpen = ({ state }: Approval): boolean => state.kind === 'pending' || state.kind === 'queued';
  const keepers: readonly Keeper[] = [
    { by: 'open-task', since: () => earliest(work.open().tasks.map(({ createdAt }) => createdAt)) },
    {
      by: 'open-approval',
      since: () =>
        earliest(
          approvals
            .list()
            .filter(isOpen)
            .map(({ createdAt }) => createdAt),
        ),
    },
    { by: 'incident', since: () => earliest(incidents().map(({ openedAt }) => openedAt - BEFORE_MS)) },
    { by: 'forward', since: waitsSince },
    {
      // What a call did is kept for so long, and what the ledger says of it goes with it.
      by: 'undo',
      since: () => {
        const { enabled, days } = policy.policy.config.undo;
        return enabled ? clock.now() - days * DAY_MS : null;
      },
    },
  ];
  return new Retention({ clock, records, alarms, keepers, stateFolder, config: () => policy.policy.config.retention });
}
