// The forms as a table: what a record becomes, how such texts are put into one file, and how into one message to a collector.
import type { AttemptRecord, ExportForm } from '@castellan/contract';
import { cefLine } from './cef.ts';
import { CSV_HEAD, csvLine } from './csv.ts';
import type { Evidence } from './evidence.ts';
import { jsonOnOneLine } from './json-line.ts';
import { jsonLine } from './jsonl.ts';
import { ocsfLine } from './ocsf.ts';
import { logRecord, logsRequest, traceRequest } from './otlp.ts';
import { spansOf } from './otlp-traces.ts';
import { framed, type SyslogSource, syslogMessage } from './syslog.ts';

export interface Form {
  /** Of a file. */
  readonly type: string;
  /** Before everything, where the form has a first line; with its line end. */
  readonly head: string;
  readonly end: '\n' | '\r\n';
  /** Whether the call that a record belongs to is asked for. */
  readonly needsAttempt: boolean;
  /** None: this form has no place for such a record. */
  items(evidence: Evidence, attempt: AttemptRecord | null): readonly string[];
  /** What one record is in a file, without its line end. */
  line(items: readonly string[]): string;
  /** What many records are on their way to a collector. */
  message(items: readonly string[]): string;
}

export interface FormsFrom extends SyslogSource {
  readonly version: string;
}

const lines = (
  type: string,
  line: (evidence: Evidence) => string,
  { head = '', end = '\n' }: { readonly head?: string; readonly end?: '\n' | '\r\n' } = {},
): Form => ({
  type,
  head,
  end,
  needsAttempt: false,
  items: (evidence) => [line(evidence)],
  line: (items) => items.join(end),
  message: (items) => items.map((item) => `${item}${end}`).join(''),
});

/** The seven forms, of this daemon. */
export function formsOf({ version, ...source }: FormsFrom): Readonly<Record<ExportForm, Form>> {
  const otlp = { type: 'application/x-ndjson', head: '', end: '\n', needsAttempt: true } as const;
  const logs = (items: readonly string[]): string => logsRequest(items, version);
  const traces = (items: readonly string[]): string => traceRequest(items, version);
  return {
    jsonl: lines('application/x-ndjson', jsonLine),
    csv: lines('text/csv; charset=utf-8; header=present', csvLine, { head: `${CSV_HEAD}\r\n`, end: '\r\n' }),
    ocsf: lines('application/x-ndjson', (evidence) => ocsfLine(evidence, version)),
    cef: lines('text/plain; charset=utf-8', (evidence) => cefLine(evidence, version)),
    syslog: {
      ...lines('text/plain; charset=utf-8', (evidence) => syslogMessage(evidence, source)),
      message: (items) => items.map(framed).join(''),
    },
    'otlp-logs': {
      ...otlp,
      items: (evidence, attempt) => [jsonOnOneLine(logRecord(evidence, attempt))],
      line: logs,
      message: logs,
    },
    'otlp-traces': {
      ...otlp,
      items: (evidence, attempt) => spansOf(evidence, attempt).map((span) => jsonOnOneLine(span)),
      line: traces,
      message: traces,
    },
  };
}
