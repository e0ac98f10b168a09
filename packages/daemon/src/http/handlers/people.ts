// What people do: answer approvals, make and revoke grants, let a held session go on.
import { actorName, approvalIdSchema, grantIdSchema, type LimitsView, sessionIdSchema } from '@castellan/contract';
import { makeGrant, type Parts } from '../../surfaces/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';
import type { Resolve } from './resolve.ts';

type PeopleHandlers = Pick<
  Handlers,
  'approvals' | 'approval' | 'resolve' | 'grants' | 'grant' | 'revokeGrant' | 'limits' | 'resume'
>;

/** Only those that asked at all. */
function modelUse({ agents, work, records }: Parts): LimitsView['models'] {
  const { tally } = records;
  const some = ({ requests }: { readonly requests: number }): boolean => requests > 0;
  return {
    agents: agents
      .list()
      .filter(({ revokedAt }) => revokedAt === null)
      .map(({ id, name }) => ({ agent: id, agentName: name, ...tally.asked('agent', id) }))
      .filter(some),
    tasks: work
      .open()
      .tasks.map(({ id, agent, title }) => {
        const agentName = agents.get(agent)?.name ?? agent;
        return { task: id, title, agent, agentName, ...tally.asked('task', id) };
      })
      .filter(some),
  };
}

export function peopleHandlers(parts: Parts, resolve: Resolve): PeopleHandlers {
  const { approvals, desk, grants, records, clock, agents, limits, work } = parts;
  return {
    approvals: () => ({ approvals: [...desk.shown(approvals.list())] }),
    approval({ params }) {
      const id = approvalIdSchema.safeParse(params.id);
      const approval = id.success ? approvals.get(id.data) : null;
      if (approval === null)
        throw new Refused('not_found', 'no such approval', { hint: '`castellan pending` lists what waits' });
      return approval;
    },
    resolve: ({ params, body, actor }) => resolve(params.id ?? '', body, actor),
    grants: () => ({ grants: [...grants.list()] }),
    async grant({ body, actor }) {
      const agent = agents.get(body.agent);
      if (agent === null || agent.revokedAt !== null)
        throw new Refused('bad_request', '`agent`: no such agent is connected', {
          hint: '`castellan agents` lists them',
        });
      const width =
        body.arguments.length === 0 && body.families === undefined ? 'any arguments' : 'the arguments given';
      return makeGrant(
        parts,
        body,
        actorName(actor),
        `${agent.name} may use ${body.module}/${body.tool} with ${width}`,
      );
    },
    limits: () => ({ ...limits.view(), models: modelUse(parts) }),
    resume({ params }) {
      const id = sessionIdSchema.safeParse(params.id);
      if (!id.success || work.get(id.data) === null)
        throw new Refused('not_found', 'no such session is open', { hint: '`castellan limits` lists them' });
      return { session: id.data, was: limits.resume(id.data) };
    },
    async revokeGrant({ params, actor }) {
      const id = grantIdSchema.safeParse(params.id);
      const grant = id.success ? await grants.revoke(id.data) : null;
      if (grant === null)
        throw new Refused('not_found', 'no such grant in force', { hint: '`castellan grants` lists them' });
      await records.record({
        kind: 'grant',
        at: clock.now(),
        grant: grant.id,
        change: 'revoked',
        by: actorName(actor),
        text: grant.text,
      });
      return grant;
    },
  };
}
