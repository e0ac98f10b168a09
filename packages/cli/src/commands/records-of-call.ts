// Where the records of one call stand in a ledger folder: read from the first to the last, for there is no index to believe.
import { readEntries } from '@castellan/ledger';

interface Part {
  readonly index: number;
  readonly of: unknown;
  readonly text: string;
}

/** What an entry says of itself; nothing where it is no JSON object. */
function said(entry: string): {
  readonly kind?: unknown;
  readonly call?: unknown;
  readonly of?: unknown;
  readonly text?: unknown;
} {
  try {
    const value: unknown = JSON.parse(entry);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Ascending; of a record in parts, all of them. Entries from `size` on are not looked at. */
export async function indexesOf(dir: string, call: string, size: number): Promise<readonly number[]> {
  const found: number[] = [];
  let parts: Part[] = [];
  for await (const { index, entry } of readEntries(dir, 0, size)) {
    const text = Buffer.from(entry).toString('utf8');
    // Parsing a million records to find four would take a minute: most neither name the call nor are parts.
    if (!text.includes(call) && !text.startsWith('{"kind":"part"') && !text.startsWith('{"kind":"joined"')) continue;
    const value = said(text);
    if (value.kind === 'part') parts.push({ index, of: value.of, text: String(value.text) });
    else if (value.kind === 'joined') {
      // A crash leaves parts that nothing joins: they are of no record, and must not hide the next one.
      const own = parts.filter((part) => part.of === value.of);
      const whole = said(own.map((part) => part.text).join(''));
      if (whole.call === call) found.push(...own.map((part) => part.index), index);
      parts = [];
    } else if (value.call === call) found.push(index);
  }
  return found;
}
