// Whether digits of base64 or hex may spell text at all, told from a few bytes and without spelling the rest: names, paths and
// numbers are digits too, and spell noise. INVARIANT: never no where `runs.ts` would make something of them; a yes costs time.
import { afterBreak, lineBefore } from './breaks.ts';
import { KIND } from './plausible.ts';
import { nextStretch } from './view.ts';

export type Encoding = 'base64' | 'hex';

/** What a digit means; any other sign means set bits, as the digits do that `runs.ts` puts between runs. */
const BASE64 = new Uint8Array(256).fill(63);
const HEX = new Uint8Array(256).fill(15);
const IS_BASE64 = new Uint8Array(256);
const IS_HEX = new Uint8Array(256);
for (const alphabet of ['+/', '-_'])
  for (const [value, sign] of [
    ...`ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789${alphabet}`,
  ].entries()) {
    BASE64[sign.charCodeAt(0)] = value;
    IS_BASE64[sign.charCodeAt(0)] = 1;
  }
for (const [value, sign] of [...'0123456789abcdef'].entries())
  for (const code of [sign.charCodeAt(0), sign.toUpperCase().charCodeAt(0)]) {
    HEX[code] = value;
    IS_HEX[code] = 1;
  }

/**
 * Of two digits, which of the three bytes that may begin in the first are what: bits 0 to 2 an ASCII sign, 4 to 6 what goes on
 * a longer one, 8 to 10 what begins one (see `plausible.ts`).
 */
const kindsOf = (begins: (byte: number) => boolean): Uint16Array =>
  Uint16Array.from({ length: 4_096 }, (_, pair) =>
    [pair >> 4, pair >> 2, pair]
      .map((bits) => bits & 255)
      .reduce((kinds, byte, at) => {
        const kind = KIND[byte] as number;
        return kind === 0 || (kind === 3 && !begins(byte)) ? kinds : kinds | (1 << (at + (kind - 1) * 4));
      }, 0),
  );
const WIDE = kindsOf(() => true);
/** Without letters of two bytes. */
const NARROW = kindsOf((byte) => byte >= 0xe0);

/** Each of four groupings of the digits has one bit; a digit before, the byte of each begins two bits later in it. */
const turn = (groupings: number): number => (groupings >> 1) | ((groupings & 1) << 3);

/**
 * Whether `shortest` bytes in a row may be text in any of the four groupings of the digits from `first` on. What stands between
 * runs means set bits, so a whole text can be asked. The last digit of each possible row is looked at first.
 */
function hasBase64Row(source: Uint8Array, first: number, shortest: number, wide: boolean): boolean {
  const kinds = wide ? WIDE : NARROW;
  const size = source.length;
  /** So many digits at least have the first bits of each byte of a row. */
  const span = Math.floor(((shortest - 1) * 8) / 6) + 1;
  let least = first - 1;
  let probe = least + span - 1;
  while (probe < size) {
    let alive = 15;
    /** Where the byte after it goes on a sign, and where it does or is not known. */
    let goesOn = 0;
    let mayGoOn = 15;
    let at = probe;
    const end = Math.max(least, 0);
    for (; at >= end; at--) {
      const next = at + 1 < size ? (BASE64[source[at + 1] as number] as number) : 63;
      const kind = kinds[((BASE64[source[at] as number] as number) << 6) | next] as number;
      const within = (kind >> 4) & 7;
      alive &= (kind & ~goesOn) | within | ((kind >> 8) & mayGoOn) | 8;
      if (alive === 0) break;
      alive = turn(alive);
      goesOn = turn((goesOn & 8) | within);
      mayGoOn = turn((mayGoOn & 8) | within);
    }
    if (at < end) return true;
    least = at + 1;
    probe = at + span;
  }
  return false;
}

const hexDigitAt = (source: Uint8Array, digit: number): number =>
  digit < 0 || digit >= source.length ? 15 : (HEX[source[digit] as number] as number);
