// A query of what happened: terms that must all hold. INVARIANT: what `printQuery` writes, `parseQuery` reads as the same.
import type { QueryField } from './query-words.ts';

export interface QueryTerm {
  readonly field: QueryField;
  /** Whether none of the values may hold, instead of any. */
  readonly not: boolean;
  /** Never empty. Of `text` exactly one. In the spelling that is compared: lower case wherever case does not count. */
  readonly values: readonly string[];
}
export type Query = readonly QueryTerm[];

/** The longest query, in characters. */
export const MAX_QUERY = 1000;

const BARE = /^[^\s",:\\-][^\s",:\\]*$/;
const quoted = (value: string): string => `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
const valueText = (value: string): string => (BARE.test(value) ? value : quoted(value));

/** One term as a person would type it. */
function printTerm({ field, not, values }: QueryTerm): string {
  const sign = not ? '-' : '';
  if (field === 'text') return `${sign}${values.map(valueText).join('')}`;
  return `${sign}${field}:${values.map(valueText).join(',')}`;
}

/** The query as a person would type it. */
export const printQuery = (query: Query): string => query.map(printTerm).join(' ');
