// Arguments that a tool's schema says go into headers too (`x-mcp-header`, 2026-07-28 over HTTP), so that whatever stands
// between may route by them. Only what the pinned schema names.
import type { JsonObject, JsonValue } from '@castellan/contract';

interface Declared {
  readonly path: readonly string[];
  readonly header: string;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;
const MAX_DEPTH = 8;
const PLAIN = /^[\x20-\x7e\t]+$/;

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function declaredHeaders(schema: JsonValue | undefined, path: readonly string[] = []): readonly Declared[] {
  if (!isObject(schema) || path.length > MAX_DEPTH) return [];
  const header = schema['x-mcp-header'];
  const own = typeof header === 'string' && TOKEN.test(header) && path.length > 0 ? [{ path, header }] : [];
  const { properties } = schema;
  const inner = isObject(properties)
    ? Object.entries(properties).flatMap(([name, child]) => declaredHeaders(child, [...path, name]))
    : [];
  return [...own, ...inner];
}

export function paramHeaders(
  declared: readonly Declared[],
  given: JsonValue | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    declared.flatMap(({ path, header }) => {
      const value = path.reduce<JsonValue | undefined>(
        (found, name) => (isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined),
        given,
      );
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[`Mcp-Param-${header}`, headerText(String(value))]]
        : [];
    }),
  );
}

/** As the specification has it: what is no plain text of a header is written as base64 between two marks. */
const headerText = (value: string): string =>
  PLAIN.test(value) && value === value.trim() && !value.startsWith('=?base64?')
    ? value
    : `=?base64?${Buffer.from(value, 'utf8').toString('base64')}?=`;
