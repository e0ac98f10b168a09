// Sessions and tasks: which run of which agent a call belongs to, and what the person asked for. An agent names its own
// session; it can never name another agent's, because the key begins with the authenticated agent. INVARIANT: a session that
// comes back under its name has the workspace it had: else whoever ends one and begins it anew in `/` widens what it may do.
import {
  type AgentId,
  type Instant,
  type Session,
  type SessionId,
  sessionSchema,
  type Task,
  type TaskId,
  taskSchema,
} from '@castellan/contract';
import { sql } from 'kysely';
import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';
import type { Store } from '../store/index.ts';
import { keepBounded } from './bounded.ts';

export interface SessionStart {
  readonly agent: AgentId;
  readonly externalId: string;
  /** The workspace, unless this session has one already: the first that was told is held to, whatever becomes of the session. */
  readonly cwd: string;
  /** The folder that is a session's as long as none was told: whoever tells one first gives it its workspace. */
  readonly nowhere?: string | undefined;
  readonly interactive: boolean;
  /** The task the person named: shared with the sessions that name it in the same workspace; without one the session gets its own. */
  readonly task?: string | undefined;
  /** What would need a person is refused: held to from now on, whatever is said later. */
  readonly nobodyToAsk?: boolean | undefined;
  /** What its run calls itself, and the run within which it was begun: unguessable, so only what was started there says it. */
  readonly run?: string | undefined;
  readonly within?: string | undefined;
}

export interface Work {
  /** The session, made on first sight. `fresh` when it was. */
  session(start: SessionStart): Promise<{ readonly session: Session; readonly fresh: boolean }>;
  get(id: SessionId): Session | null;
  task(id: TaskId): Task | null;
  /** The session that a run is; null: none that is open. */
  ofRun(run: string): Session | null;
  /** Titles a task that has no title yet. */
  title(id: TaskId, title: string): Promise<boolean>;
  /** A sign of life of a session that is known by its id. */
  seen(id: SessionId): void;
  /** Its client is connected, so that it is at work however silent: until it is ended, or let go. */
  hold(id: SessionId): void;
  letGo(id: SessionId): void;
  /** Open sessions without a sign of life since then. */
  idle(since: Instant): readonly Session[];
  /** Keeps when each was seen last, so that a restart does not make them look older or younger than they are. */
  keepSeen(): Promise<void>;
  /** Ends tasks whose last session ended without them: the daemon died between the two. */
  endLeft(): Promise<readonly TaskId[]>;
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
  /** Which session a run is: the first that said so. Told again with each request, so it is kept here only. */
  const runs = new Map<string, SessionId>();
  const began = (run: string | undefined, { id }: Session): void => {
    if (run !== undefined && !runs.has(run)) runs.set(run, id);
  };
  const held = new Set<SessionId>();
  /** Signs of life that are no word of its client: which session is the latest hangs on those alone. */
  const alive = new Map<SessionId, Instant>();
  const lifeOf = ({ id, lastSeenAt }: Session): Instant => Math.max(lastSeenAt, alive.get(id) ?? 0);
  /** When the database last heard of each. */
  const kept = new Map<SessionId, Instant>();
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
    if (session.endedAt !== null || !tasks.has(session.task)) continue;
    keep(session);
    kept.set(session.id, session.lastSeenAt);
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
  const putSession = (session: Session): Promise<void> => {
    if (session.endedAt === null) kept.set(session.id, session.lastSeenAt);
    return put('sessions', session.id, session.agent, session.externalId, session);
  };
  const endTask = async (task: Task): Promise<void> => {
    tasks.delete(task.id);
    await putTask({ ...task, endedAt: clock.now() });
  };
  const hasSession = (task: TaskId): boolean => [...sessions.values()].some((session) => session.task === task);

  /** Where the sessions of a task are open: they are all of one workspace. */
  const isOf = (task: Task, workspace: string): boolean => {
    const own = [...sessions.values()].filter((session) => session.task === task.id);
    return own.length > 0 && own.every((session) => session.workspace === workspace);
  };

