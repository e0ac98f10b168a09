// Keeps of decoded bytes what may be text: everything that was never encoded decodes to noise, and noise hides nothing
// that an encoding within an encoding could be (a value in one encoding is found by its own forms).

/** 1: a printable ASCII sign, white space, or the zero of UTF-16. 2: goes on a sign beyond ASCII. 3: begins one. */
export const KIND: Uint8Array = new Uint8Array(256);
for (let byte = 0x20; byte < 0x7f; byte++) KIND[byte] = 1;
for (const byte of [0, 9, 10, 13, 27]) KIND[byte] = 1;
for (let byte = 0x80; byte < 0xc0; byte++) KIND[byte] = 2;
for (let byte = 0xc2; byte < 0xf5; byte++) KIND[byte] = 3;

/** `wide`: signs of two bytes count; without, only those of three and four, which noise seldom makes. */
function isPart(bytes: Uint8Array, at: number, wide: boolean): boolean {
  const byte = bytes[at] as number;
  const kind = KIND[byte] as number;
  if (kind < 2) return kind === 1;
  if (kind === 3) return (wide || byte >= 0xe0) && KIND[bytes[at + 1] as number] === 2;
  const before = at > 0 ? (bytes[at - 1] as number) : 0;
  if (before >= 0xc2) return wide || before >= 0xe0;
  return before >= 0x80 && at > 1 && (bytes[at - 2] as number) >= 0x80;
}

export interface Kept {
  readonly bytes: Uint8Array;
  /** Where among all bytes a kept one stood. */
  placeOf(at: number): number;
}

/** The stretches of at least `shortest` bytes that may be text, one after another with a separator between; null for none. */
export function keepPlausible(bytes: Uint8Array, shortest: number, wide: boolean): Kept | null {
  const starts: number[] = [];
  const ends: number[] = [];
  let size = 0;
  let least = 0;
  let probe = shortest - 1;
  while (probe < bytes.length) {
    let at = probe;
    while (at >= least && isPart(bytes, at, wide)) at--;
    if (at >= least) {
      least = at + 1;
      probe = at + shortest;
      continue;
    }
    let end = probe + 1;
    while (end < bytes.length && isPart(bytes, end, wide)) end++;
    let zeros = 0;
    for (let i = least; i < end; i++) if (bytes[i] === 0) zeros++;
    if ((end - least - zeros) * 2 >= shortest - 1) {
      starts.push(least);
      ends.push(end);
      size += end - least + 1;
    }
    least = end + 1;
    probe = end + shortest;
  }
  if (size === 0) return null;
  const kept = new Uint8Array(size).fill(0xff);
  const offsets: number[] = [];
  let used = 0;
  for (let i = 0; i < starts.length; i++) {
    const from = starts[i] as number;
    const to = ends[i] as number;
    kept.set(bytes.subarray(from, to), used);
    offsets.push(used);
    used += to - from + 1;
  }
  return {
    bytes: kept,
    placeOf: (at) => {
      let low = 0;
      let high = offsets.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((offsets[middle] as number) <= at) low = middle;
        else high = middle - 1;
      }
      return (starts[low] as number) + at - (offsets[low] as number);
    },
  };
}
