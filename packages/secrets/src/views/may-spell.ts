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

/** Of two digits, the kinds of the three bytes that may begin in the first, two bits each (see `plausible.ts`). */
const KINDS = Uint8Array.from({ length: 4_096 }, (_, pair) => {
  const bytes = [pair >> 4, pair >> 2, pair].map((bits) => bits & 255);
  return bytes.reduce((kinds, byte, within) => kinds | ((KIND[byte] as number) << (within * 2)), 0);
});

/** The two digits from a place on; what stands outside of the source means set bits. */
function pairAt(source: Uint8Array, digit: number): number {
  const next = digit + 1;
  if (digit >= 0 && next < source.length)
    return ((BASE64[source[digit] as number] as number) << 6) | (BASE64[source[next] as number] as number);
  const first = digit < 0 || digit >= source.length ? 63 : (BASE64[source[digit] as number] as number);
  return (first << 6) | (next === 0 && source.length > 0 ? (BASE64[source[0] as number] as number) : 63);
}

type ByteAt = (source: Uint8Array, first: number, at: number) => number;

/** A byte of what the digits from `first` on spell. */
const base64ByteAt: ByteAt = (source, first, at) => {
  const group = (at / 3) | 0;
  return (pairAt(source, first + at + group) >> (4 - (at - group * 3) * 2)) & 255;
};

const hexDigitAt = (source: Uint8Array, digit: number): number =>
  digit < 0 || digit >= source.length ? 15 : (HEX[source[digit] as number] as number);
const hexByteAt: ByteAt = (source, first, at) =>
  (hexDigitAt(source, first + at * 2) << 4) | hexDigitAt(source, first + at * 2 + 1);

/** As in `plausible.ts` for a byte beyond ASCII; before the first byte stand set bits. */
function isPartOfSign(byteAt: ByteAt, source: Uint8Array, first: number, at: number, wide: boolean): boolean {
  const byte = byteAt(source, first, at);
  if (KIND[byte] === 3) return (wide || byte >= 0xe0) && KIND[byteAt(source, first, at + 1)] === 2;
  const before = at > 0 ? byteAt(source, first, at - 1) : 0xff;
  if (before >= 0xc2) return wide || before >= 0xe0;
  return before >= 0x80 && (at < 2 || byteAt(source, first, at - 2) >= 0x80);
}

/**
 * Whether `shortest` bytes in a row of the first `size` that the digits from `first` on spell may be text. The last byte of
 * each possible row is looked at first.
 */
function hasBase64Row(source: Uint8Array, first: number, size: number, shortest: number, wide: boolean): boolean {
  let least = 0;
  let probe = shortest - 1;
  while (probe < size) {
    const group = (probe / 3) | 0;
    let within = probe - group * 3;
    let digit = first + probe + group;
    let at = probe;
    for (; at >= least; at--) {
      const kind = ((KINDS[pairAt(source, digit)] as number) >> (within * 2)) & 3;
      if (kind === 0 || (kind > 1 && !isPartOfSign(base64ByteAt, source, first, at, wide))) break;
      digit -= within === 0 ? 2 : 1;
      within = within === 0 ? 2 : within - 1;
    }
    if (at < least) return true;
    least = at + 1;
    probe = at + shortest;
  }
  return false;
}

function hasHexRow(source: Uint8Array, first: number, size: number, shortest: number, wide: boolean): boolean {
  let least = 0;
  let probe = shortest - 1;
  while (probe < size) {
    let at = probe;
    for (; at >= least; at--) {
      const kind = KIND[hexByteAt(source, first, at)] as number;
      if (kind === 0 || (kind > 1 && !isPartOfSign(hexByteAt, source, first, at, wide))) break;
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

/** Whether digits that were collected one after another may spell text from the `shift`th on. */
export const collectedMaySpell = (
  digits: Uint8Array,
  encoding: Encoding,
  shift: number,
  shortest: number,
  wide: boolean,
): boolean =>
  (encoding === 'base64' ? hasBase64Row : hasHexRow)(
    digits,
    shift,
    leastBytes(encoding, digits.length - shift),
    leastBytes(encoding, shortest),
    wide,
  );

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
  // What stands between runs means set bits, so the whole rest of the text can be asked at once.
  const least = leastBytes('base64', shortest);
  for (let shift = 0; shift < 4; shift++) {
    const from = first - 1 - shift;
    if (hasBase64Row(source, from, ((source.length + 1 - from) * 3) >> 2, least, wide)) return true;
  }
  return false;
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
