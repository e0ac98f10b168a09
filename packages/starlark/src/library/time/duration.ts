// time.duration: a span of time, in nanoseconds within 64 bits, which wrap around as Go's do.
import { COST } from '../../values/cost.ts';
import { Float } from '../../values/float.ts';
import { typeName } from '../../values/inspect.ts';
import { isInt, normalise } from '../../values/int.ts';
import type { Extension, ExtensionType, Meter, Value } from '../../values/value.ts';
import { durationText, readDuration } from './duration-text.ts';

export class Duration implements Extension {
  readonly extension: ExtensionType;
  readonly nanoseconds: bigint;

  constructor(nanoseconds: bigint) {
    this.extension = DURATION;
    this.nanoseconds = BigInt.asIntN(64, nanoseconds);
  }
}

export function makeDuration(thread: Meter, nanoseconds: bigint): Duration {
  thread.allocate(COST.bigint + COST.method);
  return new Duration(nanoseconds);
}

/** What a parameter that is a duration takes: one, or its text. @returns why not, otherwise */
export function toDuration(value: Value): Duration | string {
  if (value instanceof Duration) return value;
  if (typeof value !== 'string') return `got ${typeName(value)}, want a duration, string, or int`;
  const read = readDuration(value);
  return read.ok ? new Duration(read.nanoseconds) : read.message;
}

const ATTRIBUTES: ReadonlyMap<string, (nanoseconds: bigint) => Value> = new Map<string, (n: bigint) => Value>([
  ['hours', (n) => new Float(parts(n, 3_600_000_000_000n))],
  ['minutes', (n) => new Float(parts(n, 60_000_000_000n))],
  ['seconds', (n) => new Float(parts(n, 1_000_000_000n))],
  ['milliseconds', (n) => normalise(n / 1_000_000n)],
  ['microseconds', (n) => normalise(n / 1_000n)],
  ['nanoseconds', (n) => normalise(n)],
]);

function parts(nanoseconds: bigint, unit: bigint): number {
  return Number(nanoseconds / unit) + Number(nanoseconds % unit) / Number(unit);
}

const DURATION: ExtensionType = {
  name: 'time.duration',
  text: (self, writer) => writer.put(durationText((self as Duration).nanoseconds)),
  truth: (self) => (self as Duration).nanoseconds !== 0n,
  attribute(self, name, thread) {
    thread.allocate(COST.bigint);
    return ATTRIBUTES.get(name)?.((self as Duration).nanoseconds);
  },
  attributeNames: () => [...ATTRIBUTES.keys()],
  missing: (_self, name) => `unrecognized time.duration attribute ${JSON.stringify(name)}`,
  compare(self, other) {
    const [a, b] = [(self as Duration).nanoseconds, (other as Duration).nanoseconds];
    return a < b ? -1 : a > b ? 1 : 0;
  },
  hashText: (self) => String((self as Duration).nanoseconds),
  binary(operator, self, other, swapped, thread) {
    const { nanoseconds } = self as Duration;
    if (operator === '*') return isInt(other) ? makeDuration(thread, nanoseconds * int64(other, thread)) : undefined;
    if (operator === '/' && swapped) return isInt(other) ? thread.fail('unsupported operation') : undefined;
    if (operator === '/') return divided(thread, nanoseconds, other);
    if (swapped || !(other instanceof Duration)) return undefined;
    switch (operator) {
      case '+':
        return makeDuration(thread, nanoseconds + other.nanoseconds);
      case '-':
        return makeDuration(thread, nanoseconds - other.nanoseconds);
      case '//':
        if (other.nanoseconds === 0n) divisionByZero(thread);
        return normalise(nanoseconds / other.nanoseconds);
    }
    return undefined;
  },
};

function int64(value: Value, thread: Meter): bigint {
  const number = BigInt(value as number | bigint);
  if (BigInt.asIntN(64, number) !== number) thread.fail('int value out of range (want signed 64-bit value)');
  return number;
}

function divisionByZero(thread: Meter): never {
  return thread.fail('time.duration division by zero');
}

function divided(thread: Meter, nanoseconds: bigint, by: Value): Value | undefined {
  thread.allocate(COST.float);
  if (by instanceof Duration) {
    if (by.nanoseconds === 0n) divisionByZero(thread);
    return new Float(Number(nanoseconds) / Number(by.nanoseconds));
  }
  if (isInt(by)) {
    const divisor = int64(by, thread);
    if (divisor === 0n) divisionByZero(thread);
    return makeDuration(thread, nanoseconds / divisor);
  }
  if (!(by instanceof Float)) return undefined;
  if (by.value === 0) divisionByZero(thread);
  const quotient = Math.trunc(Number(nanoseconds) / by.value);
  // What is no number of 64 bits is, in Go, the least of them.
  return makeDuration(thread, Math.abs(quotient) < 2 ** 63 ? BigInt(quotient) : -(2n ** 63n));
}
