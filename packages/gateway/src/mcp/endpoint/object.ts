// The one question that is asked of everything that comes from outside.
import type { JsonObject, JsonValue } from '@castellan/contract';

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
