// The text of a duration, both ways, in Go's notation: `1h15m30.918s`. A duration is a whole number of nanoseconds within 64 bits.

const UNITS = new Map<string, bigint>([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

const LIMIT = 1n << 63n;

export type DurationRead =
  | { readonly ok: true; readonly nanoseconds: bigint }
  | { readonly ok: false; readonly message: string };

export function readDuration(text: string): DurationRead {
  const quoted = JSON.stringify(text);
  const invalid = { ok: false, message: `time: invalid duration ${quoted}` } as const;
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return { ok: true, nanoseconds: 0n };
  if (rest === '') return invalid;
  let total = 0n;
  while (rest !== '') {
    const number = /^(\d*)(?:\.(\d*))?/.exec(rest);
    const whole = number?.[1] ?? '';
    const fraction = number?.[2] ?? '';
    if (whole === '' && fraction === '') return invalid;
    // Nobody means more digits than a 64-bit number has, and a program could mean to keep us busy.
    if (whole.replace(/^0+/, '').length > 19) return invalid;
    rest = rest.slice((number?.[0] ?? '').length);
    const name = /^[^.0-9]*/.exec(rest)?.[0] ?? '';
    if (name === '') return { ok: false, message: `time: missing unit in duration ${quoted}` };
    rest = rest.slice(name.length);
    const unit = UNITS.get(name);
    if (unit === undefined) {
      return { ok: false, message: `time: unknown unit ${JSON.stringify(name)} in duration ${quoted}` };
    }
    const kept = fraction.slice(0, 18);
    total += BigInt(whole || '0') * unit + (kept === '' ? 0n : (BigInt(kept) * unit) / 10n ** BigInt(kept.length));
    if (total > LIMIT) return invalid;
  }
  if (negative) return { ok: true, nanoseconds: -total };
  return total === LIMIT ? invalid : { ok: true, nanoseconds: total };
}

export function durationText(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return '0s';
  const sign = nanoseconds < 0n ? '-' : '';
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}\u00b5s`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** `value / 10^places`, without zeros at the end. */
function decimal(value: bigint, places: number): string {
  const unit = 10n ** BigInt(places);
  const fraction = String(value % unit)
    .padStart(places, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(value / unit) : `${value / unit}.${fraction}`;
}
