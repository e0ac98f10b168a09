// From a record to log entries and back. A record longer than one entry is written as parts, then one entry that joins
// them; the parts' digest in the join means that no part can be changed or swapped and still be read.
import { joinedRecordSchema, type LedgerRecord, parseRecord, partRecordSchema } from '@castellan/contract';
import { MAX_ENTRY_BYTES } from '@castellan/ledger';
import { sha256 } from '../digest.ts';

const utf8 = new TextEncoder();
const PART_CHARACTERS = 20_000; // UTF-16 units; each at most 3 bytes, and JSON escaping of a JSON text at most doubles it.

/** The entries of a record text, in order. `name` gives the record a name that is unique in the log, should it need one. */
export function entriesOf(text: string, name: () => string): readonly Uint8Array[] {
  const whole = utf8.encode(text);
  if (whole.length <= MAX_ENTRY_BYTES) return [whole];
  const of = name();
  const parts: string[] = [];
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + PART_CHARACTERS);
    // A surrogate pair is never cut: half of one would not survive UTF-8.
    if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
    parts.push(text.slice(start, end));
    start = end;
  }
  const entries = parts.map((part, n) => utf8.encode(JSON.stringify({ kind: 'part', of, n, text: part })));
  return [...entries, utf8.encode(JSON.stringify({ kind: 'joined', of, parts: parts.length, digest: sha256(text) }))];
}

export type Decoded =
  | { readonly kind: 'record'; readonly record: LedgerRecord }
  | { readonly kind: 'part'; readonly of: string; readonly n: number; readonly text: string }
  | { readonly kind: 'joined'; readonly of: string; readonly parts: number; readonly digest: string }
  | { readonly kind: 'unreadable' };

const utf8Decoder = new TextDecoder('utf-8', { fatal: true });

function jsonOf(entry: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof entry === 'string' ? entry : utf8Decoder.decode(entry));
  } catch {
    return undefined;
  }
}

export function decodeEntry(entry: Uint8Array): Decoded {
  const value = jsonOf(entry);
  const kind = typeof value === 'object' && value !== null && 'kind' in value ? value.kind : undefined;
  if (kind === 'part') {
    const part = partRecordSchema.safeParse(value);
    return part.success ? part.data : { kind: 'unreadable' };
  }
  if (kind === 'joined') {
    const joined = joinedRecordSchema.safeParse(value);
    return joined.success ? joined.data : { kind: 'unreadable' };
  }
  const record = parseRecord(value);
  return record.ok ? { kind: 'record', record: record.value } : { kind: 'unreadable' };
}

/** The record that a join and its parts make, or null when they do not fit together. */
export function joinParts(
  joined: Extract<Decoded, { kind: 'joined' }>,
  parts: readonly Decoded[],
): LedgerRecord | null {
  const texts = parts.map((part, n) =>
    part.kind === 'part' && part.of === joined.of && part.n === n ? part.text : null,
  );
  if (texts.length !== joined.parts || texts.includes(null)) return null;
  const text = texts.join('');
  if (sha256(text) !== joined.digest) return null;
  const record = parseRecord(jsonOf(text));
  return record.ok ? record.value : null;
}
