// Grants in force. INVARIANT: a use is counted in the same step in which it is found, so that two calls at once can never
// share the last use, and a grant that ended stays ended across restarts.
import {
  type AgentId,
  type Call,
  type Grant,
  type GrantId,
  type GrantRequest,
  grantSchema,
  type SessionId,
  type TaskId,
} from '@castellan/contract';
import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';
import type { Store } from '../store/index.ts';

export interface Grants {
  /** Those of this call's agent and tool, under whatever name its module goes; whether one covers it is policy's to say. */
  candidates(call: Pick<Call, 'agent' | 'tool'>): readonly Grant[];
  list(): readonly Grant[];
  /** A grant that is not in force yet: it is recorded first. */
  prepare(request: GrantRequest, by: string, text: string): Grant;
  enact(grant: Grant): Promise<void>;
  /** Counts one use, at once; the returned promise is done when the count is kept. */
  use(id: GrantId): Promise<void>;
  revoke(id: GrantId): Promise<Grant | null>;
  /** Ends what was bound to a session or task that is over. */
  endScope(ended: {
    readonly session?: SessionId;
    readonly task?: TaskId;
    readonly agent?: AgentId;
  }): Promise<readonly Grant[]>;
  /** Forgets what is over; the ledger keeps the history. */
  sweep(): Promise<void>;
}

const keyOf = (grant: Pick<Grant, 'agent' | 'tool'>): string => `${grant.agent} ${grant.tool}`;

export async function loadGrants(store: Store, clock: Clock): Promise<Grants> {
  const byId = new Map<string, Grant>();
  const byTool = new Map<string, Set<string>>();
  const put = (grant: Grant): void => {
    byId.set(grant.id, grant);
    const ids = byTool.get(keyOf(grant)) ?? new Set();
    byTool.set(keyOf(grant), ids.add(grant.id));
  };
  const drop = (grant: Grant): void => {
    byId.delete(grant.id);
    const ids = byTool.get(keyOf(grant));
    ids?.delete(grant.id);
    if (ids?.size === 0) byTool.delete(keyOf(grant));
  };
  const save = async (grant: Grant): Promise<void> => {
    put(grant);
    const data = JSON.stringify(grant);
    await store.db
      .insertInto('grants')
      .values({ id: grant.id, data })
      .onConflict((on) => on.column('id').doUpdateSet({ data }))
      .execute();
  };
  const over = (grant: Grant): boolean =>
    grant.revokedAt !== null || grant.usesLeft === 0 || grant.expiresAt <= clock.now();

  for (const row of await store.db.selectFrom('grants').selectAll().execute())
    put(grantSchema.parse(JSON.parse(row.data)));

  const end = async (grant: Grant): Promise<Grant> => {
    const ended: Grant = { ...grant, revokedAt: clock.now() };
    await save(ended);
    return ended;
  };
  return {
    candidates: (call) => [...(byTool.get(keyOf(call)) ?? [])].flatMap((id) => byId.get(id) ?? []),
    list: () => [...byId.values()].filter((grant) => !over(grant)),
    prepare(request, by, text) {
      const { uses, minutes, ...covers } = request;
      const at = clock.now();
      return {
        ...covers,
        id: newId(clock, 'grant'),
        usesLeft: uses,
        createdAt: at,
        expiresAt: at + Math.round(minutes * 60_000),
        revokedAt: null,
        createdBy: by,
        text,
      };
    },
    enact: save,
    async use(id) {
      const grant = byId.get(id);
      if (grant === undefined || grant.usesLeft === null) return;
      const used: Grant = { ...grant, usesLeft: Math.max(0, grant.usesLeft - 1) };
      byId.set(id, used);
      await save(used);
    },
    async revoke(id) {
      const grant = byId.get(id);
      return grant === undefined || over(grant) ? null : end(grant);
    },
    async endScope({ session, task, agent }) {
      const bound = [...byId.values()].filter(
        ({ scope, agent: owner }) =>
          owner === agent ||
          (scope.kind === 'session' && scope.session === session) ||
          (scope.kind === 'task' && scope.task === task),
      );
      return Promise.all(bound.filter((grant) => !over(grant)).map(end));
    },
    async sweep() {
      for (const grant of [...byId.values()].filter(over)) {
        drop(grant);
        await store.db.deleteFrom('grants').where('id', '=', grant.id).execute();
      }
    },
  };
}
