// Checks a JSON text against OpenTelemetry's own messages, as protobuf maps them to JSON and OTLP says otherwise: names in lower
// camel case, ids in hex, 64-bit numbers as decimal strings, enumerations as numbers. The messages are data with their source.
import { readFileSync } from 'node:fs';

interface Field {
  readonly type: string;
  readonly repeated?: true;
}
interface Proto {
  readonly messages: Readonly<Record<string, Readonly<Record<string, Field>>>>;
  readonly enums: Readonly<Record<string, readonly number[]>>;
}

const proto = JSON.parse(readFileSync(new URL('opentelemetry-proto-1.9.0.json', import.meta.url), 'utf8')) as Proto;

const ID_CHARS: Readonly<Record<string, number>> = { traceId: 32, spanId: 16, parentSpanId: 16 };
const isDecimal = (value: unknown): boolean => typeof value === 'string' && /^-?\d{1,20}$/.test(value);

function scalarFault(name: string, type: string, value: unknown): string | null {
  const numbers = proto.enums[type];
  if (numbers !== undefined) return typeof value === 'number' && numbers.includes(value) ? null : `no ${type}`;
  switch (type) {
    case 'string':
      return typeof value === 'string' && value.isWellFormed() ? null : 'no text';
    case 'bool':
      return typeof value === 'boolean' ? null : 'no boolean';
    case 'fixed64':
    case 'int64':
    case 'uint64':
      return isDecimal(value) ? null : 'no 64-bit number as a string';
    case 'bytes': {
      const chars = ID_CHARS[name];
      if (chars === undefined) return typeof value === 'string' ? null : 'no bytes';
      const isId =
        typeof value === 'string' && value.length === chars && /^[0-9a-f]+$/.test(value) && /[^0]/.test(value);
      return isId ? null : `no id of ${chars} hex digits`;
    }
    default:
      return typeof value === 'number' ? null : `no ${type}`;
  }
}

/** Every fault; none: a receiver that keeps to the protocol reads it. */
export function otlpFaults(message: string, value: unknown, at = message): readonly string[] {
  const fields = proto.messages[message];
  if (fields === undefined) return [`${at}: no message ${message}`];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`];
  return Object.entries(value).flatMap(([name, part]): readonly string[] => {
    const field = fields[name];
    if (field === undefined) return [`${at}.${name}: unknown`];
    if (field.repeated === true && !Array.isArray(part)) return [`${at}.${name}: no list`];
    const parts: readonly unknown[] = field.repeated === true ? (part as unknown[]) : [part];
    return parts.flatMap((each) => {
      if (proto.messages[field.type] !== undefined) return otlpFaults(field.type, each, `${at}.${name}`);
      const fault = scalarFault(name, field.type, each);
      return fault === null ? [] : [`${at}.${name}: ${fault}`];
    });
  });
}
