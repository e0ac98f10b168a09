// JSON as data, and its one canonical form (RFC 8785). A digest is taken over the canonical form only, so that two
// spellings of the same arguments can never have two approvals and two different arguments never share one.
import canonicalize from 'canonicalize';
import { z } from 'zod';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

export const jsonValueSchema: z.ZodType<JsonValue> = z.json();
export const jsonObjectSchema: z.ZodType<JsonObject> = z.record(z.string(), z.json());

/** Whether every string (keys too) is well-formed Unicode: RFC 8785 has no form for a lone surrogate. */
export function isWellFormed(value: JsonValue): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(isWellFormed);
  return Object.entries(value).every(([key, item]) => key.isWellFormed() && isWellFormed(item));
}

/**
 * Whether all members stand in canonical order already: then JSON.stringify writes the canonical form, for RFC 8785 takes its
 * strings and numbers from ECMAScript. Names that are whole numbers come first in any object, and are compared as such here.
 */
function isInOrder(value: JsonValue): boolean {
  if (value === null || typeof value !== 'object') return true;
  if (Array.isArray(value)) return value.every(isInOrder);
  const members = value as { readonly [key: string]: JsonValue };
  let last = '';
  for (const key of Object.keys(members)) {
    if (key < last) return false;
    last = key;
    const part = members[key];
    if (part === undefined || (typeof part === 'object' && !isInOrder(part))) return false;
  }
  return typeof (members as { readonly toJSON?: unknown }).toJSON !== 'function';
}

/**
 * The RFC 8785 text of a value.
 * @throws RangeError when the value has no canonical form (a lone surrogate, a number that is not finite).
 */
export function canonicalJson(value: JsonValue): string {
  if (!isWellFormed(value)) throw new RangeError('value has no canonical form');
  if (isInOrder(value)) return JSON.stringify(value);
  const text = canonicalize(value);
  if (text === undefined) throw new RangeError('value has no canonical form');
  return text;
}
