// Values of types beyond the language's own, and among them opaque texts: what can be made part of a longer text and never read.
import { fromHost } from './host-value.ts';
import type { Extension, Meter, Value } from './value.ts';

/** The value as an extension; `undefined` for the language's own types. */
export function extensionOf(value: Value): Extension | undefined {
  return value !== null && typeof value === 'object' && 'extension' in value ? value : undefined;
}

/** A text that its type joins with others, and that nobody else looks into. */
export function opaqueOf(value: Value): Extension | undefined {
  const extension = extensionOf(value);
  return extension?.extension.joined === undefined ? undefined : extension;
}

/** Strings and opaque texts as one text. At least one is opaque; the first of them decides what comes of it. */
export function joinedParts(parts: readonly (string | Extension)[], meter: Meter): Value {
  const first = parts.find((part) => typeof part !== 'string');
  const result = typeof first === 'object' ? first.extension.joined?.(parts, meter) : undefined;
  return result === undefined ? meter.fail('these texts cannot be joined') : fromHost(result, 'joined', meter);
}

/** `a + b` where one is opaque and the other opaque or a string; `undefined` for everything else. */
export function joinedPair(a: Value, b: Value, meter: Meter): Value | undefined {
  const [x, y] = [opaqueOf(a) ?? a, opaqueOf(b) ?? b];
  if (!isPart(x) || !isPart(y) || (typeof x === 'string' && typeof y === 'string')) return undefined;
  return joinedParts(
    [x, y].filter((part) => part !== ''),
    meter,
  );
}

function isPart(value: Value): value is string | Extension {
  return typeof value === 'string' || opaqueOf(value) !== undefined;
}