  /** INVARIANT: a name is anybody's to say, also a project's; it reaches what was granted in the same workspace, and no other's. */
  const taskFor = (start: SessionStart, workspace: string): Task => {
    const named =
      start.task === undefined || workspace === start.nowhere
        ? undefined
        : [...tasks.values()].find(
            (task) => task.agent === start.agent && task.title === start.task && isOf(task, workspace),
          );
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
    held.delete(id);
    alive.delete(id);
    kept.delete(id);
    for (const [run, of] of runs) if (of === id) runs.delete(run);
    await putSession(ended);
    const task = tasks.get(session.task);
    const taskEnded = task !== undefined && !hasSession(task.id);
    if (taskEnded) await endTask(task);
    return { session: ended, taskEnded };
  };

  const seenAgain = async (known: Session, start: SessionStart): Promise<Session> => {
    const tightened = start.nobodyToAsk === true && known.nobodyToAsk !== true;
    const placed = known.workspace === start.nowhere && start.cwd !== start.nowhere;
    const seen: Session = {
      ...known,
      lastSeenAt: clock.now(),
      interactive: start.interactive,
      ...(placed && { workspace: start.cwd }),
      ...(tightened && { nobodyToAsk: true }),
    };
    keep(seen);
    began(start.run, seen);
    if (tightened || placed) await putSession(seen);
    return seen;
  };

  /** Of the first session of this name that had one. The database knows, so that nothing grows in memory. */
  const workspaceBefore = async ({ agent, externalId, nowhere }: SessionStart): Promise<string | null> => {
    const row = await store.db
      .selectFrom('sessions')
      .select('data')
      .where('agent', '=', agent)
      .where('external_id', '=', externalId)
      .where(sql<string>`json_extract(data, '$.workspace')`, '!=', nowhere ?? '')
      .orderBy(sql`rowid`)
      .limit(1)
      .executeTakeFirst();
    return row === undefined ? null : sessionSchema.parse(JSON.parse(row.data)).workspace;
  };

  /** Being made now, by key. */
  const making = new Map<string, Promise<Session>>();
  const make = async (start: SessionStart): Promise<Session> => {
    const workspace = (await workspaceBefore(start)) ?? start.cwd;
    const task = taskFor(start, workspace);
    const parent = start.within === undefined ? undefined : runs.get(start.within);
    const session: Session = {
      id: newId(clock, 'session'),
      agent: start.agent,
      task: task.id,
      externalId: start.externalId,
      workspace,
      interactive: start.interactive,
      ...(start.nobodyToAsk === true && { nobodyToAsk: true }),
      ...(parent !== undefined && { parent }),
      startedAt: clock.now(),
      lastSeenAt: clock.now(),
      endedAt: null,
    };
    tasks.set(task.id, task);
    keep(session);
    began(start.run, session);
    await putTask(task);
    await putSession(session);
    for (const old of keepBounded(sessions.values(), start.agent, MAX_OPEN)) await end(old.id);
    return session;
  };

  return {
    async session(start) {
      const name = key(start.agent, start.externalId);
      // Of several first events at once one makes the session.
      for (let other = making.get(name); other !== undefined; other = making.get(name))
        await other.catch(() => undefined);
      const known = sessions.get(name);
      if (known !== undefined) return { session: await seenAgain(known, start), fresh: false };
      const made = make(start).finally(() => making.delete(name));
      making.set(name, made);
      return { session: await made, fresh: true };
    },
    get: (id) => byId.get(id) ?? null,
    task: (id) => tasks.get(id) ?? null,
    ofRun(run) {
      const id = runs.get(run);
      return id === undefined ? null : (byId.get(id) ?? null);
    },
    async title(id, title) {
      const task = tasks.get(id);
      if (task === undefined || task.title !== '') return false;
      const titled = { ...task, title: title.slice(0, 200) };
      tasks.set(id, titled);
      await putTask(titled);
      return true;
    },
    seen: (id) => void (byId.has(id) && alive.set(id, clock.now())),
    hold: (id) => void (byId.has(id) && held.add(id)),
    letGo: (id) => void held.delete(id),
    idle: (since) => [...sessions.values()].filter((session) => lifeOf(session) < since && !held.has(session.id)),
    async keepSeen() {
      for (const session of sessions.values())
        if (kept.get(session.id) !== lifeOf(session)) await putSession({ ...session, lastSeenAt: lifeOf(session) });
    },
    async endLeft() {
      const left = [...tasks.values()].filter(({ id }) => !hasSession(id));
      for (const task of left) await endTask(task);
      return left.map(({ id }) => id);
    },
    end,
    open: () => ({ sessions: [...sessions.values()], tasks: [...tasks.values()] }),
  };
}
