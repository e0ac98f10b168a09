// Whether text was drawn at random or written by a person, in bits of evidence: above nought for random, below for words.
// Letter pairs weigh by how much rarer they are in words than by chance; digits among letters and capitals out of place
// weigh for random. One pass, no allocation.
import { CLASS, DIGIT, is, LETTER, LOWER, lower, UPPER } from './bytes.ts';

// How usual the second letter (column a..z) is after the first (row a..z) in words of documentation, type declarations and
// configuration: 6 as by chance, each step 2/3 of a bit. Measured by us over the packages this project is built with.
const PAIRS = [
  '17760350603968060879543141',
  '94429001840911830774800040',
  '80519008607700910649600030',
  '83259140900522710671620040',
  '62795541100668253996042620',
  '81329800901722900745700060',
  '72219267800657710863700010',
  '90029000900342901747600040',
  '64766660001769850578050205',
  '80409030504211911393843100',
  '71459440900516430394502050',
  '82269200901802820066630070',
  '96229000910362890152600010',
  '70788490714314620289440030',
  '44662350404779560966756210',
  '90129015701821870957600020',
  '00000000300801040332901011',
  '92559340804365820677531050',
  '60729307804433772289712040',
  '80529117900410720876502060',
  '66657350600879270888000100',
  '90309030900000700031320010',
  '92129038900408810871003100',
  '70819302800430590039101441',
  '65647341702768790496305003',
  '80139123804421820142502146',
];
const WEIGHT = Float64Array.from(PAIRS.join(''), (digit) => (6 - Number(digit)) / 1.5);

/** Bits for a pair of characters; nought where they are not two letters. */
export function pairWeight(first: number, second: number): number {
  const row = lower(first) - 97;
  const column = lower(second) - 97;
  return row >= 0 && row < 26 && column >= 0 && column < 26 ? (WEIGHT[row * 26 + column] ?? 0) : 0;
}

const CHANGE = 1.6;
const DIGITS = 0.5;
const CAPITAL_INSIDE = 0.7;
const CAMEL = 0.2;

export function randomness(input: Uint8Array, start: number, end: number): number {
  let bits = 0;
  for (let at = start + 1; at < end; at++) {
    const before = input[at - 1] ?? 0;
    const byte = input[at] ?? 0;
    const was = CLASS[before] ?? 0;
    const now = CLASS[byte] ?? 0;
    if ((was & LETTER) !== 0 && (now & LETTER) !== 0) {
      const first = lower(before) - 97;
      const second = lower(byte) - 97;
      const camel = (was & LOWER) !== 0 && (now & UPPER) !== 0;
      if (camel) bits += CAMEL;
      else bits += WEIGHT[first * 26 + second] ?? 0;
      // A capital begins a word; one that no small letter follows stands where words have none.
      if (camel && ((CLASS[input[at + 1] ?? 0] ?? 0) & LOWER) === 0) bits += CAPITAL_INSIDE;
    } else if ((was & DIGIT) !== 0 && (now & DIGIT) !== 0) bits += DIGITS;
    else if (((was | now) & DIGIT) !== 0 && ((was | now) & LETTER) !== 0) bits += CHANGE;
  }
  return bits;
}

/** Words joined up, with hardly a digit: the name of something, after what looks like a prefix. */
export function isText(input: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  for (let at = start; at < end; at++) if (is(input[at], DIGIT)) digits++;
  return digits < 2 && randomness(input, start, end) < 2;
}

/** Bits per character of the text's own distribution. */
export function entropy(input: Uint8Array, start: number, end: number): number {
  const counts = new Uint16Array(128);
  const length = end - start;
  for (let at = start; at < end; at++) {
    const code = (input[at] ?? 0) & 127;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / length) * Math.log2(count / length);
  return bits;
}

/** Text nobody drew: one character over and over, or counted up (`xxxxxxxx`, `1234567890`, `abcdefgh`). */
export function isRegular(input: Uint8Array, start: number, end: number): boolean {
  let same = 0;
  let step = 0;
  let longest = 0;
  let counted = 0;
  for (let at = start + 1; at < end; at++) {
    const difference = lower(input[at] ?? 0) - lower(input[at - 1] ?? 0);
    if (difference === 0) same++;
    step = difference === 1 ? step + 1 : 0;
    if (step > longest) longest = step;
    if (difference === 1) counted++;
  }
  const pairs = end - start - 1;
  return same * 10 >= pairs * 4 || counted * 2 > pairs || longest >= 7 || repeats(input, start, end);
}

const MOST_GROUP = 8;
const LEAST_REPEATED = 9;

/** One group three times over (`1234-1234-1234-`): some distance at which the text goes on as it was. */
function repeats(input: Uint8Array, start: number, end: number): boolean {
  for (let group = 2; group <= MOST_GROUP; group++) {
    let run = 0;
    for (let at = start + group; at < end; at++) {
      // One character over and over is another matter: base64 of noughts begins so.
      run = input[at] === input[at - group] && input[at] !== input[at - 1] ? run + 1 : 0;
      if (run >= LEAST_REPEATED) return true;
    }
  }
  return false;
}
