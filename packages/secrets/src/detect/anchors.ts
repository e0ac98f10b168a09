// The one pass over the input: where any of some hundred words and token prefixes stands. Each anchor is found by its rarest
// three characters, folded to 32 classes, so a byte costs two small look-ups and nothing else unless an anchor may be here.
import { lower } from './bytes.ts';
import { pairWeight } from './randomness.ts';

export interface Anchor {
  readonly text: string;
  /** Words match in any case; token prefixes only as written. */
  readonly anyCase: boolean;
}

/** Called for each place where the anchor of that index stands whole. */
export type OnAnchor = (index: number, start: number) => void;

const GRAM = 3;
const MASK = 0x7fff;

/** 1..26 letters, 27 digits, 28.. the marks that anchors hold; 0 for all else. */
function foldByte(byte: number): number {
  const small = lower(byte);
  if (small >= 97 && small <= 122) return small - 96;
  if (small >= 48 && small <= 57) return 27;
  return '_-./:'.includes(String.fromCharCode(small)) && small < 128
    ? 28 + '_-./:'.indexOf(String.fromCharCode(small))
    : 0;
}

const FOLD = Uint8Array.from({ length: 256 }, (_, byte) => foldByte(byte) & 31);

/** Letters from the most usual on. */
const USUAL_LETTERS = 'etaoinsrhldcumfpgwybvkxjqz';

/** How often the three characters may be met where no anchor is: by the letters of words and their pairs. */
function usual(text: string): number {
  const small = text.toLowerCase();
  let cost = 0;
  for (const char of small) {
    const rank = USUAL_LETTERS.indexOf(char);
    cost += rank === -1 ? -2 : (13 - rank) / 13;
  }
  for (let at = 1; at < small.length; at++) {
    const [first, second] = [small.charCodeAt(at - 1), small.charCodeAt(at)];
    cost += first === second && !USUAL_LETTERS.includes(small[at] ?? '') ? 3 : -pairWeight(first, second);
  }
  return cost;
}

function rarestGram(text: string): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at + GRAM <= text.length; at++) {
    const cost = usual(text.slice(at, at + GRAM));
    if (cost < least) {
      least = cost;
      best = at;
    }
  }
  return best;
}

export interface AnchorSearch {
  scan(input: Uint8Array, found: OnAnchor): void;
}

export function createAnchorSearch(anchors: readonly Anchor[]): AnchorSearch {
  const texts = anchors.map(({ text, anyCase }) =>
    Uint8Array.from(anyCase ? text.toLowerCase() : text, (c) => c.charCodeAt(0)),
  );
  const offsets = anchors.map(({ text }) => rarestGram(text));
  const lists: number[][] = [[]];
  const bucket = new Uint16Array(MASK + 1);
  /** Whether a bucket holds anything: a sixteenth of its size, so that it stays near. */
  const bits = new Int32Array((MASK + 1) >> 5);
  anchors.forEach(({ text }, index) => {
    if (text.length < GRAM) throw new Error(`the anchor \`${text}\` is shorter than ${GRAM}`);
    let gram = 0;
    const offset = offsets[index] ?? 0;
    for (let at = offset; at < offset + GRAM; at++) gram = (gram << 5) | (FOLD[text.charCodeAt(at)] ?? 0);
    if (bucket[gram] === 0) bucket[gram] = lists.push([]) - 1;
    bits[gram >> 5] = (bits[gram >> 5] ?? 0) | (1 << (gram & 31));
    lists[bucket[gram] ?? 0]?.push(index);
  });

  const stands = (input: Uint8Array, start: number, index: number): boolean => {
    const text = texts[index];
    if (text === undefined || start < 0 || start + text.length > input.length) return false;
    if (anchors[index]?.anyCase === true) {
      for (let at = 0; at < text.length; at++) if (lower(input[start + at] ?? 0) !== text[at]) return false;
    } else {
      for (let at = 0; at < text.length; at++) if (input[start + at] !== text[at]) return false;
    }
    return true;
  };

  const check = (input: Uint8Array, at: number, list: readonly number[], found: OnAnchor): void => {
    for (const index of list) {
      const start = at - (offsets[index] ?? 0);
      if (stands(input, start, index)) found(index, start);
    }
  };

  const scan = (input: Uint8Array, found: OnAnchor): void => {
    const length = input.length;
    let gram = 0;
    for (let at = 0; at < length; at++) {
      gram = ((gram << 5) | (FOLD[input[at] as number] as number)) & MASK;
      if ((((bits[gram >> 5] as number) >>> (gram & 31)) & 1) === 0) continue;
      check(input, at - GRAM + 1, lists[bucket[gram] as number] ?? [], found);
    }
  };
  return { scan };
}
