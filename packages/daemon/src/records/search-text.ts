// What of a record is looked for by text, and the signature of it. Pure. INVARIANT: a trigram of a text is in its signature,
// so that what a signature rules out is not there; what it lets pass is looked at in the record itself.
import { SLICE_BYTES, SLICES } from '../store/index.ts';

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What has fields of its own or tells a person nothing. */
const UNSAID: ReadonlySet<string> = new Set(
  'kind at call agent task session approval digest resultDigest policy scope toolClass targetKind place certainty span'.split(
    ' ',
  ),
);

function gather(value: unknown, into: string[], names: boolean): void {
  if (typeof value === 'string') into.push(value);
  else if (typeof value === 'number') into.push(String(value));
  else if (Array.isArray(value)) for (const part of value) gather(part, into, names);
  else if (isObject(value))
    for (const name in value) {
      const part = value[name];
      if (names) into.push(name);
      else if (UNSAID.has(name)) continue;
      gather(part, into, names || name === 'arguments');
    }
}

/** Everything that a record shows, in lower case, a line for each part. */
export function textOf(record: Json): string {
  const parts: string[] = [];
  if (record.kind === 'attempt') parts.push(`${String(record.module)}/${String(record.tool)}`);
  gather(record, parts, false);
  return parts.join('\n').toLowerCase();
}

const SLICE_BITS = SLICE_BYTES * 8;

/** The number that stands for a trigram: spread, the same in every run. Only characters beyond Latin meet more often than by chance. */
function spread(a: number, b: number, c: number): number {
  let mixed = Math.imul((a << 18) ^ (b << 9) ^ c ^ (a >>> 14), 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

const sliceOf = (gram: number): number => gram % SLICES;
const firstBit = (gram: number): number => (gram >>> 4) % SLICE_BITS;
const secondBit = (gram: number): number => (gram >>> 17) % SLICE_BITS;

/** Marks every trigram of a lower-case text. */
export function markText(grams: Uint8Array, text: string): void {
  let a = text.charCodeAt(0);
  let b = text.charCodeAt(1);
  for (let at = 2; at < text.length; at += 1) {
    const c = text.charCodeAt(at);
    const gram = spread(a, b, c);
    const base = sliceOf(gram) * SLICE_BYTES;
    const one = firstBit(gram);
    const two = secondBit(gram);
    grams[base + (one >>> 3)] = (grams[base + (one >>> 3)] ?? 0) | (1 << (one & 7));
    grams[base + (two >>> 3)] = (grams[base + (two >>> 3)] ?? 0) | (1 << (two & 7));
    a = b;
    b = c;
  }
}

export interface Gram {
  readonly slice: number;
  readonly bits: readonly [number, number];
}

/** At most this many trigrams are asked for: each rules out some of what the ones before let pass. */
const ASKED = 20;

/** Trigrams that a text has wherever it stands, from its end, which of paths and names is what others do not share. */
export function gramsOf(text: string): readonly Gram[] {
  const count = text.length - 2;
  if (count <= 0) return [];
  const step = Math.max(1, Math.floor(count / ASKED));
  const grams: Gram[] = [];
  for (let at = count - 1; at >= 0 && grams.length < ASKED; at -= step) {
    const gram = spread(text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2));
    grams.push({ slice: sliceOf(gram), bits: [firstBit(gram), secondBit(gram)] });
  }
  return grams;
}

export const hasBits = (slice: Uint8Array, { bits }: Gram): boolean =>
  bits.every((bit) => (((slice[bit >>> 3] ?? 0) >>> (bit & 7)) & 1) === 1);
