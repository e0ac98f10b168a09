// Loops over a value: the collection is locked while the loop runs, and every turn counts.
import { typeName } from '../values/inspect.ts';
import { iterate } from '../values/iterate.ts';
import { List, Tuple } from '../values/list.ts';
import { Range } from '../values/range.ts';
import type { Value } from '../values/value.ts';
import type { Execute, Frame, Signal } from './code.ts';
import type { Assign } from './names.ts';
import { BREAK, NEXT, RETURN } from './signal.ts';
import type { Thread } from './thread.ts';

export interface Loop {
  /** The slot of the frame that is the loop's variable; 0 where it is not that simple, and `assign` does it. */
  readonly slot: number;
  readonly assign: Assign;
  readonly at: number;
  /** Steps of one turn. */
  readonly weight: number;
  readonly body: Execute;
}

/** Runs a loop; `NEXT` at its end, or `RETURN`. */
export function runLoop(thread: Thread, frame: Frame, over: Value, loop: Loop): Signal {
  if (over instanceof Range) return overRange(thread, frame, over, loop);
  if (over instanceof Tuple) return overItems(thread, frame, over.items, loop);
  if (!(over instanceof List)) return overCursor(thread, frame, over, loop);
  over.iterators += 1;
  try {
    return overItems(thread, frame, over.items, loop);
  } finally {
    over.iterators -= 1;
  }
}

function overRange(thread: Thread, frame: Frame, range: Range, loop: Loop): Signal {
  const { slot, assign, body, weight } = loop;
  const { length, step } = range;
  let value = range.start;
  for (let i = 0; i < length; i += 1, value += step) {
    thread.steps += weight;
    if (thread.steps > thread.limit) pause(thread, loop);
    if (slot !== 0) frame[slot] = value;
    else assign(thread, frame, value);
    const signal = body(thread, frame);
    if (signal === RETURN) return RETURN;
    if (signal === BREAK) return NEXT;
  }
  return NEXT;
}

function overItems(thread: Thread, frame: Frame, items: readonly Value[], loop: Loop): Signal {
  const { slot, assign, body, weight } = loop;
  // INVARIANT: the collection is locked, so that its length is what it was.
  for (let i = 0; i < items.length; i += 1) {
    thread.steps += weight;
    if (thread.steps > thread.limit) pause(thread, loop);
    if (slot !== 0) frame[slot] = items[i];
    else assign(thread, frame, items[i] as Value);
    const signal = body(thread, frame);
    if (signal === RETURN) return RETURN;
    if (signal === BREAK) return NEXT;
  }
  return NEXT;
}

function overCursor(thread: Thread, frame: Frame, over: Value, loop: Loop): Signal {
  const cursor = iterate(over);
  if (cursor === undefined) return thread.fail(`${typeName(over)} value is not iterable`);
  const { assign, body, weight } = loop;
  try {
    for (let value = cursor.next(); value !== undefined; value = cursor.next()) {
      thread.steps += weight;
      if (thread.steps > thread.limit) pause(thread, loop);
      assign(thread, frame, value);
      const signal = body(thread, frame);
      if (signal === RETURN) return RETURN;
      if (signal === BREAK) return NEXT;
    }
    return NEXT;
  } finally {
    cursor.done();
  }
}

function pause(thread: Thread, loop: Loop): void {
  thread.at = loop.at;
  thread.checkpoint();
}
