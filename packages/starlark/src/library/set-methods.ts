// Methods of set. Those that take another collection take any iterable; each element costs a step.
import { COST } from '../values/cost.ts';
import type { Run } from '../values/function.ts';
import { typeName } from '../values/inspect.ts';
import { isIterable } from '../values/iterate.ts';
import { SetValue } from '../values/set.ts';
import type { Meter, Value } from '../values/value.ts';
import { each } from './collect.ts';
import { blame } from './faults.ts';
import { countArguments, unpackPositional, wantIterable } from './unpack.ts';

const OTHER = [wantIterable];

function copyOf(thread: Meter, set: SetValue): SetValue {
  thread.allocate(COST.dict);
  const copy = new SetValue();
  copy.addAll(set, thread);
  return copy;
}

/** A method of one element; what goes wrong has the method's name before it. */
function ofElement(name: string, verb: string, run: (set: SetValue, element: Value, thread: Meter) => void): Run {
  return (thread, self, positional, named) => {
    countArguments(thread, name, positional, named, 1, 1);
    const set = self as SetValue;
    try {
      set.checkMutable(thread, verb);
      run(set, positional[0] as Value, thread);
      return null;
    } catch (thrown) {
      return blame(thread, name, thrown);
    }
  };
}

/** A method of one other iterable, none of which is as if it were empty. */
function ofOther(name: string, run: (set: SetValue, other: Value | undefined, thread: Meter) => Value): Run {
  return (thread, self, positional, named) => {
    unpackPositional(thread, name, positional, named, 0, OTHER);
    try {
      return run(self as SetValue, positional[0], thread);
    } catch (thrown) {
      return blame(thread, name, thrown);
    }
  };
}

function elements(thread: Meter, other: Value | undefined, visit: (element: Value) => boolean | undefined): void {
  if (other === undefined) return;
  each(other, (element) => {
    thread.step(1);
    return visit(element);
  });
}

const clear: Run = (thread, self, positional, named) => {
  countArguments(thread, 'clear', positional, named, 0, 0);
  const set = self as SetValue;
  if (set.size === 0) return null;
  try {
    set.checkMutable(thread, 'clear');
  } catch (thrown) {
    return blame(thread, 'clear', thrown);
  }
  set.clear();
  return null;
};

const pop: Run = (thread, self, positional, named) => {
  countArguments(thread, 'pop', positional, named, 0, 0);
  const set = self as SetValue;
  const first = set.first();
  if (first === undefined) return thread.fail('pop: empty set');
  try {
    set.checkMutable(thread, 'delete from');
  } catch (thrown) {
    return blame(thread, 'pop', thrown);
  }
  set.delete(first, thread);
  return first;
};

function difference(set: SetValue, other: Value | undefined, thread: Meter): SetValue {
  const result = copyOf(thread, set);
  elements(thread, other, (element) => {
    result.delete(element, thread);
    return true;
  });
  return result;
}

function intersection(set: SetValue, other: Value | undefined, thread: Meter): SetValue {
  thread.allocate(COST.dict);
  const result = new SetValue();
  elements(thread, other, (element) => {
    if (set.has(element, thread)) result.add(element, thread);
    return true;
  });
  return result;
}

function symmetricDifference(set: SetValue, other: Value | undefined, thread: Meter): SetValue {
  const result = copyOf(thread, set);
  elements(thread, other, (element) => {
    if (result.delete(element, thread) === undefined) result.add(element, thread);
    return true;
  });
  return result;
}

function isSuperset(set: SetValue, other: Value | undefined, thread: Meter): boolean {
  let all = true;
  elements(thread, other, (element) => {
    all = set.has(element, thread);
    return all;
  });
  return all;
}

function isSubset(set: SetValue, other: Value | undefined, thread: Meter): boolean {
  thread.allocate(COST.dict);
  const found = new SetValue();
  elements(thread, other, (element) => {
    if (set.has(element, thread)) found.add(element, thread);
    return true;
  });
  return found.size === set.size;
}

/** What `update` and `union` do with any number of iterables. */
function addAll(thread: Meter, name: string, set: SetValue, others: readonly Value[]): void {
  for (const [i, other] of others.entries()) {
    if (!isIterable(other)) thread.fail(`${name}: argument #${i + 1} is not iterable: ${typeName(other)}`);
    try {
      elements(thread, other, (element) => {
        set.checkMutable(thread, 'insert into');
        set.add(element, thread);
        return true;
      });
    } catch (thrown) {
      blame(thread, name, thrown);
    }
  }
}

const union: Run = (thread, self, positional, named) => {
  if (named.length > 0) return thread.fail('union: does not accept keyword arguments');
  const result = copyOf(thread, self as SetValue);
  addAll(thread, 'union', result, positional);
  return result;
};

const update: Run = (thread, self, positional, named) => {
  if (named.length > 0) return thread.fail('update: does not accept keyword arguments');
  addAll(thread, 'update', self as SetValue, positional);
  return null;
};

export const SET_METHODS: readonly (readonly [string, Run])[] = [
  ['add', ofElement('add', 'insert into', (set, element, thread) => set.add(element, thread))],
  ['clear', clear],
  ['difference', ofOther('difference', difference)],
  ['discard', ofElement('discard', 'delete from', (set, element, thread) => set.delete(element, thread))],
  ['intersection', ofOther('intersection', intersection)],
  ['issubset', ofOther('issubset', isSubset)],
  ['issuperset', ofOther('issuperset', isSuperset)],
  ['pop', pop],
  [
    'remove',
    ofElement('remove', 'delete from', (set, element, thread) => {
      if (set.delete(element, thread) === undefined) thread.fail('missing key');
    }),
  ],
  ['symmetric_difference', ofOther('symmetric_difference', symmetricDifference)],
  ['union', union],
  ['update', update],
];
