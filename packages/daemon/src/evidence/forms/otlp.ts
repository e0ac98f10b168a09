// OpenTelemetry's JSON as protobuf maps it for OTLP: ids in hex, 64-bit numbers as strings, enumerations as numbers. One request
// of OTLP/HTTP is one line, as the file exporter writes them too.
import { hash } from 'node:crypto';
import type { AttemptRecord, Instant } from '@castellan/contract';
import type { Evidence } from './evidence.ts';
import { fieldsOf, type Severity } from './fields.ts';

type AnyValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly boolValue: boolean }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } };
export interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** A million nanoseconds make a millisecond, and no number of JavaScript holds that many. */
export const nanos = (at: Instant): string => `${Math.max(0, Math.round(at))}000000`;
export const hexId = (bytes: 8 | 16, name: string): string => hash('sha256', name, 'hex').slice(0, bytes * 2);

/** The trace of a task; of what belongs to none, one of its own. @param attempt the call it belongs to, where it has one. */
export const traceOf = ({ index, record }: Evidence, attempt: AttemptRecord | null): string => {
  const { task, call } = fieldsOf(record);
  const named = [attempt?.task ?? '', task, call].find((name) => name !== '');
  return hexId(16, `castellan ${named ?? `record ${index}`}`);
};

const texts = (value: string | readonly string[]): AnyValue =>
  typeof value === 'string'
    ? { stringValue: value.toWellFormed() }
    : { arrayValue: { values: value.map((each) => ({ stringValue: each.toWellFormed() })) } };

/** What is said of every record, empty ones left out. */
export function attributesOf({ index, leaf, record }: Evidence): readonly KeyValue[] {
  const { text: _, severity: __, ...fields } = fieldsOf(record);
  const said = Object.entries(fields).filter(([, value]) => value.length > 0);
  return [
    { key: 'castellan.index', value: { intValue: String(index) } },
    { key: 'castellan.leaf', value: { stringValue: leaf } },
    { key: 'castellan.kind', value: { stringValue: record.kind } },
    ...said.map(([name, value]) => ({ key: `castellan.${name}`, value: texts(value) })),
  ];
}

const resourceOf = (version: string) => ({
  attributes: [
    { key: 'service.name', value: { stringValue: 'castellan' } },
    { key: 'service.version', value: { stringValue: version } },
  ],
});
const scopeOf = (version: string) => ({ name: 'castellan.ledger', version });

/** `SeverityNumber`: INFO, INFO3, WARN, ERROR, FATAL. */
const SEVERITY: Readonly<Record<Severity, readonly [number, string]>> = {
  info: [9, 'INFO'],
  low: [11, 'INFO3'],
  medium: [13, 'WARN'],
  high: [17, 'ERROR'],
  critical: [21, 'FATAL'],
};

export function logRecord(evidence: Evidence, attempt: AttemptRecord | null) {
  const { record } = evidence;
  const { severity, text, call } = fieldsOf(record);
  const [severityNumber, severityText] = SEVERITY[severity];
  return {
    timeUnixNano: nanos(record.at),
    observedTimeUnixNano: nanos(record.at),
    severityNumber,
    severityText,
    eventName: `castellan.${record.kind}`,
    body: { stringValue: text.toWellFormed() },
    attributes: [
      ...attributesOf(evidence),
      { key: 'castellan.record', value: { stringValue: JSON.stringify(record).toWellFormed() } },
    ],
    traceId: traceOf(evidence, attempt),
    spanId: hexId(8, call === '' ? `record ${evidence.index}` : call),
  };
}

/** An `ExportLogsServiceRequest` around log records that are JSON texts. */
export const logsRequest = (items: readonly string[], version: string): string =>
  `{"resourceLogs":[{"resource":${JSON.stringify(resourceOf(version))},"scopeLogs":[{"scope":${JSON.stringify(scopeOf(version))},"logRecords":[${items.join(',')}]}]}]}`;

/** An `ExportTraceServiceRequest` around spans. */
export const traceRequest = (items: readonly string[], version: string): string =>
  `{"resourceSpans":[{"resource":${JSON.stringify(resourceOf(version))},"scopeSpans":[{"scope":${JSON.stringify(scopeOf(version))},"spans":[${items.join(',')}]}]}]}`;
