// The one way an approval is answered over HTTP, by whichever route or message the answer came.
import {
  type Actor,
  type Approval,
  type ApprovalId,
  actorName,
  approvalIdSchema,
  permits,
  type ResolveRequest,
} from '@castellan/contract';
import type { ResolveResult, ShownFactor } from '../../approvals/index.ts';
import type { CriticalRefusal } from '../../identity/index.ts';
import { makeGrant, type Parts } from '../../surfaces/index.ts';
import { Refused } from '../answer.ts';
import { proofsOver } from '../proof.ts';

export function whoDecided({ state }: Approval): { readonly by: string; readonly at: number } {
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
    case 'critical':
      throw critical(result.why);
    case 'not-recorded':
      throw new Refused('not_recorded', `the answer could not be recorded, so the call did not run: ${result.message}`);
  }
}

function critical(why: CriticalRefusal): Refused {
  switch (why) {
    case 'not-a-person':
      return new Refused('not_permitted', 'a Critical rule asked about this call: only a person may approve it', {
        hint: 'sign in and approve there',
      });
    case 'factor-required':
      return new Refused(
        'factor_required',
        'a Critical rule asked about this call: approving it needs your second factor',
        {
          hint: 'send `factor` with the answer',
        },
      );
    case 'factor-missing':
      return new Refused(
        'factor_required',
        'a Critical rule asked about this call: approving it needs a second factor, and you have none',
        { hint: 'add a passkey or an authenticator app to your account' },
      );
  }
}

/** @throws Refused */
export type Resolve = (given: string, body: ResolveRequest, actor: Actor) => Promise<Approval>;

export function resolveOver(parts: Parts): Resolve {
  const { approvals, redactor, people } = parts;
  const proofs = proofsOver(people, parts.factors);
  /** The second factor that came with a yes. Looked at only where that yes would count: no code is used up for nothing. */
  const shownBy = async (actor: Actor, id: ApprovalId, body: ResolveRequest): Promise<ShownFactor | null> => {
    if (body.answer !== 'approve' || body.factor === undefined || actor.kind !== 'person') return null;
    const approval = approvals.get(id);
    if (approval?.state.kind !== 'pending' || approval.digest !== body.digest) return null;
    const { address, client } = people.signIns.get(actor.signIn) ?? { address: 'unknown', client: '' };
    const edited = body.arguments === undefined ? null : approvals.preview(id, body.arguments);
    if (edited?.kind === 'refused') return null;
    const digest = edited?.digest ?? body.digest;
    const purpose = { kind: 'approval', user: actor.user, approval: id, digest } as const;
    return proofs.factor(actor, { address, client }, body.factor, purpose, 'factor_required');
  };
  return async (given, body, actor) => {
    const id = approvalIdSchema.safeParse(given);
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
    if (body.answer === 'approve' && body.arguments !== undefined && actor.kind !== 'person')
      throw new Refused('not_permitted', '`arguments`: only a person edits a call', {
        hint: 'approve it as it is, or deny it',
      });
    // The agent is told what the person wrote.
    const answer =
      body.answer === 'deny' && body.reason !== undefined ? { ...body, reason: redactor.text(body.reason) } : body;
    const shown = await shownBy(actor, id.data, body);
    // A factor takes a while to look at, and the sign-in may have been ended meanwhile.
    const now = actor.kind === 'person' ? people.now(actor.signIn) : actor;
    if (now === null || (now.kind === 'person' && !permits(now, 'approvals:resolve')))
      throw new Refused('not_authenticated', 'what you came in with has ended', { hint: 'sign in again' });
    const grant =
      suggestion === undefined ? null : () => makeGrant(parts, suggestion.grant, actorName(actor), suggestion.text);
    return resolved(await approvals.resolve(id.data, answer, now, shown, grant));
  };
}
