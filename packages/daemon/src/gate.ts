// The road. Every call of every surface takes these steps in this order, and nothing else decides.
// Between `analyse` and `decide` the call is counted and what its task brought along is gathered, once and in one step.
// INVARIANT: `run` is only ever returned after the attempt, and where a person was asked the answer, are on disk.
import type { Approval, Call, Decision, Effect, Grant, Reason, Verdict } from '@castellan/contract';
import { criticalAsked } from './approvals/index.ts';
import type { Look } from './changes/index.ts';
import type { Circumstances, Maker } from './circumstances.ts';
import { canceled, denied, notRecorded, run, shown, timedOut } from './gate-answers.ts';

export interface Road {
  /** 2: what would it do? */
  analyse(call: Call): readonly Effect[];
  /** What is around a call that nobody makes: counts nothing, remembers nothing. */
  foresee(call: Call, effects: readonly Effect[]): Circumstances;
  /** Counts the call against its budgets and looks for labelled content in its arguments. Synchronous: no call slips by. */
  gather(call: Call, effects: readonly Effect[], maker: Maker): Circumstances;
  /** 3: rules, levels, grants, limits → verdict. Pure; never throws. */
  decide(call: Call, effects: readonly Effect[], around: Circumstances): Verdict;
  /** Uses the quotas of a call that was not refused outright; in the same step as `gather`. */
  count(call: Call, verdict: Verdict): void;
  /** Why nothing of its agent may run now; null: it may. Asked once more in the step in which a call is let through. */
  stopped(call: Call): Reason | null;
  /** Counts the use of the grant that allowed it. */
  useGrant(id: Grant['id']): Promise<void>;
  /** 4: durable before anything runs; rejects when it cannot be. */
  recordAttempt(call: Call, effects: readonly Effect[], around: Circumstances, verdict: Verdict): Promise<void>;
  /** What its writes would change, read now. */
  look(call: Call, effects: readonly Effect[]): Look;
  /** 5: asks a person; settled and recorded when it resolves. Where they changed the arguments, the question is another. */
  approve(question: Question, signal: AbortSignal): Promise<Answered>;
  /** What an approval of a per-task call also allows, once it is certain that the answer still fits the question. */
  allowTask(call: Call, effects: readonly Effect[], verdict: Verdict, approval: Approval): Promise<void>;
  /** Just before it runs: keeps what it is about to change (U1). Why it must not run without that, where a person wants it kept. */
  keep(call: Call, effects: readonly Effect[], around: Circumstances): Promise<Reason | null>;
  /** 8: the outcome of what never ran. */
  recordRefusal(call: Call, decision: Extract<Decision, { kind: 'refused' }>): void;
  /** Tells the limits and the labels what was decided. */
  settle(call: Call, effects: readonly Effect[], around: Circumstances, decision: Decision): void;
  digest(call: Call): Approval['digest'];
}

/** A call that needs a person, with everything they are shown of it. */
export interface Question {
  readonly call: Call;
  readonly effects: readonly Effect[];
  readonly around: Circumstances;
  readonly verdict: Verdict;
  readonly look: Look;
}

/** An answer and what it is an answer to. */
export interface Answered {
  readonly question: Question;
  readonly approval: Approval;
}

/** Decides one call. `signal` ends when whoever asked has gone away. */
export async function decideCall(call: Call, road: Road, signal: AbortSignal, maker: Maker): Promise<Decision> {
  const effects = road.analyse(call);
  const around = road.gather(call, effects, maker);
  const verdict = road.decide(call, effects, around);
  road.count(call, verdict);
  const { decision: passed, judged } = await passage({ call, effects, around, verdict }, road, signal);
  const ready = await kept(passed, judged, road);
  const stopped = ready.kind === 'refused' ? null : road.stopped(call);
  const decision = stopped === null ? ready : denied(call, [stopped, ...verdict.reasons], 'rule');
  if (decision.kind === 'refused' && decision.refusal !== 'not-recorded') road.recordRefusal(call, decision);
  road.settle(judged.call, judged.effects, judged.around, decision);
  return decision;
}