/** A byte of what the digits from `first` on spell. */
const hexByteAt = (source: Uint8Array, first: number, at: number): number =>
  (hexDigitAt(source, first + at * 2) << 4) | hexDigitAt(source, first + at * 2 + 1);

/** As in `plausible.ts` for a byte beyond ASCII; before the first byte stand set bits. */
function isPartOfSign(source: Uint8Array, first: number, at: number, wide: boolean): boolean {
  const byte = hexByteAt(source, first, at);
  if (KIND[byte] === 3) return (wide || byte >= 0xe0) && KIND[hexByteAt(source, first, at + 1)] === 2;
  const before = at > 0 ? hexByteAt(source, first, at - 1) : 0xff;
  if (before >= 0xc2) return wide || before >= 0xe0;
  return before >= 0x80 && (at < 2 || hexByteAt(source, first, at - 2) >= 0x80);
}

/**
 * Whether `shortest` bytes in a row of the first `size` that the digits from `first` on spell may be text. The last byte of
 * each possible row is looked at first.
 */
function hasHexRow(source: Uint8Array, first: number, size: number, shortest: number, wide: boolean): boolean {
  let least = 0;
  let probe = shortest - 1;
  while (probe < size) {
    let at = probe;
    for (; at >= least; at--) {
      const kind = KIND[hexByteAt(source, first, at)] as number;
      if (kind === 0 || (kind > 1 && !isPartOfSign(source, first, at, wide))) break;
    }
    if (at < least) return true;
    least = at + 1;
    probe = at + shortest;
  }
  return false;
}

/** So many decoded bytes are text that is looked into. */
export const leastBytes = (encoding: Encoding, digits: number): number =>
  encoding === 'base64' ? (digits * 3) >> 2 : digits >> 1;

/** Whether digits that were collected one after another may spell text from the `shift`th on, or from any. */
export const collectedMaySpell = (
  digits: Uint8Array,
  encoding: Encoding,
  shift: number,
  shortest: number,
  wide: boolean,
): boolean => {
  const least = leastBytes(encoding, shortest);
  return encoding === 'base64'
    ? hasBase64Row(digits, 0, least, wide)
    : hasHexRow(digits, shift, leastBytes(encoding, digits.length - shift), least, wide);
};

/** Whether a run may go on behind the line end after it or before it. */
const isBroken = (source: Uint8Array, start: number, end: number, kind: 1 | 2): boolean =>
  afterBreak(source, end) > 0 || lineBefore(source, start, 0, kind) < start;

/** `shortest`: from how many digits on a run is looked into. `lines`: whether there is any line end. */
export function maySpellBase64(source: Uint8Array, shortest: number, wide: boolean, lines: boolean): boolean {
  const [first, firstEnd] = nextStretch(source, 0, IS_BASE64, shortest);
  if (first === firstEnd) return false;
  if (lines) {
    let [start, end] = [first, firstEnd];
    for (; start < end; [start, end] = nextStretch(source, end, IS_BASE64, shortest))
      if (isBroken(source, start, end, 1)) return true;
  }
  return hasBase64Row(source, first, leastBytes('base64', shortest), wide);
}

/** `folds`: digits of both cases may be a secret by themselves. */
export function maySpellHex(
  source: Uint8Array,
  shortest: number,
  wide: boolean,
  folds: boolean,
  lines: boolean,
): boolean {
  const least = leastBytes('hex', shortest);
  for (let next = 0; next < source.length; ) {
    const [start, end] = nextStretch(source, next, IS_HEX, shortest);
    if (start === end) return false;
    if (lines && isBroken(source, start, end, 2)) return true;
    for (const from of [start, start - 1]) if (hasHexRow(source, from, (end - from + 1) >> 1, least, wide)) return true;
    if (folds && (hasUpper(source, start, end) || source[end] === PADDING)) return true;
    next = end;
  }
  return false;
}

/** What is written behind digits is hidden with them. */
const PADDING = 0x3d;

function hasUpper(source: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((source[at] as number) < 0x61 && (source[at] as number) > 0x39) return true;
  return false;
}
