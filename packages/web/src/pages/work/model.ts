// Open work: tasks with their sessions, what each has used of its budget, and which are held. Pure.

import type { Budget, Instant, LimitsView, Session, Spent, Status, Task, Terminal } from '@castellan/contract';
import { countText } from '../../kit/time-text.ts';

type Limited = LimitsView['sessions'][number];

export interface Use {
  readonly of: 'calls' | 'minutes' | 'tokens';
  readonly text: string;
  /** 0 to 1 of the first limit that holds the agent; null without one. */
  readonly share: number | null;
}

export interface SessionRow {
  readonly session: Session;
  readonly limits: Limited | null;
  readonly terminal: Terminal | null;
  readonly turn: readonly Use[];
  readonly total: readonly Use[];
}

export interface TaskRow {
  readonly task: Task;
  readonly agentName: string;
  readonly sessions: readonly SessionRow[];
  readonly tokens: number | null;
  readonly held: boolean;
}

const MINUTE = 60_000;

/** What a stretch has used, beside the nearest limit that would hold it. */
export function usesOf(spent: Spent, budget: Budget, now: Instant): readonly Use[] {
  const one = (
    of: Use['of'],
    used: number,
    unit: string,
    limits: { pause?: number | null | undefined; stop?: number | null | undefined },
  ): Use => {
    const limit = limits.pause ?? limits.stop ?? null;
    const words = countText(used, unit);
    return limit === null
      ? { of, text: words, share: null }
      : { of, text: `${used.toLocaleString('en-GB')} of ${countText(limit, unit)}`, share: Math.min(1, used / limit) };
  };
  return [
    one('calls', spent.calls, 'call', budget.calls),
    one('minutes', Math.max(0, Math.floor((now - spent.since) / MINUTE)), 'minute', budget.minutes),
    ...(spent.tokens > 0 || budget.tokens.pause !== undefined || budget.tokens.stop !== undefined
      ? [one('tokens', spent.tokens, 'token', budget.tokens)]
      : []),
  ];
}

/** A terminal belongs to an agent's session when it is the agent's and still open; the newest is meant. */
const terminalOf = (terminals: readonly Terminal[], agent: string): Terminal | null =>
  terminals
    .filter((terminal) => terminal.agent === agent && terminal.endedAt === null)
    .toSorted((a, b) => b.startedAt - a.startedAt)[0] ?? null;

/** Held work first, then what was busy last. */
export function taskRows(
  status: Pick<Status, 'tasks' | 'sessions' | 'agents'>,
  limits: LimitsView,
  terminals: readonly Terminal[],
  now: Instant,
): readonly TaskRow[] {
  const names = new Map(status.agents.map(({ id, name }) => [id, name]));
  const lastSeen = ({ sessions, task }: TaskRow): number =>
    Math.max(task.createdAt, ...sessions.map(({ session }) => session.lastSeenAt));
  return status.tasks
    .map((task): TaskRow => {
      const sessions = status.sessions
        .filter((session) => session.task === task.id)
        .toSorted((a, b) => b.lastSeenAt - a.lastSeenAt)
        .map((session): SessionRow => {
          const own = limits.sessions.find((entry) => entry.session === session.id) ?? null;
          return {
            session,
            limits: own,
            terminal: session.interactive ? terminalOf(terminals, session.agent) : null,
            turn: own === null ? [] : usesOf(own.turn, limits.turn, now),
            total: own === null ? [] : usesOf(own.total, limits.task, now),
          };
        });
      return {
        task,
        agentName: names.get(task.agent) ?? task.agent,
        sessions,
        tokens: limits.models.tasks.find((entry) => entry.task === task.id)?.tokens ?? null,
        held: sessions.some((row) => row.limits !== null && row.limits.held !== 'free'),
      };
    })
    .toSorted((a, b) => Number(b.held) - Number(a.held) || lastSeen(b) - lastSeen(a));
}
