// Syslog after RFC 5424: one message a record. What it says stands in structured data; the record follows as JSON while there
// is room. INVARIANT: no message is longer than a usual receiver takes, or it would cut it where it likes, and none holds a
// line end, or one record could pass for two.
import type { Evidence } from './evidence.ts';
import { fieldsOf, NAMED_FIELDS, type Severity } from './fields.ts';
import { jsonOnOneLine } from './json-line.ts';

/** log audit (RFC 5424 table 1). */
const FACILITY = 13;
const LEVEL: Readonly<Record<Severity, number>> = { info: 6, low: 5, medium: 4, high: 3, critical: 2 };
/** Receivers should take 8192 bytes (RFC 5425, 4.3.1), and rsyslog cuts there unless told otherwise. */
export const MOST_SYSLOG_BYTES = 8_192;
/** RFC 5612: the number for documentation. Castellan has none of its own; the name before it tells them apart. */
const SD_ID = 'castellan@32473';
const BOM = '\ufeff';
const MOST_OF_ONE = 255;

/** Of a value in structured data: RFC 5424, 6.3.3. */
export const paramValue = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, ' ').replace(/["\\\]]/g, (sign) => `\\${sign}`);

/** Printable ASCII without blanks, or nothing. */
const word = (text: string, most: number): string => text.replace(/[^\x21-\x7e]/g, '').slice(0, most) || '-';

export interface SyslogSource {
  readonly host: string;
  readonly pid: number;
}

/** One message without what frames it. */
export function syslogMessage({ index, leaf, record }: Evidence, { host, pid }: SyslogSource): string {
  const fields = fieldsOf(record);
  const params = NAMED_FIELDS.flatMap((name) => {
    const value = String(fields[name]).slice(0, MOST_OF_ONE).toWellFormed();
    return value === '' ? [] : [`${name}="${paramValue(value)}"`];
  });
  const head = [
    `<${FACILITY * 8 + LEVEL[fields.severity]}>1`,
    new Date(record.at).toISOString(),
    word(host, 255),
    'castellan',
    String(pid),
    word(record.kind, 32),
    `[${SD_ID} index="${index}" leaf="${leaf}" ${params.join(' ')}]`,
  ].join(' ');
  const fits = (said: string): boolean => Buffer.byteLength(head) + 4 + Buffer.byteLength(said) <= MOST_SYSLOG_BYTES;
  // Behind `leaf` the ledger has all of it: `castellan ledger show INDEX`.
  const whole = jsonOnOneLine(record);
  const said = [whole, jsonOnOneLine({ kind: record.kind, cut: whole.length, text: fields.text.slice(0, 1000) })];
  return `${head} ${BOM}${said.find(fits) ?? 'cut'}`;
}

/** Octet counting: RFC 5425, 4.3; a message with a line end in it stays one. */
export const framed = (message: string): string => `${Buffer.byteLength(message)} ${message}`;
