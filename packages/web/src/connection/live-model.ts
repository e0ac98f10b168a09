// What the page knows of what happens, as a value: each message makes the next one. Nothing here touches the world.
import type { Alarm, Approval, LiveEvent, LiveMessage } from '@castellan/contract';

export type CallEvent = Extract<LiveEvent, { kind: 'call' }>;

export interface LiveModel {
  /** Of the last message; null until the first. */
  readonly at: { readonly epoch: string; readonly seq: number } | null;
  /** Pending and queued, oldest first. */
  readonly waiting: ReadonlyMap<string, Approval>;
  /** Answered while this page was open, latest first. */
  readonly settled: readonly Approval[];
  readonly alarms: readonly Alarm[];
  /** Latest first. */
  readonly calls: readonly CallEvent[];
}

export const NOTHING: LiveModel = { at: null, waiting: new Map(), settled: [], alarms: [], calls: [] };

/** How much is kept of what is over. */
const KEPT = 100;

export const isWaiting = ({ state }: Approval): boolean => state.kind === 'pending' || state.kind === 'queued';

function withApproval(model: LiveModel, approval: Approval): LiveModel {
  const waiting = new Map(model.waiting);
  if (isWaiting(approval)) {
    waiting.set(approval.id, approval);
    return { ...model, waiting };
  }
  waiting.delete(approval.id);
  const settled = [approval, ...model.settled.filter(({ id }) => id !== approval.id)].slice(0, KEPT);
  return { ...model, waiting, settled };
}

function withAlarm(model: LiveModel, alarm: Alarm): LiveModel {
  const others = model.alarms.filter(({ id }) => id !== alarm.id);
  return { ...model, alarms: alarm.endedAt === null ? [alarm, ...others] : others };
}

function withEvent(model: LiveModel, event: LiveEvent): LiveModel {
  switch (event.kind) {
    case 'hello': {
      const open = event.approvals.filter(isWaiting).toSorted((a, b) => a.createdAt - b.createdAt);
      return {
        ...model,
        waiting: new Map(open.map((approval) => [approval.id, approval])),
        alarms: event.alarms.filter(({ endedAt }) => endedAt === null),
      };
    }
    case 'approval':
    case 'reminder':
      return withApproval(model, event.approval);
    case 'alarm':
      return withAlarm(model, event.alarm);
    case 'call':
      return { ...model, calls: [event, ...model.calls].slice(0, KEPT) };
    case 'policy':
    case 'changed':
    case 'bye':
      return model;
  }
}

/** A message that was seen already changes nothing. */
export function nextModel(model: LiveModel, { epoch, seq, event }: LiveMessage): LiveModel {
  const again = model.at?.epoch === epoch && seq <= model.at.seq && event.kind !== 'hello';
  return again ? model : { ...withEvent(model, event), at: { epoch, seq } };
}

/** An answer that came over HTTP, before the socket says the same. */
export const answered = (model: LiveModel, approval: Approval): LiveModel => withApproval(model, approval);
