// Entries of a YAML file as places in its text. Pure. Only what people and programs write into settings: one document of block
// mappings. Anchors, tags and mappings in braces are left alone: there is no place in them that is nobody else's.
import { type Document, isMap, isNode, isPair, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

export interface Entry {
  readonly name: string;
  /** From the first letter of its key; its line has nothing before it but blanks. */
  readonly start: number;
  /** Where its value is; null: it has none, as in `extensions:`. */
  readonly value: { readonly start: number; readonly end: number } | null;
  /** Behind the end of its last line. */
  readonly end: number;
}

/** Null: it is none that can be edited. An empty file is a mapping with nothing in it. */
export function parseYaml(text: string): Document | null {
  const document = parseDocument(text, { uniqueKeys: true, merge: false, version: '1.2', strict: true });
  if (document.errors.length > 0 || document.warnings.length > 0) return null;
  return document.contents === null || isMap(document.contents) ? document : null;
}

/** What it says; undefined where it cannot be read, or says a thing by pointing at another. */
export function yamlValue(text: string): unknown {
  const document = parseYaml(text);
  if (document === null) return undefined;
  if (document.contents === null) return {};
  try {
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return value;
  } catch {
    return undefined;
  }
}

/** The entries of the block mapping at `path`; null: there is none. */
export function entriesAt(text: string, path: readonly string[]): readonly Entry[] | null {
  const document = parseYaml(text);
  let map: unknown = document?.contents ?? null;
  for (const key of path) map = isMap(map) ? map.get(key, true) : null;
  return isMap(map) && map.flow !== true && map.anchor === undefined && map.tag === undefined
    ? entriesOf(text, map)
    : null;
}

function entriesOf(text: string, map: YAMLMap): readonly Entry[] | null {
  const entries: Entry[] = [];
  for (const pair of map.items) {
    const entry = isPair(pair) ? entryOf(text, pair) : null;
    if (entry === null) return null;
    entries.push(entry);
  }
  return entries;
}

function entryOf(text: string, { key, value }: Pair): Entry | null {
  if (!isScalar(key) || key.range === null || key.range === undefined) return null;
  const [start, keyEnd] = key.range;
  const range = nodeRange(value);
  const last = range === null ? keyEnd : Math.max(range.end, keyEnd);
  const end = text.indexOf('\n', trimmedEnd(text, last));
  return { name: String(key.value), start, value: range, end: end < 0 ? text.length : end + 1 };
}

function nodeRange(node: unknown): { readonly start: number; readonly end: number } | null {
  if (!isNode(node) || node.range == null) return null;
  const [start, end] = node.range;
  return start === end ? null : { start, end };
}

/** A block mapping ends behind the line break of its last line; that line is meant. */
function trimmedEnd(text: string, end: number): number {
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1] ?? '')) at -= 1;
  return at;
}
