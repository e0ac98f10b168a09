// The road. Every call of every surface takes these steps in this order, and nothing else decides.
// INVARIANT: `run` is only ever returned after the attempt, and where a person was asked the answer, are on disk.
import type { Approval, Call, Decision, Effect, Grant, Reason, Verdict } from '@castellan/contract';
import { canceled, denied, notRecorded, run, shown, timedOut } from './gate-answers.ts';

export interface Road {
  /** 2: what would it do? */
  analyse(call: Call): readonly Effect[];
  /** 3: rules, levels, grants → verdict. Pure; never throws. */
  decide(call: Call, effects: readonly Effect[]): Verdict;
  /** Counts the use of the grant that allowed it. */
  useGrant(id: Grant['id']): Promise<void>;
  /** 4: durable before anything runs; rejects when it cannot be. */
  recordAttempt(call: Call, effects: readonly Effect[], verdict: Verdict): Promise<void>;
  /** 5: asks a person; settled and recorded when it resolves. */
  approve(call: Call, effects: readonly Effect[], verdict: Verdict, signal: AbortSignal): Promise<Approval>;
  /** What an approval of a per-task call also allows, once it is certain that the answer still fits the question. */
  allowTask(call: Call, effects: readonly Effect[], verdict: Verdict, approval: Approval): Promise<void>;
  /** 8: the outcome of what never ran. */
  recordRefusal(call: Call, decision: Extract<Decision, { kind: 'refused' }>): void;
  digest(call: Call): Approval['digest'];
}

/** Decides one call. `signal` ends when whoever asked has gone away. */
export async function decideCall(call: Call, road: Road, signal: AbortSignal): Promise<Decision> {
  const decision = await passage(call, road, signal);
  if (decision.kind === 'refused' && decision.refusal !== 'not-recorded') road.recordRefusal(call, decision);
  return decision;
}

async function passage(call: Call, road: Road, signal: AbortSignal): Promise<Decision> {
  const effects = road.analyse(call);
  const verdict = road.decide(call, effects);
  const grant = verdict.outcome === 'allow' ? verdict.grant : undefined;
  try {
    if (grant !== undefined) await road.useGrant(grant as Grant['id']);
    await road.recordAttempt(call, effects, verdict);
  } catch (error) {
    return notRecorded(call, verdict, error);
  }
  switch (verdict.outcome) {
    case 'allow':
      return run(call, road.digest(call), verdict, grant === undefined ? 'auto-allowed' : 'grant');
    case 'ask':
      return shown(call, road.digest(call), verdict);
    case 'deny':
      return denied(call, verdict.reasons, 'rule');
    case 'confirm':
      return afterAnswer(call, effects, verdict, await road.approve(call, effects, verdict, signal), road);
  }
}

async function afterAnswer(
  call: Call,
  effects: readonly Effect[],
  verdict: Verdict,
  approval: Approval,
  road: Road,
): Promise<Decision> {
  const { state } = approval;
  switch (state.kind) {
    case 'approved': {
      const moved = stillHolds(call, effects, road);
      if (moved !== null) return moved;
      await road.allowTask(call, effects, verdict, approval);
      return run(call, approval.digest, verdict, 'user-approved');
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
 * A person may take minutes. The world may move (a link is swapped: the approved bytes would do something else) and the
 * policy may tighten (a user's deny must reach a call that waits). Then the answer no longer fits the question.
 */
function stillHolds(call: Call, effects: readonly Effect[], road: Road): Decision | null {
  const now = road.analyse(call);
  const verdict = road.decide(call, now);
  if (verdict.outcome === 'deny') return denied(call, verdict.reasons, 'rule');
  if (JSON.stringify(now) === JSON.stringify(effects)) return null;
  const moved: Reason = {
    source: 'error',
    part: 'floor',
    id: 'changed-while-waiting',
    outcome: 'deny',
    text: 'what the call would do changed while it waited for an answer',
    remedy: 'try again; the new call is asked about as it is now',
  };
  return denied(call, [moved, ...verdict.reasons], 'rule');
}
