// The questions of the last day, from the ledger: each answer with the attempt it belongs to.
import type { AttemptRecord, LedgerRecord } from '@castellan/contract';
import type { CallIndex } from '../store/index.ts';
import { DAY_MS, type Prompt } from './fatigue.ts';

interface PromptRooms {
  readonly calls: CallIndex;
  at(positions: readonly number[]): Promise<readonly { readonly record: LedgerRecord }[]>;
  agentName(agent: AttemptRecord['agent']): string;
  /** Whether what it asks counts: a test call tires nobody. */
  counts(agent: AttemptRecord['agent']): boolean;
}

/** More in a day is more than anybody answers; the newest count. */
const MOST = 2000;
/** What no level and no grant takes away. */
const FORCED: ReadonlySet<string> = new Set(['critical-rule', 'user-deny', 'module-deny', 'strict-rule']);

export async function promptsOf(
  { calls, at, agentName, counts }: PromptRooms,
  now: number,
): Promise<readonly Prompt[]> {
  const approvals = (await at(calls.approvalsSince(now - DAY_MS, MOST))).flatMap(({ record }) =>
    record.kind === 'approval' ? [record] : [],
  );
  const attempts = new Map<string, AttemptRecord>();
  for (const { record } of await at(calls.attemptsOf(approvals.map(({ call }) => call))))
    if (record.kind === 'attempt') attempts.set(record.call, record);
  return approvals.flatMap(({ call, state, at: answeredAt }) => {
    const attempt = attempts.get(call);
    if (attempt === undefined || state.kind === 'pending' || state.kind === 'queued') return [];
    const { agent, module, tool, verdict } = attempt;
    // What a person began is no question that was put to them.
    if (!counts(agent) || module === 'castellan') return [];
    const forced = verdict.reasons.some(({ source }) => FORCED.has(source));
    return [
      { agent, agentName: agentName(agent), module, tool, askedAt: attempt.at, answer: state.kind, answeredAt, forced },
    ];
  });
}
