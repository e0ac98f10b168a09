// What each end of the road says happened, in one line. Denied, timed out and cancelled read differently, because an agent
// that takes silence for "try another way" is what we are here to stop; what it may do next, its adapter adds (H4).
import type { Call, DecidedBy, Decision, Reason, Verdict } from '@castellan/contract';
import { REPEATED, STOPPED } from './limits/index.ts';

type Refused = Extract<Decision, { kind: 'refused' }>;

const deciding = (reasons: readonly Reason[]): string => {
  const [first] = reasons;
  if (first === undefined) return 'no reason was given';
  return first.remedy === undefined ? first.text : `${first.text} (${first.remedy})`;
};

/** @param edited a person changed its arguments: the agent must know that it did not run as it was asked. */
export function run(call: Call, digest: string, verdict: Verdict, by: DecidedBy, edited = false): Decision {
  const approved = edited
    ? 'a person changed the arguments of this call and approved it: it runs with theirs'
    : 'a person approved this call';
  const how = by === 'user-approved' ? approved : by === 'grant' ? 'allowed by a grant' : 'allowed';
  return {
    kind: 'run',
    call: call.id,
    message: `castellan: ${how}`,
    reasons: verdict.reasons,
    digest: digest as Extract<Decision, { kind: 'run' }>['digest'],
    arguments: call.arguments,
    by,
  };
}

export function shown(call: Call, digest: string, verdict: Verdict): Decision {
  return {
    kind: 'ask',
    call: call.id,
    message: `castellan: ${deciding(verdict.reasons)}`,
    reasons: verdict.reasons,
    digest: digest as Extract<Decision, { kind: 'ask' }>['digest'],
    arguments: call.arguments,
  };
}

const refused = (
  call: Call,
  reasons: readonly Reason[],
  refusal: Refused['refusal'],
  by: DecidedBy,
  message: string,
): Refused => ({
  kind: 'refused',
  call: call.id,
  message,
  reasons,
  refusal,
  by,
});

export function denied(call: Call, reasons: readonly Reason[], by: 'rule' | 'user-denied', said?: string): Refused {
  const why =
    by === 'user-denied'
      ? `denied by a person${said === undefined ? '' : `, who says: ${said}`}`
      : `denied: ${deciding(reasons)}`;
  // An agent that repeats itself did not read the reason: what to do instead comes first, and that it is stopped last.
  const again = reasons.find(({ id, part }) => part === 'advice' && id === REPEATED);
  const stopped = reasons.find(({ id, source }, index) => index > 0 && id === STOPPED && source === 'turn');
  const message = [again?.text, why, stopped === undefined ? undefined : deciding([stopped])]
    .filter((part) => part !== undefined)
    .join('; ');
  return refused(call, reasons, 'denied', by, message);
}

export const timedOut = (call: Call, verdict: Verdict): Refused =>
  refused(call, verdict.reasons, 'timed-out', 'timeout', 'timed out: nobody answered in time, which is not consent');

export const canceled = (call: Call, verdict: Verdict, why: string): Refused =>
  refused(call, verdict.reasons, 'cancelled', 'cancelled', `cancelled: ${why}`);

export function notRecorded(call: Call, verdict: Verdict, error: unknown): Refused {
  const why = error instanceof Error ? error.message : 'the ledger failed';
  return refused(call, verdict.reasons, 'not-recorded', 'error', `the call could not be recorded: ${why}`);
}

/** A bug on the road: refused like everything else that cannot be vouched for. */
export const failed = (call: Call, error: unknown): Refused =>
  refused(call, [], 'failed', 'error', `the gate failed: ${error instanceof Error ? error.message : 'unknown error'}`);
