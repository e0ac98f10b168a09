// Calls as traces: the trace is the task, a call one span, and below it what was decided, the answer of a person and the run.
// Ids are made of ids, so that spans of one call find each other wherever and whenever they were sent, and twice is once.
// A call is a span when its outcome is known: what began it is remembered, or looked for.
import type { AttemptRecord, LedgerRecord } from '@castellan/contract';
import type { Evidence } from './evidence.ts';
import { fieldsOf } from './fields.ts';
import { attributesOf, hexId, type KeyValue, nanos, traceOf } from './otlp.ts';

/** `Span.SpanKind`. */
const INTERNAL = 1;
const CLIENT = 3;
/** `Status.StatusCode`. */
const UNSET = 0;
const OK = 1;
const ERROR = 2;

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly status: { readonly code: number; readonly message?: string };
}

const statusOf = ({ record }: Evidence): Span['status'] => {
  const { status, text } = fieldsOf(record);
  if (status === 'unknown') return { code: UNSET };
  return status === 'success' ? { code: OK } : { code: ERROR, message: text.slice(0, 500).toWellFormed() };
};

const isWaiting = (record: LedgerRecord): boolean =>
  record.kind === 'approval' && (record.state.kind === 'pending' || record.state.kind === 'queued');

/** The spans that a record completes. @param attempt what began the call that it belongs to. */
export function spansOf(evidence: Evidence, attempt: AttemptRecord | null): readonly Span[] {
  const { index, record } = evidence;
  const tool = attempt === null ? 'call' : `${attempt.module}/${attempt.tool}`;
  const began = Math.min(attempt?.at ?? record.at, record.at);
  const span = (spanId: string, name: string, startAt: number, parent: string | undefined): Span => ({
    traceId: traceOf(evidence, attempt),
    spanId: hexId(8, spanId),
    ...(parent === undefined ? {} : { parentSpanId: hexId(8, parent) }),
    name,
    kind: INTERNAL,
    startTimeUnixNano: nanos(startAt),
    endTimeUnixNano: nanos(record.at),
    attributes: attributesOf(evidence),
    status: statusOf(evidence),
  });
  switch (record.kind) {
    case 'attempt':
      return [span(`${record.call} decide`, `decide ${tool}`, record.at, record.call)];
    case 'approval':
      return isWaiting(record) ? [] : [span(record.approval, `approval ${record.state.kind}`, began, record.call)];
    case 'outcome': {
      const call = span(record.call, tool, began, undefined);
      if (record.durationMs === undefined) return [call];
      return [
        call,
        span(`${record.call} run`, `run ${tool}`, Math.max(began, record.at - record.durationMs), record.call),
      ];
    }
    case 'model':
      return [
        {
          ...span(`record ${index}`, `model ${record.upstream}`, record.at - record.durationMs, undefined),
          kind: CLIENT,
        },
      ];
    case 'connection':
      return [
        {
          ...span(`record ${index}`, `connect ${record.host}`, record.at - record.durationMs, record.call),
          kind: CLIENT,
        },
      ];
    default:
      return [];
  }
}
