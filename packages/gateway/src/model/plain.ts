// Plain JSON objects, told apart from everything else.
import type { JsonObject } from '@castellan/contract';

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
