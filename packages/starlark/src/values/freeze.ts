// Freezing: whatever can be reached from a value may never be changed again. With an explicit stack, for values nested deeply.
import { Dict } from './dict.ts';
import { Builtin, Func } from './function.ts';
import { List, Tuple } from './list.ts';
import { SetValue } from './set.ts';
import type { Value } from './value.ts';

/** Freezes a value and all that is reached from it. */
export function freeze(value: Value): void {
  const pending: (Value | undefined)[] = [value];
  const seen = new Set<object>();
  while (pending.length > 0) {
    const next = pending.pop();
    if (next === undefined || next === null || typeof next !== 'object') continue;
    if (next instanceof List) {
      if (next.frozen) continue;
      next.frozen = true;
      for (const item of next.items) pending.push(item);
    } else if (next instanceof Dict || next instanceof SetValue) {
      if (next.frozen) continue;
      next.frozen = true;
      // A key can hold what can be frozen: a tuple cannot have a list in it, but a function can have one as a default.
      for (const [key, item] of next.entries) pending.push(next.original(key), item);
    } else if (next instanceof Tuple) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const item of next.items) pending.push(item);
    } else if (next instanceof Func) {
      if (seen.has(next)) continue;
      seen.add(next);
      for (const item of next.defaults) pending.push(item);
      for (const cell of next.free) pending.push(cell.value);
    } else if (next instanceof Builtin) {
      pending.push(next.self);
    } else if ('extension' in next && !seen.has(next)) {
      seen.add(next);
      for (const part of next.extension.parts?.(next) ?? []) pending.push(part);
    }
  }
}
