// A query as what the index is asked: exact words, spans of time, and checks that only the record itself can answer.
// INVARIANT: nobody finds by a text what they are not shown. A value that mentions a secret finds nothing, names of the index
// are compared as they are shown, and a check is made on the redacted record: otherwise searching would spell a secret out.
import type { Query, QueryField, QueryTerm } from '@castellan/contract';
import { globMatches } from '@castellan/policy';
import { type Gram, gramsOf, isObject, type Json, textOf } from './search-text.ts';
import { wordNumber } from './search-words.ts';

export interface FindNames {
  /** Ids of the agents that a pattern names, in lower case, with `*` for anything. */
  agents(pattern: string): Promise<readonly string[]>;
  tasks(pattern: string): Promise<readonly string[]>;
}

export interface ClauseRooms {
  readonly names: FindNames;
  /** A text as it is shown. */
  readonly shown: (text: string) => string;
  /** Whether a text, in any case, holds what is not shown: the index is in lower case, and so is what is asked. */
  readonly hides: (text: string) => boolean;
  /** All values that a field has, some at a time. */
  readonly values: (field: string) => AsyncIterable<readonly string[]>;
  /** Positions of the records of a call. */
  readonly ofCall: (call: string) => readonly number[];
  readonly now: number;
  readonly home: string;
}

/** Milliseconds since 1970, the end not included. */
export type TimeSpan = readonly [from: number, before: number];

export type Clause =
  | { readonly kind: 'words'; readonly not: boolean; readonly words: readonly number[] }
  | { readonly kind: 'positions'; readonly not: boolean; readonly positions: readonly number[] }
  | { readonly kind: 'times'; readonly not: boolean; readonly spans: readonly TimeSpan[] }
  | {
      readonly kind: 'check';
      readonly not: boolean;
      /** Of each value the trigrams of a record that it fits. */
      readonly grams: readonly (readonly Gram[])[];
      /** @param text the record's, in lower case. */
      readonly fits: (record: Json, text: string) => boolean;
      /** Whether an entry may hold one that fits. @param raw in lower case. */
      readonly mayFit: (raw: string) => boolean;
    };

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Local days, as they are shown. */
const dayOf = (at: number, days: number): number => {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime();
};

/** @param value as the parser let it through. */
export function momentOf(value: string, now: number): number {
  if (value === 'now') return now;
  if (value === 'today') return dayOf(now, 0);
  if (value === 'yesterday') return dayOf(now, -1);
  const ago = /^(\d+)([mhdw])$/.exec(value);
  if (ago !== null) return now - Number(ago[1]) * (UNIT_MS[ago[2] ?? ''] ?? 0);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = value.split(/[-t:]/).map(Number);
  return new Date(year, month - 1, day, hour, minute, second).getTime();
}

function spanOf(field: 'since' | 'until' | 'on', value: string, now: number): TimeSpan {
  const at = momentOf(value, now);
  if (field === 'since') return [at, Number.POSITIVE_INFINITY];
  return field === 'until' ? [0, at] : [at, dayOf(at, 1)];
}

async function valuesIn(
  field: QueryField,
  pattern: string,
  { names, hides, values }: ClauseRooms,
): Promise<readonly string[]> {
  if (hides(pattern)) return [];
  if (field === 'agent') return /^agent_[0-9a-z]+$/.test(pattern) ? [pattern] : names.agents(pattern);
  if (field === 'task') return /^task_[0-9a-z]+$/.test(pattern) ? [pattern] : names.tasks(pattern);
  if (!pattern.includes('*')) return [pattern];
  const found: string[] = [];
  const fits = matcherOf(pattern);
  for await (const some of values(field)) found.push(...some.filter((value) => fits(value) && !hides(value)));
  return found;
}

/** As `globMatches`, at once for what has no `/`: an agent may have made any number of names. */
function matcherOf(pattern: string): (value: string) => boolean {
  const parts = pattern.split(/\*+/);
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  const between = parts.slice(1, -1);
  const fits = (value: string): boolean => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) return false;
    let at = first.length;
    for (const part of between) {
      const found = value.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= value.length - last.length;
  };
  return (value) => fits(value) && (!value.includes('/') || globMatches(pattern, value));
}

