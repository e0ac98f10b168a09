// Whether a value is in a container: `x in y`, and so `x not in y`.
import { Fault } from '../eval/fault.ts';
import { Bytes, latin } from './bytes.ts';
import { equals } from './compare.ts';
import { Dict } from './dict.ts';
import { typeName } from './inspect.ts';
import { intText, isInt, numberToInt } from './int.ts';
import { List, Tuple } from './list.ts';
import { Range } from './range.ts';
import { indexOfText } from './search.ts';
import { SetValue } from './set.ts';
import type { Meter, Value } from './value.ts';

/** `undefined` where the container has no `in`. */
export function contains(container: Value, item: Value, meter: Meter): boolean | undefined {
  if (typeof container === 'string') {
    if (typeof item !== 'string') {
      return meter.fail(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    }
    return indexOfText(container, item, 0, meter) >= 0;
  }
  if (container === null || typeof container !== 'object') return undefined;
  if (container instanceof Dict) return inDict(container, item, meter);
  if (container instanceof List || container instanceof Tuple) {
    for (const other of container.items) {
      meter.step(1);
      if (equals(other, item, meter)) return true;
    }
    return false;
  }
  if (container instanceof SetValue) return container.has(item, meter);
  if (container instanceof Range) {
    const int = numberToInt(item);
    if (!int.ok) return meter.fail(`'in <range>' requires integer as left operand, not ${typeName(item)}`);
    return typeof int.value === 'number' && container.contains(int.value);
  }
  return container instanceof Bytes ? inBytes(container, item, meter) : undefined;
}

/** As starlark-go: what is unhashable is simply not there. A budget that ends is no answer, though. */
function inDict(dict: Dict, item: Value, meter: Meter): boolean {
  try {
    return dict.has(item, meter);
  } catch (thrown) {
    if (thrown instanceof Fault && thrown.kind === 'eval') return false;
    throw thrown;
  }
}

function inBytes(bytes: Bytes, item: Value, meter: Meter): boolean {
  meter.step(bytes.data.length >> 8);
  if (item instanceof Bytes) return indexOfText(latin(bytes.data, meter), latin(item.data, meter), 0, meter) >= 0;
  if (!isInt(item)) {
    return meter.fail(`'in bytes' requires bytes or int as left operand, not ${typeName(item)}`);
  }
  if (typeof item === 'bigint' || item < 0 || item > 255) {
    return meter.fail(`int in bytes: ${intText(item, meter)} out of range (want value in unsigned 8-bit range)`);
  }
  return bytes.data.includes(item);
}
