// Sessions and tasks: which run of which agent a call belongs to, and what the person asked for. An agent names its own
// session; it can never name another agent's, because the key begins with the authenticated agent.
import {
  type AgentId,
  type Session,
  type SessionId,
  sessionSchema,
  type Task,
  type TaskId,
  taskSchema,
} from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';
import type { Store } from '../store/index.ts';
import { keepBounded } from './bounded.ts';

export interface SessionStart {
  readonly agent: AgentId;
  readonly externalId: string;
  readonly cwd: string;
  readonly interactive: boolean;
  /** The task the person named; without one the session gets its own. */
  readonly task?: string | undefined;
}

export interface Work {
  /** The session, made on first sight. `fresh` when it was. */
  session(start: SessionStart): Promise<{ readonly session: Session; readonly fresh: boolean }>;
  get(id: SessionId): Session | null;
  task(id: TaskId): Task | null;
  /** Titles a task that has no title yet. */
  title(id: TaskId, title: string): Promise<boolean>;
  /** Ends a session, and its task when no other session of it is open. */
  end(session: SessionId): Promise<{ readonly session: Session; readonly taskEnded: boolean } | null>;
  open(): { readonly sessions: readonly Session[]; readonly tasks: readonly Task[] };
}

/** Open sessions of one agent kept in memory; its least recently seen beyond them are ended. */
const MAX_OPEN = 512;

export async function loadWork(store: Store, clock: Clock): Promise<Work> {
  const sessions = new Map<string, Session>();
  const byId = new Map<SessionId, Session>();
  const tasks = new Map<string, Task>();
  const keep = (session: Session): void => {
    sessions.set(key(session.agent, session.externalId), session);
    byId.set(session.id, session);
  };
  const key = (agent: string, externalId: string): string => `${agent} ${externalId}`;

  for (const row of await store.db.selectFrom('tasks').selectAll().execute()) {
    const task = taskSchema.parse(JSON.parse(row.data));
    if (task.endedAt === null) tasks.set(task.id, task);
  }
  for (const row of await store.db.selectFrom('sessions').selectAll().execute()) {
    const session = sessionSchema.parse(JSON.parse(row.data));
    if (session.endedAt === null && tasks.has(session.task)) keep(session);
  }

  const put = async (
    table: 'tasks' | 'sessions',
    id: string,
    agent: string,
    external: string,
    value: Task | Session,
  ): Promise<void> => {
    const data = JSON.stringify(value);
    await store.db
      .insertInto(table)
      .values({ id, agent, external_id: external, data })
      .onConflict((on) => on.column('id').doUpdateSet({ data }))
      .execute();
  };
  const putTask = (task: Task): Promise<void> => put('tasks', task.id, task.agent, '', task);
  const putSession = (session: Session): Promise<void> =>
    put('sessions', session.id, session.agent, session.externalId, session);

  const taskFor = (start: SessionStart): Task => {
    const named =
      start.task === undefined
        ? undefined
        : [...tasks.values()].find((task) => task.agent === start.agent && task.title === start.task);
    return (
      named ?? {
        id: newId(clock, 'task'),
        agent: start.agent,
        title: start.task ?? '',
        createdAt: clock.now(),
        endedAt: null,
      }
    );
  };

  const end: Work['end'] = async (id) => {
    const session = byId.get(id);
    if (session === undefined) return null;
    const ended: Session = { ...session, endedAt: clock.now() };
    sessions.delete(key(session.agent, session.externalId));
    byId.delete(id);
    await putSession(ended);
    const task = tasks.get(session.task);
    const taskEnded = task !== undefined && ![...sessions.values()].some((other) => other.task === session.task);
    if (taskEnded) {
      tasks.delete(task.id);
      await putTask({ ...task, endedAt: clock.now() });
    }
    return { session: ended, taskEnded };
  };

  return {
    async session(start) {
      const known = sessions.get(key(start.agent, start.externalId));
      if (known !== undefined) {
        const seen: Session = { ...known, lastSeenAt: clock.now(), interactive: start.interactive };
        keep(seen);
        return { session: seen, fresh: false };
      }
      const task = taskFor(start);
      const session: Session = {
        id: newId(clock, 'session'),
        agent: start.agent,
        task: task.id,
        externalId: start.externalId,
        workspace: start.cwd,
        interactive: start.interactive,
        startedAt: clock.now(),
        lastSeenAt: clock.now(),
        endedAt: null,
      };
      tasks.set(task.id, task);
      keep(session);
      await putTask(task);
      await putSession(session);
      for (const old of keepBounded(sessions.values(), start.agent, MAX_OPEN)) await end(old.id);
      return { session, fresh: true };
    },
    get: (id) => byId.get(id) ?? null,
    task: (id) => tasks.get(id) ?? null,
    async title(id, title) {
      const task = tasks.get(id);
      if (task === undefined || task.title !== '') return false;
      const titled = { ...task, title: title.slice(0, 200) };
      tasks.set(id, titled);
      await putTask(titled);
      return true;
    },
    end,
    open: () => ({ sessions: [...sessions.values()], tasks: [...tasks.values()] }),
  };
}
