// Reads a query: `agent:claude verdict:deny -tool:Read "drop table"`. Every fault is told at once, with where it stands and
// what would be right; a query that was not understood is never half of one, for it would find what nobody asked for.
import { MAX_QUERY, type Query, type QueryTerm } from './query.ts';
import {
  DAY,
  isQueryField,
  MOMENT,
  QUERY_FIELD_NAMES,
  QUERY_FIELDS,
  type QueryField,
  valuesOfField,
} from './query-words.ts';
import { type Fault, faulty, type Parsed, parsed } from './result.ts';

const MAX_TERMS = 32;
const MAX_VALUES = 50;

interface Piece {
  /** Where it begins, counted from 1. */
  readonly at: number;
  readonly not: boolean;
  /** As it was typed; null: bare words. */
  readonly name: string | null;
  readonly values: readonly string[];
}

interface Misread {
  readonly at: number;
  readonly fault: Fault;
}

const faultAt = (at: number, message: string, hint: string): Misread => ({
  at,
  fault: { path: '', message: `at character ${at}: ${message}`, hint },
});

class Reader {
  readonly #text: string;
  #at = 0;
  readonly faults: Misread[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** The character that comes; empty at the end. */
  #next(): string {
    return this.#text.charAt(this.#at);
  }

  pieces(): readonly Piece[] {
    const pieces: Piece[] = [];
    for (;;) {
      while (/\s/.test(this.#next())) this.#at += 1;
      if (this.#at >= this.#text.length) return pieces;
      pieces.push(this.#piece());
    }
  }

  #piece(): Piece {
    const at = this.#at + 1;
    const not = this.#next() === '-';
    if (not) this.#at += 1;
    const name = this.#name();
    if (name === null || name === 'text') return { at, not, name, values: [this.#value(true)] };
    const values = [this.#value(false)];
    while (this.#next() === ',') {
      this.#at += 1;
      values.push(this.#value(false));
    }
    return { at, not, name, values };
  }

  /** What stands before a colon; null where there is none: it is text then. */
  #name(): string | null {
    const found = /^[^\s",:\\]+:/.exec(this.#text.slice(this.#at))?.[0];
    if (found === undefined) return null;
    this.#at += found.length;
    return found.slice(0, -1).toLowerCase();
  }

  /** @param bare whether a comma belongs to it. */
  #value(bare: boolean): string {
    const at = this.#at + 1;
    if (this.#next() === '"') return this.#quoted();
    let value = '';
    while (this.#next() !== '' && !/\s/.test(this.#next()) && (bare || this.#next() !== ',')) {
      if (this.#next() === '"') {
        this.faults.push(faultAt(this.#at + 1, 'a quote in the middle of a value', 'quote the whole value: `"…"`'));
        this.#quoted();
      } else {
        value += this.#next();
        this.#at += 1;
      }
    }
    if (value === '') this.faults.push(faultAt(at, 'nothing to look for', 'say what: `tool:Bash`, `"drop table"`'));
    return value;
  }

  #quoted(): string {
    const at = this.#at + 1;
    let value = '';
    this.#at += 1;
    while (this.#next() !== '"') {
      if (this.#next() === '\\') this.#at += 1;
      if (this.#next() === '') {
        this.faults.push(faultAt(at, 'a quote that never ends', 'end it with `"`; inside one, `\\"` is a quote'));
        return value;
      }
      value += this.#next();
      this.#at += 1;
    }
    this.#at += 1;
    if (value.trim() === '') this.faults.push(faultAt(at, 'nothing to look for', 'put something between the quotes'));
    else if (!/^[\s,]?$/.test(this.#next())) {
      this.faults.push(faultAt(this.#at + 1, 'something hangs on a quote', 'leave a space behind the quote'));
      while (this.#next() !== '' && !/[\s,]/.test(this.#next())) this.#at += 1;
    }
    return value;
  }
}

/** The fields that begin alike, or all. */
function fieldHint(name: string): string {
  const near = QUERY_FIELD_NAMES.filter((field) => field.startsWith(name.slice(0, 2)));
  const which = near.length > 0 ? `did you mean ${near.map((field) => `\`${field}:\``).join(' or ')}? ` : '';
  return `${which}fields are ${QUERY_FIELD_NAMES.join(', ')}; to look for the text itself, quote it`;
}

function valueIn(field: QueryField, given: string): { readonly value: string } | { readonly fault: string } {
  const values = valuesOfField(field);
  const lower = given.toLowerCase();
  switch (values.kind) {
    case 'words':
      return values.words.includes(lower)
        ? { value: lower }
        : { fault: `one of ${values.words.map((word) => `\`${word}\``).join(', ')}` };
    case 'moment':
      return MOMENT.test(lower) && isDay(lower)
        ? { value: lower }
        : { fault: '`30m`, `2h`, `2d` or `3w` ago, `today`, `yesterday`, `2026-11-20` or `2026-11-20T18:00`' };
    case 'day':
      return DAY.test(lower) && isDay(lower) ? { value: lower } : { fault: '`today`, `yesterday` or `2026-11-20`' };
    case 'id': {
      const id = lower.startsWith(`${values.prefix}_`) ? lower : `${values.prefix}_${lower}`;
      return new RegExp(`^${values.prefix}_[0-9a-z]{6,40}$`).test(id)
        ? { value: id }
        : { fault: `a whole id: \`${values.prefix}_\` and letters and digits; \`--json\` shows them` };
    }
    case 'name':
      return { value: lower };
    case 'path':
      return /^(?:\/|~(?:\/|$)|\*)/.test(given)
        ? { value: given }
        : { fault: 'a whole path, `~/…`, or `**/name` wherever it is' };
    case 'text':
      return { value: lower };
  }
}

/** Whether a date that begins the value, if one does, is in the calendar, and its time on the clock. */
function isDay(value: string): boolean {
  const found = /^(\d{4})-(\d{2})-(\d{2})(?:t(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(value);
  if (found === null) return true;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
}

/** The query of a text; an empty one holds for everything. */
export function parseQuery(text: string): Parsed<Query> {
  if (text.length > MAX_QUERY)
    return faulty({ path: '', message: `a query of ${text.length} characters`, hint: `at most ${MAX_QUERY}` });
  const reader = new Reader(text);
  const pieces = reader.pieces();
  const faults = [...reader.faults];
  if (pieces.length > MAX_TERMS)
    faults.push({
      at: 0,
      fault: { path: '', message: `a query of ${pieces.length} terms`, hint: `at most ${MAX_TERMS}` },
    });
  const terms: QueryTerm[] = [];
  for (const { at, not, name, values } of pieces) {
    const field = name ?? 'text';
    if (!isQueryField(field)) {
      faults.push(faultAt(at, `unknown field \`${field}\``, fieldHint(field)));
      continue;
    }
    if (values.length > MAX_VALUES)
      faults.push(faultAt(at, `${values.length} values of \`${field}\``, `at most ${MAX_VALUES}`));
    const read: string[] = [];
    for (const value of values.filter((each) => each !== '')) {
      const found = valueIn(field, value);
      if ('value' in found) read.push(found.value);
      else
        faults.push(faultAt(at, `\`${field}\` cannot be \`${value}\``, `${QUERY_FIELDS[field].what}: ${found.fault}`));
    }
    terms.push({ field, not, values: [...new Set(read)] });
  }
  if (faults.length === 0) return parsed(terms);
  return faulty(...faults.toSorted((a, b) => a.at - b.at).map(({ fault }) => fault));
}
