// Puts our entry in place of moved ones in a YAML file and back again. Pure. INVARIANT: outside of these entries no byte changes;
// the result is parsed again, and what it says is exactly what was meant, or there is none.
import { isDeepStrictEqual } from 'node:util';
import { OWN_NAME } from '../found.ts';
import { valueIn } from './json-put.ts';
import { entriesAt, yamlValue } from './yaml-places.ts';
import { dropFromYaml, putIntoYaml } from './yaml-put.ts';

type Paths = readonly (readonly string[])[];
type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const lineStart = (text: string, offset: number): number => text.lastIndexOf('\n', offset - 1) + 1;

/** Servers of one table. */
export function moveOutOfYaml(text: string, paths: Paths, entry: unknown): string | null {
  const section = paths[0]?.slice(0, -1) ?? [];
  const standing = entriesAt(text, section)?.some(({ name }) => name === OWN_NAME) ?? false;
  let rest: string | null = standing ? text : putIntoYaml(text, [...section, OWN_NAME], entry);
  for (const path of paths) rest = rest === null ? null : dropFromYaml(rest, path);
  return rest;
}

/** Their bytes as `before` has them, in place of our entry. */
export function putBackIntoYaml(text: string, before: string, paths: Paths): string | null {
  const section = paths[0]?.slice(0, -1) ?? [];
  const [now, was] = [yamlValue(text), yamlValue(before)];
  const [table, then] = [valueIn(now, section), valueIn(was, section)];
  const own = entriesAt(text, section)?.find(({ name }) => name === OWN_NAME);
  const names = paths.map((path) => path.at(-1) ?? '');
  const old = entriesAt(before, section)?.filter(({ name }) => names.includes(name)) ?? [];
  if (own === undefined || !isTable(table) || !isTable(then) || old.length !== names.length) return null;
  if (names.some((name) => Object.hasOwn(table, name))) return null;
  const stood = Object.hasOwn(then, OWN_NAME);
  const bytes = old.map(({ start, end }) => before.slice(lineStart(before, start), end));
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const back = bytes.map((each) => (each.endsWith('\n') ? each : each + newline)).join('');
  const start = stood ? own.end : lineStart(text, own.start);
  const result = text.slice(0, start) + back + text.slice(own.end);
  if (!stood) delete table[OWN_NAME];
  for (const name of names) table[name] = then[name];
  return isDeepStrictEqual(yamlValue(result), now) ? result : null;
}
