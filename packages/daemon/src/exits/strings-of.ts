// The strings of a JSON value in the order they are written: names of members, and what they hold. With its own stack: a
// value may nest as deep as it likes.
import type { JsonValue } from '@castellan/contract';

export interface Strings {
  readonly names: readonly string[];
  readonly values: readonly string[];
}

export function stringsOf(whole: JsonValue): Strings {
  const names: string[] = [];
  const values: string[] = [];
  const waiting: JsonValue[] = [whole];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (typeof part === 'string') values.push(part);
    else if (typeof part === 'number') values.push(String(part));
    else if (Array.isArray(part)) for (let n = part.length - 1; n >= 0; n -= 1) waiting.push(part[n]);
    else if (part !== null && typeof part === 'object') {
      const members = part as { readonly [name: string]: JsonValue };
      const own = Object.keys(members);
      for (const name of own) names.push(name);
      for (let n = own.length - 1; n >= 0; n -= 1) waiting.push(members[own[n] as string] ?? null);
    }
  }
  return { names, values };
}
