// Redacts a JSON value: its strings, its keys, numbers that spell a secret, and a value split over fields that follow each
// other. The shape stays; nothing is ever assigned through a prototype.
import type { JsonValue } from '@castellan/contract';
import type { Finding } from './finding.ts';
import { type Marker, replaceText } from './replace.ts';

type FindText = (text: string) => { readonly size: number; readonly findings: readonly Finding[] };

/** A place for a string of the value, in the order they are written. */
interface Leaf {
  text: string;
}

const MAX_DEPTH = 2_000;

interface Kept {
  readonly keys: Leaf[];
  readonly values: Leaf[];
}

/** What a value is made of: its leaves listed, and how to build it again from what they have become. */
function takeApart(value: JsonValue, kept: Kept, depth: number): () => JsonValue {
  if (typeof value === 'string') {
    const leaf = { text: value };
    kept.values.push(leaf);
    return () => leaf.text;
  }
  if (typeof value === 'number') {
    const written = String(value);
    const leaf = { text: written };
    kept.values.push(leaf);
    return () => (leaf.text === written ? value : leaf.text);
  }
  if (value === null || typeof value !== 'object') return () => value;
  if (depth > MAX_DEPTH) return () => '[too deep to be shown]';
  if (Array.isArray(value)) {
    const items = value.map((item: JsonValue) => takeApart(item, kept, depth + 1));
    return () => items.map((build) => build());
  }
  const fields = Object.entries(value).map(([key, item]) => {
    const leaf = { text: key };
    kept.keys.push(leaf);
    return [leaf, takeApart(item, kept, depth + 1)] as const;
  });
  return () => {
    const taken = new Set<string>();
    return Object.fromEntries(
      fields.map(([{ text }, build]) => {
        let key = text;
        for (let count = 2; taken.has(key); count++) key = `${text}#${count}`;
        taken.add(key);
        return [key, build()];
      }),
    );
  };
}

/** Secrets that cross from one leaf to the next when they are written one after another. */
function redactAcross(leaves: readonly Leaf[], find: FindText, mark: Marker): void {
  if (leaves.length < 2) return;
  const joined = leaves.map(({ text }) => text.toWellFormed()).join('');
  const { findings } = find(joined);
  if (findings.length === 0) return;
  let start = 0;
  let from = 0;
  for (const leaf of leaves) {
    const size = Buffer.byteLength(leaf.text.toWellFormed(), 'utf8');
    const end = start + size;
    while ((findings[from]?.end ?? Number.POSITIVE_INFINITY) <= start) from++;
    const inside: Finding[] = [];
    for (let at = from; (findings[at]?.start ?? Number.POSITIVE_INFINITY) < end; at++) {
      const finding = findings[at];
      if (finding === undefined || (finding.start >= start && finding.end <= end)) continue;
      inside.push({ ...finding, start: Math.max(0, finding.start - start), end: Math.min(size, finding.end - start) });
    }
    leaf.text = replaceText(leaf.text, size, inside, mark);
    start = end;
  }
}

export function redactJson(value: JsonValue, find: FindText, mark: Marker): JsonValue {
  const kept: Kept = { keys: [], values: [] };
  const build = takeApart(value, kept, 0);
  for (const leaves of [kept.keys, kept.values]) {
    for (const leaf of leaves) {
      const { size, findings } = find(leaf.text);
      leaf.text = replaceText(leaf.text, size, findings, mark);
    }
    redactAcross(leaves, find, mark);
  }
  return build();
}
