// What Castellan counts of itself. What a record says is counted where it becomes durable; what only a clock knows is told by whoever
// holds the stopwatch.
import type { ApprovalState, DecidedBy, Decision, LedgerRecord } from '@castellan/contract';
import { Counter, type Family, Histogram } from './meter.ts';

/** Half a millisecond to ten seconds: a decision. */
const QUICK = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 2.5, 10];
/** A second to an hour: a person. */
const SLOW = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

/** Who was turned away: the kind of `actorName`, never the name. */
const WHO = new Set(['agent', 'model', 'person', 'program', 'token', 'link', 'notify', 'nobody']);
const kindOf = (who: string): string => {
  const [kind = ''] = who.split(/[: ]/, 1);
  return WHO.has(kind) ? kind : 'other';
};

const BY_PEOPLE: ReadonlySet<DecidedBy> = new Set<DecidedBy>(['user-approved', 'user-denied', 'timeout', 'cancelled']);

export class Metrics {
  readonly #decision = new Histogram('castellan_decision_seconds', 'Time to decide a call that asked nobody.', QUICK);
  readonly approvalWait = new Histogram('castellan_approval_wait_seconds', 'Time a question waited for its end.', SLOW);
  /** From `record` to durable. */
  readonly record = new Histogram('castellan_record_seconds', 'Time until a record is on disk.', QUICK);
  readonly requests = new Counter('castellan_http_requests_total', 'Requests by route and status.', [
    'route',
    'status',
  ]);
  readonly #calls = new Counter('castellan_calls_total', 'Calls by surface and verdict.', ['surface', 'verdict']);
  readonly #outcomes = new Counter('castellan_outcomes_total', 'What came of calls, and who decided.', [
    'status',
    'by',
  ]);
  readonly #refusals = new Counter('castellan_refusals_total', 'Requests turned away, by who asked.', ['who']);
  readonly #approvals = new Counter('castellan_approvals_total', 'Questions to a person, by how they ended.', [
    'answer',
  ]);
  readonly #alarms = new Counter('castellan_alarms_total', 'Alarms raised, by kind.', ['kind']);
  readonly #signIns = new Counter('castellan_sign_ins_total', 'Sign-ins, by what became of them.', ['change']);
  readonly #notices = new Counter('castellan_notices_total', 'Messages to people, by what became of them.', ['change']);
  readonly #records = new Counter('castellan_records_total', 'Records written, by kind.', ['kind']);

  /** One call that is decided. What a person took their time for is another metric. */
  decided(decision: Decision, ms: number): void {
    if (decision.kind === 'ask' || !BY_PEOPLE.has(decision.by)) this.#decision.observe(ms);
  }

  /** One record that is durable. */
  recorded(record: LedgerRecord): void {
    this.#records.add(record.kind);
    if (record.kind === 'attempt') this.#calls.add(record.origin, record.verdict.outcome);
    else if (record.kind === 'outcome') this.#outcomes.add(record.status, record.by);
    else if (record.kind === 'refusal') this.#refusals.add(kindOf(record.who));
    else if (record.kind === 'approval') this.#answered(record.state.kind);
    else if (record.kind === 'alarm' && record.alarm.endedAt === null) this.#alarms.add(record.alarm.kind);
    else if (record.kind === 'sign-in') this.#signIns.add(record.change);
    else if (record.kind === 'notice') this.#notices.add(record.change);
  }

  families(): readonly Family[] {
    return [
      ...[this.#decision, this.approvalWait, this.record],
      ...[this.requests, this.#calls, this.#outcomes, this.#refusals, this.#approvals],
      ...[this.#alarms, this.#signIns, this.#notices, this.#records],
    ].map((metric) => metric.family());
  }

  #answered(kind: ApprovalState['kind']): void {
    if (kind !== 'pending' && kind !== 'queued') this.#approvals.add(kind);
  }
}
