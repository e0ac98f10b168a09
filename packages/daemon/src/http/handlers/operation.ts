// Panic, the way back, incidents. INVARIANT: whoever may declare a panic may not end it; ending it needs an admin, and their second
// factor as soon as anybody here has one.
import { actorName, type Incident, recoveryStepSchema } from '@castellan/contract';
import { type CriticalRefusal, criticalRefusal, factorsInUse } from '../../identity/index.ts';
import { markdownOf } from '../../incidents/index.ts';
import type { Operation } from '../../standstill/index.ts';
import type { Parts } from '../../surfaces/index.ts';
import { type Context, Refused } from '../answer.ts';
import { fromOf } from '../asking.ts';
import { proofsOver } from '../proof.ts';
import type { Handlers } from '../server.ts';

type OperationHandlers = Pick<
  Handlers,
  | 'panic'
  | 'recovery'
  | 'recover'
  | 'incidents'
  | 'incident'
  | 'openIncident'
  | 'incidentReport'
  | 'noteIncident'
  | 'closeIncident'
>;

const WHY: Readonly<Record<CriticalRefusal, string>> = {
  'not-a-person': 'only a person leads back from a panic',
  'factor-required': 'ending a panic needs your second factor',
  'factor-missing': 'ending a panic needs a second factor, and you have none: add one in your account first',
};
const HINT = 'send it with the step: `castellan recover STEP` asks for it';

export function operationHandlers(
  { panic, recovery, incidents, report, runbook }: Operation,
  parts: Pick<Parts, 'people' | 'factors' | 'standstill' | 'alarms'>,
): OperationHandlers {
  const proofs = proofsOver(parts.people, parts.factors);
  const found = ({ id = '' }: { readonly [name: string]: string }): Incident => {
    const incident = incidents.get(id);
    if (incident !== null) return incident;
    throw new Refused('not_found', 'no such incident', { hint: '`castellan incidents` lists them' });
  };
  const added = async (step: Parameters<typeof incidents.add>[0]): Promise<Incident> => {
    const incident = await incidents.add(step);
    if (incident === null) throw new Refused('failed', 'the incident is gone');
    return incident;
  };
  /** Proved over their account: what it is asked for stands in the ledger beside it. */
  const shown = async (
    context: Pick<Context<unknown, unknown>, 'actor' | 'request' | 'headers'>,
    proof: Parameters<typeof proofs.factor>[2] | undefined,
  ) => {
    const { actor } = context;
    if (proof === undefined || actor.kind !== 'person') return null;
    return proofs.factor(actor, fromOf(context), proof, { kind: 'account', user: actor.user }, 'factor_required');
  };
  return {
    async panic({ body, actor }) {
      const keep = actor.kind === 'person' ? actor.signIn : null;
      return { ...(await panic.declare(actor, { ...body, keep })), runbook: runbook() };
    },
    recovery: () => recovery.view(),
    async recover(context) {
      const { params, body, actor } = context;
      const step = recoveryStepSchema.safeParse(params.step);
      if (!step.success)
        throw new Refused('not_found', 'no such step', { hint: '`castellan recover` shows the steps that there are' });
      const opens = step.data === 'close' || body.scripts.length + body.schedules.length > 0;
      const factor = await shown(context, body.factor);
      const why = opens ? criticalRefusal(actor, factor, parts.factors, factorsInUse(parts.factors)) : null;
      if (why !== null) throw new Refused('factor_required', WHY[why], { hint: HINT });
      // A factor takes a while to look at, and the sign-in may have been ended meanwhile: a panic ends them all.
      if (actor.kind === 'person' && parts.people.now(actor.signIn) === null)
        throw new Refused('not_authenticated', 'what you came in with has ended', { hint: 'sign in again' });
      const taken = await recovery.take(step.data, body, actor, factor);
      if (!taken.ok) throw new Refused(taken.code, taken.message, { hint: taken.hint });
      return recovery.view();
    },
    incidents: () => ({ incidents: [...incidents.list()] }),
    incident: ({ params }) => found(params),
    openIncident({ body, actor }) {
      const alarm = body.alarm === undefined ? null : parts.alarms.open().find(({ id }) => id === body.alarm);
      if (alarm === undefined)
        throw new Refused('not_found', 'no such alarm is open', { hint: '`castellan alarms` lists them' });
      const text = alarm === null ? body.text : `${body.text} (alarm: ${alarm.text})`;
      const id = incidents.newId();
      const cause = alarm === null ? 'person' : 'alarm';
      return added({ incident: id, change: 'opened', by: actorName(actor), cause, text: text.slice(0, 1000) });
    },
    async incidentReport({ params }) {
      const made = await report(found(params));
      return { report: made, markdown: markdownOf(made) };
    },
    noteIncident: ({ params, body, actor }) =>
      added({ incident: found(params).id, change: 'note', by: actorName(actor), text: body.text }),
    closeIncident({ params, body, actor }) {
      const incident = found(params);
      if (incident.closedAt !== null) throw new Refused('conflict', 'it is closed already');
      if (incident.declared > 0 && parts.standstill.isInForce)
        throw new Refused('conflict', 'a panic is in force', { hint: 'walk back from it: `castellan recover`' });
      return added({ incident: incident.id, change: 'closed', by: actorName(actor), text: body.text });
    },
  };
}