/** The verdict a call would have: nothing is counted, recorded or asked. */
export function foreseeCall(call: Call, road: Road): Verdict {
  const effects = road.analyse(call);
  return road.decide(call, effects, road.foresee(call, effects));
}

type Judged = Omit<Question, 'look'>;

/** The decision and the call it is about: a person may have made another of it. */
interface Passed {
  readonly decision: Decision;
  readonly judged: Judged;
}

async function passage(judged: Judged, road: Road, signal: AbortSignal): Promise<Passed> {
  const { call, effects, around, verdict } = judged;
  const as = (decision: Decision): Passed => ({ decision, judged });
  const grant = verdict.outcome === 'allow' ? verdict.grant : undefined;
  try {
    if (grant !== undefined) await road.useGrant(grant as Grant['id']);
    await road.recordAttempt(call, effects, around, verdict);
  } catch (error) {
    return as(notRecorded(call, verdict, error));
  }
  switch (verdict.outcome) {
    case 'allow':
      return as(run(call, road.digest(call), verdict, grant === undefined ? 'auto-allowed' : 'grant'));
    case 'ask':
      return as(shown(call, road.digest(call), verdict));
    case 'deny':
      return as(denied(call, verdict.reasons, 'rule'));
    case 'confirm': {
      const { question, approval } = await road.approve({ ...judged, look: road.look(call, effects) }, signal);
      return { decision: await afterAnswer(question, approval, road), judged: question };
    }
  }
}

async function kept(decision: Decision, { call, effects, around, verdict }: Judged, road: Road): Promise<Decision> {
  if (decision.kind === 'refused') return decision;
  const missing = await road.keep(call, effects, around);
  return missing === null ? decision : denied(call, [missing, ...verdict.reasons], 'rule');
}

async function afterAnswer(question: Question, approval: Approval, road: Road): Promise<Decision> {
  const { call, effects, verdict } = question;
  const { state } = approval;
  switch (state.kind) {
    case 'approved': {
      const moved = stillHolds(question, road);
      if (moved !== null) return moved;
      await road.allowTask(call, effects, verdict, approval);
      return run(call, road.digest(call), verdict, 'user-approved', state.edited !== undefined);
    }
    case 'denied':
      return denied(call, verdict.reasons, 'user-denied', state.reason);
    case 'timed-out':
      return timedOut(call, verdict);
    case 'cancelled':
      return canceled(call, verdict, state.why);
    case 'pending':
    case 'queued':
      return canceled(call, verdict, 'the question was left unanswered');
  }
}

/**
 * A person may take minutes. The world may move (a link is swapped, the file on the card is another by now) and the policy
 * may tighten (a user's deny must reach a call that waits). Then the answer no longer fits the question.
 */
function stillHolds({ call, effects, around, verdict: asked, look }: Question, road: Road): Decision | null {
  const now = road.analyse(call);
  const verdict = road.decide(call, now, around);
  if (verdict.outcome === 'deny') return denied(call, verdict.reasons, 'rule');
  // Whoever answered was not asked what a Critical rule asks for: a person, and their second factor.
  const sterner = criticalAsked(verdict) && !criticalAsked(asked);
  const same = JSON.stringify(now) === JSON.stringify(effects) && road.look(call, now).digest === look.digest;
  if (same && !sterner) return null;
  const moved: Reason = {
    source: 'error',
    part: 'floor',
    id: 'changed-while-waiting',
    outcome: 'deny',
    text: sterner
      ? 'a Critical rule asks about this call now, which it did not when it was asked'
      : 'what the call would do changed while it waited for an answer',
    remedy: 'try again; the new call is asked about as it is now',
  };
  return denied(call, [moved, ...verdict.reasons], 'rule');
}
