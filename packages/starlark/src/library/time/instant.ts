// time.time: a moment, in nanoseconds since 1970, seen from a zone. Two are equal when the moment is, wherever they are seen from.
import { COST } from '../../values/cost.ts';
import { Builtin, type Run } from '../../values/function.ts';
import { normalise } from '../../values/int.ts';
import type { Extension, ExtensionType, Meter, Value } from '../../values/value.ts';
import { chargeText } from '../text.ts';
import { unpackPositional, wantString } from '../unpack.ts';
import { floorDivide, SECOND, type Wall, wallOf } from './calendar.ts';
import { Duration, makeDuration } from './duration.ts';
import { formatTime } from './format-time.ts';
import { findZone, type Zone, zoneAt } from './zone.ts';

export class Instant implements Extension {
  readonly extension: ExtensionType;
  readonly moment: bigint;
  readonly zone: Zone;

  constructor(moment: bigint, zone: Zone) {
    this.extension = INSTANT;
    this.moment = moment;
    this.zone = zone;
  }
}

export function makeInstant(thread: Meter, moment: bigint, zone: Zone): Instant {
  thread.allocate(COST.bigint + COST.method);
  return new Instant(moment, zone);
}

/** A zone by its name. Looking one up is dear, so it costs steps. @throws Fault when there is none */
export function requireZone(thread: Meter, name: string): Zone {
  thread.step(1000);
  thread.allocate(256);
  const zone = findZone(name);
  return zone === undefined ? thread.fail(`unknown time zone ${name}`) : zone;
}

const format: Run = (thread, self, positional, named) => {
  unpackPositional(thread, 'format', positional, named, 1, [wantString]);
  const layout = positional[0] as string;
  // No element is more than eight times as long as what stands for it in a layout.
  thread.step(100 + (layout.length >> 1));
  chargeText(thread, layout.length * 8);
  const { moment, zone } = self as Instant;
  return formatTime(moment, zone, layout);
};

const inLocation: Run = (thread, self, positional, named) => {
  unpackPositional(thread, 'in_location', positional, named, 1, [wantString]);
  return makeInstant(thread, (self as Instant).moment, requireZone(thread, positional[0] as string));
};

const METHODS: ReadonlyMap<string, Run> = new Map([
  ['format', format],
  ['in_location', inLocation],
]);

const WALL: readonly (keyof Wall)[] = ['year', 'month', 'day', 'hour', 'minute', 'second', 'nanosecond'];

function attribute(self: Instant, name: string, thread: Meter): Value | undefined {
  const run = METHODS.get(name);
  thread.allocate(COST.method);
  thread.step(50);
  if (run !== undefined) return new Builtin(name, run, self);
  if (name === 'unix') return normalise(floorDivide(self.moment, SECOND));
  if (name === 'unix_nano') return normalise(BigInt.asIntN(64, self.moment));
  const part = WALL.find((key) => key === name);
  return part === undefined ? undefined : wallOf(self.moment, zoneAt(self.zone, self.moment).offset)[part];
}

/** 0001-01-01 at UTC: the only time that counts as false. */
const ZERO = -62_135_596_800n * SECOND;

const INSTANT: ExtensionType = {
  name: 'time.time',
  text(self, writer) {
    const { moment, zone } = self as Instant;
    writer.put(formatTime(moment, zone, '2006-01-02 15:04:05.999999999 -0700 MST'));
  },
  truth: (self) => (self as Instant).moment !== ZERO,
  attribute: (self, name, thread) => attribute(self as Instant, name, thread),
  attributeNames: () => [...METHODS.keys(), ...WALL, 'unix', 'unix_nano'],
  compare(self, other) {
    const [a, b] = [(self as Instant).moment, (other as Instant).moment];
    return a < b ? -1 : a > b ? 1 : 0;
  },
  hashText: (self) => String((self as Instant).moment),
  binary(operator, self, other, swapped, thread) {
    const { moment, zone } = self as Instant;
    if (other instanceof Duration) {
      if (operator === '+') return makeInstant(thread, moment + other.nanoseconds, zone);
      if (operator === '-' && !swapped) return makeInstant(thread, moment - other.nanoseconds, zone);
    }
    if (operator === '-' && !swapped && other instanceof Instant) return between(thread, other.moment, moment);
    return undefined;
  },
};

/** What is longer than a duration can be is the longest. */
function between(thread: Meter, from: bigint, to: bigint): Duration {
  const [most, least] = [2n ** 63n - 1n, -(2n ** 63n)];
  const span = to - from;
  return makeDuration(thread, span > most ? most : span < least ? least : span);
}