const ESCAPED = /[/"\\\u0000-\u001f\u007f-\u009f\ud800-\udfff]/;

/** What JSON writes of a text as it is: whatever it may write otherwise, and what is joined from two members, stands between. */
const rawParts = (text: string): readonly string[] => text.split(ESCAPED).filter((part) => part !== '');

function textClause({ not, values }: QueryTerm, { shown }: ClauseRooms): Clause {
  const wanted = values.filter((value) => shown(value) === value);
  const parts = wanted.map(rawParts);
  return {
    kind: 'check',
    not,
    grams: wanted.map(gramsOf),
    fits: (_record, text) => wanted.some((value) => text.includes(value)),
    mayFit: (raw) => parts.some((each) => each.every((part) => raw.includes(part))),
  };
}

const pathsOf = ({ effects }: Json): readonly string[] =>
  (Array.isArray(effects) ? effects.filter(isObject) : []).flatMap(({ targetKind, target }) =>
    targetKind === 'path' && typeof target === 'string' ? [target] : [],
  );

function pathClause({ not, values }: QueryTerm, { shown, home }: ClauseRooms): Clause {
  const wanted = values
    .filter((value) => shown(value) === value)
    .map((value) => value.replace(/^~(?=\/|$)/, () => home))
    .map((value) => (value.length > 1 ? value.replace(/\/+$/, '') : value));
  const literal = (pattern: string): string =>
    pattern
      .toLowerCase()
      .split('*')
      .reduce((longest, part) => (part.length > longest.length ? part : longest), '');
  const literals = wanted.map(literal);
  const parts = literals.map(rawParts);
  const fits = (pattern: string, path: string): boolean =>
    pattern.includes('*')
      ? globMatches(pattern, path)
      : path === pattern || path.startsWith(pattern === '/' ? pattern : `${pattern}/`);
  return {
    kind: 'check',
    not,
    grams: literals.map(gramsOf),
    fits: (record) => pathsOf(record).some((path) => wanted.some((pattern) => fits(pattern, path))),
    mayFit: (raw) => parts.some((each) => each.every((part) => raw.includes(part))),
  };
}

async function clauseOf(term: QueryTerm, rooms: ClauseRooms): Promise<Clause> {
  const { field, not, values } = term;
  switch (field) {
    case 'text':
      return textClause(term, rooms);
    case 'path':
      return pathClause(term, rooms);
    case 'call':
      return { kind: 'positions', not, positions: values.flatMap((value) => rooms.ofCall(value)) };
    case 'since':
    case 'until':
    case 'on':
      return { kind: 'times', not, spans: values.map((value) => spanOf(field, value, rooms.now)) };
    case 'agent':
    case 'task':
    case 'session':
    case 'tool':
    case 'module':
    case 'verdict':
    case 'decider':
    case 'outcome':
    case 'effect':
    case 'host':
    case 'rule':
    case 'secret':
    case 'kind':
    case 'change':
    case 'by': {
      const found = await Promise.all(values.map((value) => valuesIn(field, value, rooms)));
      return { kind: 'words', not, words: [...new Set(found.flat())].map((value) => wordNumber(field, value)) };
    }
  }
}

export const clausesOf = (query: Query, rooms: ClauseRooms): Promise<readonly Clause[]> =>
  Promise.all(query.map((term) => clauseOf(term, rooms)));

/** Whether a record, as it is shown, fits everything that only it can answer. */
export function fitsAll(clauses: readonly Clause[], record: Json): boolean {
  const text = textOf(record);
  return clauses.every((clause) => clause.kind !== 'check' || clause.fits(record, text) !== clause.not);
}

/** Whether no clause rules an entry out as it stands in the ledger. */
export const mayFitAll = (clauses: readonly Clause[], raw: string): boolean =>
  clauses.every((clause) => clause.kind !== 'check' || clause.not || clause.mayFit(raw));
