// What the screens show of what happened: activity, how tiring the asking is, the checklist and what is mended of it.
import { type AgentId, type TaskId, taskSchema } from '@castellan/contract';
import { summarise } from '@castellan/policy';
import { activityPage, type CheckFacts, checksOf, fatigueOf, promptsOf } from '../../insight/index.ts';
import type { Mender } from '../../mending/index.ts';
import type { Parts } from '../../surfaces/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';
import { queryOf } from './ledger.ts';

type InsightHandlers = Pick<Handlers, 'activity' | 'fatigue' | 'checks' | 'mend'>;

export interface InsightHost {
  readonly parts: Parts;
  readonly facts: () => Promise<CheckFacts>;
  readonly mender: Pick<Mender, 'mend'>;
}

/** Titles of tasks, of those that ended too. */
async function titlesOf({ store }: Parts, ids: readonly TaskId[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await store.db.selectFrom('tasks').select(['id', 'data']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, data }) => [id, taskSchema.parse(JSON.parse(data)).title]));
}

export function insightHandlers({ parts, facts, mender }: InsightHost): InsightHandlers {
  const { records, search, agents, policy, clock } = parts;
  const agentName = (id: AgentId): string => agents.get(id)?.name ?? id;
  return {
    activity: ({ query }) =>
      activityPage(query, queryOf(query.q), {
        calls: records.calls,
        find: (asked) => search.find(asked),
        behind: () => search.behind,
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
    checks: async () => ({ checks: checksOf(await facts()) }),
    async mend({ params, actor }) {
      // What mends holds agents: a program of theirs must not be who says when.
      if (actor.kind !== 'person') throw new Refused('not_permitted', 'only a person has something mended');
      const answer = await mender.mend(params.id ?? '', actor);
      switch (answer.kind) {
        case 'done':
          return { done: [...answer.done], item: answer.item };
        case 'unknown':
          throw new Refused('not_found', 'the checklist has no such item', { hint: '`castellan doctor` shows them' });
        case 'not-ours': {
          const { state, fix } = answer.item;
          throw state === 'good'
            ? new Refused('conflict', 'there is nothing to do')
            : new Refused('conflict', 'a person must do this', { hint: fix });
        }
      }
    },
  };
}
