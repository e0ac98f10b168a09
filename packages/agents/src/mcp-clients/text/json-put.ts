// Puts one value into a JSON file and takes it out again. Pure. INVARIANT: outside of that value no byte changes, comments,
// order, marks and line ends included; the result is parsed again, and what it says is exactly what was meant, or there is none.
import { isDeepStrictEqual } from 'node:util';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import {
  commaAfter,
  edited,
  type Member,
  membersAt,
  parseJsonc,
  type TextEdit,
  withoutMembers,
} from './json-members.ts';

type Path = readonly string[];
type Table = Record<string, unknown>;

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const newlineOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const unitOf = (text: string): string => /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';

export function valueIn(root: unknown, path: Path): unknown {
  let node = root;
  for (const key of path) node = isTable(node) && Object.hasOwn(node, key) ? node[key] : undefined;
  return node;
}

/** The bytes of the value at `path`; null: there is none. */
export function rawInJson(text: string, path: Path): string | null {
  const place = placeOf(text, path);
  return place === null ? null : text.slice(place.start, place.end);
}

function placeOf(text: string, path: Path): { readonly start: number; readonly end: number } | null {
  const tree = parseTree(text, [], { allowTrailingComma: true, disallowComments: false });
  const node = tree === undefined ? undefined : findNodeAtLocation(tree, [...path]);
  return node === undefined ? null : { start: node.offset, end: node.offset + node.length };
}

/** @param text without a mark; empty or blank: a file with nothing in it. */
export function putIntoJson(text: string, path: Path, value: unknown): string | null {
  if (text.trim() === '') return `${JSON.stringify(nested(path, value), null, 2).replaceAll('\n', newlineOf(text))}\n`;
  const was = parseJsonc(text);
  if (!isTable(was)) return null;
  const expected: Table = structuredClone(was);
  const deep = deepest(expected, path);
  if (deep === null) return null;
  const { table, depth } = deep;
  const name = path[depth] ?? '';
  const inner = nested(path.slice(depth + 1), value);
  table[name] = inner;
  const at = path.slice(0, depth);
  const place = placeOf(text, path.slice(0, depth + 1));
  const result =
    place === null
      ? withMember(text, at, name, inner)
      : text.slice(0, place.start) + written(text, inner, place.start) + text.slice(place.end);
  return result !== null && isDeepStrictEqual(parseJsonc(result), expected) ? result : null;
}

/** Raw bytes in place of a value, as they stood there before. */
export function putRawIntoJson(text: string, path: Path, raw: string): string | null {
  const place = placeOf(text, path);
  if (place === null) return null;
  const result = text.slice(0, place.start) + raw + text.slice(place.end);
  return isDeepStrictEqual(valueIn(parseJsonc(result), path), parseJsonc(raw)) ? result : null;
}

export function dropFromJson(text: string, path: Path): string | null {
  const was = parseJsonc(text);
  const at = path.slice(0, -1);
  const name = path.at(-1) ?? '';
  const expected: unknown = structuredClone(was);
  const table = valueIn(expected, at);
  const members = membersAt(text, at);
  if (members === null || !isTable(table) || !Object.hasOwn(table, name)) return null;
  delete table[name];
  const result = edited(text, shortLast(text, members, name) ?? withoutMembers(text, members, new Set([name])));
  return isDeepStrictEqual(parseJsonc(result), expected) ? result : null;
}

/** The last one of several in one line goes with the comma and the blank before it. */
function shortLast(text: string, members: readonly Member[], name: string): readonly TextEdit[] | null {
  const [before, last] = [members.at(-2), members.at(-1)];
  if (before === undefined || last?.name !== name) return null;
  return /^,[ \t]*$/.test(text.slice(before.end, last.start)) ? [{ start: before.end, end: last.end, text: '' }] : null;
}

/** The innermost table that is there; null: something that is no table stands in the way. */
function deepest(root: Table, path: Path): { readonly table: Table; readonly depth: number } | null {
  let table = root;
  for (let depth = 0; depth < path.length - 1; depth += 1) {
    const next = Object.hasOwn(table, path[depth] ?? '') ? table[path[depth] ?? ''] : undefined;
    if (next === undefined) return { table, depth };
    if (!isTable(next)) return null;
    table = next;
  }
  return { table, depth: path.length - 1 };
}

const nested = (path: Path, value: unknown): unknown =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);

const indentBefore = (text: string, offset: number): string =>
  /(?:^|\n)([ \t]*)[^\n]*$/.exec(text.slice(0, offset))?.[1] ?? '';

const written = (text: string, value: unknown, at: number): string =>
  text.includes('\n') ? pretty(text, value, indentBefore(text, at)) : JSON.stringify(value);

const pretty = (text: string, value: unknown, indent: string): string =>
  JSON.stringify(value, null, unitOf(text)).replaceAll('\n', `${newlineOf(text)}${indent}`);

function withMember(text: string, at: Path, name: string, value: unknown): string | null {
  const place = at.length === 0 ? placeOf(text, []) : placeOf(text, at);
  const members = membersAt(text, at);
  if (place === null || members === null) return null;
  const { start, end } = place;
  const last = members.at(-1);
  const key = JSON.stringify(name);
  const isShort = !text.slice(start, end).includes('\n');
  if (last === undefined && /^\{\s*\}$/.test(text.slice(start, end)) && (isShort ? text.includes('\n') : true)) {
    const outer = indentBefore(text, start);
    const inner = outer + unitOf(text);
    const newline = newlineOf(text);
    const body = `{${newline}${inner}${key}: ${pretty(text, value, inner)}${newline}${outer}}`;
    return text.slice(0, start) + body + text.slice(end);
  }
  if (isShort) {
    const comma = last === undefined ? '' : commaAfter(text, last.end) >= 0 ? ' ' : ', ';
    const from = last === undefined ? start + 1 : behind(text, last);
    return `${text.slice(0, from)}${comma}${key}: ${JSON.stringify(value)}${text.slice(from)}`;
  }
  const indent = last === undefined ? indentBefore(text, start) + unitOf(text) : indentBefore(text, last.start);
  const hasComma = last !== undefined && commaAfter(text, last.end) >= 0;
  // Behind the last comment: one on the line of the last member speaks of that.
  const from = end - 1 - (/\s*$/.exec(text.slice(start + 1, end - 1))?.[0].length ?? 0);
  const own = `${newlineOf(text)}${indent}${key}: ${pretty(text, value, indent)}${hasComma ? ',' : ''}`;
  const edits = [{ start: from, end: from, text: own }];
  if (last !== undefined && !hasComma) {
    if (last.end === from) return edited(text, [{ start: from, end: from, text: `,${own}` }]);
    edits.push({ start: last.end, end: last.end, text: ',' });
  }
  return edited(text, edits);
}

function behind(text: string, { end }: Member): number {
  const comma = commaAfter(text, end);
  return comma >= 0 ? comma + 1 : end;
}
