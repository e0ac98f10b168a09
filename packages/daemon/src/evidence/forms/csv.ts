// CSV after RFC 4180, CRLF and a header line. INVARIANT: no cell is a formula. What a spreadsheet would calculate (`=`, `+`, `-`,
// `@`, a tab or a line end in front, also behind blanks) gets an apostrophe before it: an agent chooses the words that stand in
// cells, and `=WEBSERVICE(…)` sends the sheet to whoever wrote it. Where sheets are parted by semicolons or tabs, what we quoted is
// read as it stands: what follows one of those, or a line end, begins a cell there.
import type { Evidence } from './evidence.ts';
import { fieldsOf, NAMED_FIELDS } from './fields.ts';

const COLUMNS = ['index', 'leaf', 'time', 'kind', ...NAMED_FIELDS, 'severity', 'effects', 'text', 'record'] as const;

/** Blanks of every kind in front: some spreadsheets trim them. Full-width signs: some read them as the narrow ones. */
const FORMULA = /^[\s\p{Cf}\p{Cc}]*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/u;

/** What ends a cell to a reader that does not know where ours end, and what is a formula then. */
const INSIDE = /([;\t\r\n][[\s"\p{Cf}\p{Cc}]--[\t\r\n]]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/gv;

export function cell(text: string): string {
  const inside = text.replace(INSIDE, "$1'");
  const safe = FORMULA.test(inside) ? `'${inside}` : inside;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const CSV_HEAD: string = COLUMNS.join(',');

export function csvLine({ index, leaf, record }: Evidence): string {
  const { effects, ...fields } = fieldsOf(record);
  const row: Readonly<Record<(typeof COLUMNS)[number], string>> = {
    ...fields,
    index: String(index),
    leaf,
    time: new Date(record.at).toISOString(),
    kind: record.kind,
    effects: effects.join('; '),
    // JSON has its own way to write a semicolon, so the record stays what it was.
    record: JSON.stringify(record).replaceAll(';', '\\u003b'),
  };
  return COLUMNS.map((name) => cell(row[name])).join(',');
}
