// Puts one value into a YAML file and takes it out again. Pure. INVARIANT: outside of that value no byte changes; the result is
// parsed again, and what it says is exactly what was meant, or there is none.
import { isDeepStrictEqual } from 'node:util';
import { valueIn } from './json-put.ts';
import { type Entry, entriesAt, yamlValue } from './yaml-places.ts';

type Path = readonly string[];
type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const withLineEnd = (text: string, end: number): string =>
  end === text.length && text !== '' && !text.endsWith('\n') ? text + newlineOf(text) : text;

/** The bytes of the value at `path`; null: there is none. */
export function rawInYaml(text: string, path: Path): string | null {
  const entry = entryAt(text, path);
  return entry?.value == null ? null : text.slice(entry.value.start, entry.value.end);
}

const entryAt = (text: string, path: Path): Entry | undefined =>
  entriesAt(text, path.slice(0, -1))?.find(({ name }) => name === path.at(-1));

export function putIntoYaml(text: string, path: Path, value: unknown): string | null {
  const was = yamlValue(text);
  if (!isTable(was)) return null;
  const expected: Table = structuredClone(was);
  if (!setIn(expected, path, value)) return null;
  const result = put(text, path, value);
  return result !== null && isDeepStrictEqual(yamlValue(result), expected) ? result : null;
}

/** False: something that is no table stands in the way. */
function setIn(root: Table, path: Path, value: unknown): boolean {
  let table = root;
  for (const key of path.slice(0, -1)) {
    const next = Object.hasOwn(table, key) ? table[key] : undefined;
    if (next !== undefined && next !== null && !isTable(next)) return false;
    const made: Table = isTable(next) ? next : {};
    table[key] = made;
    table = made;
  }
  table[path.at(-1) ?? ''] = value;
  return true;
}

function put(text: string, path: Path, value: unknown): string | null {
  const standing = entryAt(text, path);
  const name = path.at(-1) ?? '';
  if (standing !== undefined) {
    const indent = columnOf(text, standing);
    const lines = entryText(name, value, indent, text);
    return text.slice(0, standing.start - indent.length) + lines + text.slice(standing.end);
  }
  const parent = path.slice(0, -1);
  const siblings = text.trim() === '' ? null : entriesAt(text, parent);
  if (siblings !== null && siblings.length > 0) return after(text, siblings, name, value);
  if (parent.length === 0) {
    const whole = withLineEnd(text, text.length);
    return whole + entryText(name, value, '', whole);
  }
  const above = entryAt(text, parent);
  if (above === undefined) return put(text, parent, { [name]: value });
  // `extensions:` or `extensions: {}`: nothing in it yet.
  if (above.value !== null && !/^\{\s*\}$/.test(text.slice(above.value.start, above.value.end))) return null;
  return put(text, parent, { [name]: value });
}

function after(text: string, siblings: readonly Entry[], name: string, value: unknown): string | null {
  const last = siblings.at(-1);
  if (last === undefined) return null;
  const whole = withLineEnd(text, last.end);
  const end = whole.length === text.length ? last.end : whole.length;
  return whole.slice(0, end) + entryText(name, value, columnOf(text, last), whole) + whole.slice(end);
}

const columnOf = (text: string, { start }: Entry): string => /[^\n]*$/.exec(text.slice(0, start))?.[0] ?? '';

/** Every text in double quotes, lists and inner tables in one line: what every reader of YAML 1.1 and 1.2 takes the same way. */
function entryText(name: string, value: unknown, indent: string, like: string): string {
  const key = /^[A-Za-z][\w-]*$/.test(name) ? name : JSON.stringify(name);
  const newline = newlineOf(like);
  if (!isTable(value) || Object.keys(value).length === 0) return `${indent}${key}: ${flow(value)}${newline}`;
  const inner = Object.entries(value).map(([each, one]) => entryText(each, one, `${indent}  `, like));
  return `${indent}${key}:${newline}${inner.join('')}`;
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  return isTable(value) ? '{}' : JSON.stringify(value);
}

/** Raw bytes in place of a value, as they stood there before. */
export function putRawIntoYaml(text: string, path: Path, raw: string): string | null {
  const entry = entryAt(text, path);
  if (entry?.value == null || raw.includes('\n')) return null;
  const result = text.slice(0, entry.value.start) + raw + text.slice(entry.value.end);
  return yamlValue(result) === undefined ? null : result;
}

export function dropFromYaml(text: string, path: Path): string | null {
  const was = yamlValue(text);
  const expected: unknown = structuredClone(was);
  const table = valueIn(expected, path.slice(0, -1));
  const entry = entryAt(text, path);
  if (entry === undefined || !isTable(table)) return null;
  delete table[path.at(-1) ?? ''];
  const start = entry.start - columnOf(text, entry).length;
  const result = text.slice(0, start) + text.slice(entry.end);
  // A mapping with nothing left in it reads as nothing: the same to its reader.
  const said = yamlValue(result);
  return isDeepStrictEqual(emptied(said), emptied(expected)) ? result : null;
}

const emptied = (value: unknown): unknown => {
  if (!isTable(value)) return value;
  const entries = Object.entries(value).map(([key, each]) => [key, emptied(each)] as const);
  return Object.fromEntries(
    entries.map(([key, each]) => [key, isTable(each) && Object.keys(each).length === 0 ? null : each]),
  );
};
