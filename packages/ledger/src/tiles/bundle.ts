// Entry bundles (C2SP tlog-tiles, "Log entries"): entries after each other, each behind its length as a big-endian uint16.

/** The largest entry: what a uint16 can count, in bytes. */
export const MAX_ENTRY_BYTES = 65_535;

const LENGTH_BYTES = 2;

/** The bytes that entries take in a bundle. */
export function bundleBytes(entries: readonly Uint8Array[]): number {
  return entries.reduce((sum, entry) => sum + LENGTH_BYTES + entry.length, 0);
}

/** Writes entries into `target` at `offset`; returns the offset behind them. */
export function putEntries(target: Uint8Array, offset: number, entries: readonly Uint8Array[]): number {
  let at = offset;
  for (const entry of entries) {
    target[at] = entry.length >> 8;
    target[at + 1] = entry.length & 0xff;
    target.set(entry, at + LENGTH_BYTES);
    at += LENGTH_BYTES + entry.length;
  }
  return at;
}

export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(bundleBytes(entries));
  putEntries(bytes, 0, entries);
  return bytes;
}

/** Where the data of each entry begins and ends, up to the first one that does not fit; `isWhole` when all of them do. */
export function scanBundle(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): { readonly spans: readonly number[]; readonly isWhole: boolean } {
  const spans: number[] = [];
  let at = start;
  while (at < end) {
    const data = at + LENGTH_BYTES;
    const next = data + (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
    if (data > end || next > end) return { spans, isWhole: false };
    spans.push(data, next);
    at = next;
  }
  return { spans, isWhole: true };
}

/** The entries of a bundle as views of its bytes; undefined when it is malformed. */
export function parseBundle(bytes: Uint8Array): Uint8Array[] | undefined {
  const { spans, isWhole } = scanBundle(bytes);
  if (!isWhole) return undefined;
  const entries: Uint8Array[] = [];
  for (let i = 0; i < spans.length; i += 2) entries.push(bytes.subarray(spans[i], spans[i + 1]));
  return entries;
}
