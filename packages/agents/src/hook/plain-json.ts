// Whether a value is JSON we are willing to decide on. It walks with its own stack, so that no input, however deep, can
// end in a thrown RangeError somewhere later on the road.
import type { JsonObject, JsonValue } from '@castellan/contract';

/** Deeper than any tool's arguments; shallow enough for every recursive reader behind us. */
export const MAX_DEPTH = 200;

/** What is wrong with the value, or null when nothing is. */
export function jsonFault(value: unknown): string | null {
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
    const { value: part, depth } = item;
    if (depth > MAX_DEPTH) return `nests deeper than ${MAX_DEPTH} levels`;
    switch (typeof part) {
      case 'string':
        if (!part.isWellFormed()) return 'has a lone surrogate';
        break;
      case 'number':
        if (!Number.isFinite(part)) return 'has a number that is not finite';
        break;
      case 'boolean':
        break;
      case 'object':
        if (part === null) break;
        if (Array.isArray(part)) {
          for (const element of part) waiting.push({ value: element, depth: depth + 1 });
          break;
        }
        for (const [key, member] of Object.entries(part)) {
          if (!key.isWellFormed()) return 'has a lone surrogate';
          // A copy made by assignment would lose this member: what was decided and what runs would differ.
          if (key === '__proto__') return 'has a member `__proto__`';
          waiting.push({ value: member, depth: depth + 1 });
        }
        break;
      default:
        return 'is not JSON';
    }
  }
  return null;
}

export const isJson = (value: unknown): value is JsonValue => jsonFault(value) === null;

export const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isJsonObject = (value: unknown): value is JsonObject => isObject(value) && isJson(value);

/** Bytes of the value as JSON text, in UTF-8. */
export const jsonBytes = (value: JsonValue): number => new TextEncoder().encode(JSON.stringify(value)).byteLength;
