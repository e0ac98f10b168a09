// What people do: answer approvals, make and revoke grants, let a held session go on.
import {
  type Approval,
  actorName,
  approvalIdSchema,
  grantIdSchema,
  type LimitsView,
  sessionIdSchema,
} from '@castellan/contract';
import type { ResolveResult } from '../../approvals/index.ts';
import { makeGrant, type Parts } from '../../surfaces/index.ts';
import { Refused } from '../answer.ts';
import type { Handlers } from '../server.ts';

type PeopleHandlers = Pick<
  Handlers,
  'approvals' | 'approval' | 'resolve' | 'grants' | 'grant' | 'revokeGrant' | 'limits' | 'resume'
>;

function whoDecided({ state }: Approval): { readonly by: string; readonly at: number } {
  switch (state.kind) {
    case 'approved':
    case 'denied':
      return { by: state.by, at: state.at };
    case 'timed-out':
      return { by: 'timeout', at: state.at };
    case 'cancelled':
      return { by: 'cancelled', at: state.at };
    case 'pending':
    case 'queued':
      return { by: 'nobody', at: 0 };
  }
}

function resolved(result: ResolveResult): Approval {
  switch (result.kind) {
    case 'resolved':
      return result.approval;
    case 'not-found':
      throw new Refused('not_found', 'no such approval', { hint: '`castellan pending` lists what waits' });
    case 'already-resolved': {
      const { by, at } = whoDecided(result.approval);
      throw new Refused('already_resolved', `already ${result.approval.state.kind} by ${by}`, { by, at });
    }
    case 'queued':
      throw new Refused('conflict', `\`${result.behind}\` waits for the same thing and must be answered first`, {
        hint: `answer ${result.behind}`,
      });
    case 'other-digest':
      throw new Refused('conflict', 'the digest is not that of the call that waits', {
        hint: 'look at the approval again: what you saw is not what would run',
      });
    case 'edit-refused':
      throw new Refused('bad_request', `\`arguments\`: ${result.message}`, {
        hint: 'change them, or approve the call as it is, or deny it',
      });
    case 'not-recorded':
      throw new Refused('not_recorded', `the answer could not be recorded, so the call did not run: ${result.message}`);
  }
}

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

export function peopleHandlers(parts: Parts): PeopleHandlers {
  const { approvals, grants, records, clock, agents, redactor, limits, work } = parts;
  return {
    approvals: () => ({ approvals: [...approvals.list()] }),
    approval({ params }) {
      const id = approvalIdSchema.safeParse(params.id);
      const approval = id.success ? approvals.get(id.data) : null;
      if (approval === null)
        throw new Refused('not_found', 'no such approval', { hint: '`castellan pending` lists what waits' });
      return approval;
    },
    async resolve({ params, body, actor }) {
      const id = approvalIdSchema.safeParse(params.id);
      if (!id.success)
        throw new Refused('not_found', 'no such approval', { hint: '`castellan pending` lists what waits' });
      const wanted = body.answer === 'approve' ? body.grant : undefined;
      const suggestion = approvals.get(id.data)?.suggestions.find(({ key }) => key === wanted);
      if (wanted !== undefined && suggestion === undefined)
        throw new Refused('bad_request', `\`grant\`: no suggestion \`${redactor.text(wanted).slice(0, 40)}\``, {
          hint: 'the approval lists its suggestions',
        });
      if (body.answer === 'approve' && body.arguments !== undefined && wanted !== undefined)
        throw new Refused('bad_request', '`grant`: an edited call cannot be granted for later as well', {
          hint: 'approve the edit alone; make a grant with the next call',
        });
      // The agent is told what the person wrote.
      const answer =
        body.answer === 'deny' && body.reason !== undefined ? { ...body, reason: redactor.text(body.reason) } : body;
      const approval = resolved(await approvals.resolve(id.data, answer, actor));
      if (suggestion !== undefined) await makeGrant(parts, suggestion.grant, actorName(actor), suggestion.text);
      return approval;
    },
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
