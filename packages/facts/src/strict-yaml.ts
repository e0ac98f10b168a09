// YAML as data and nothing more: no tags, anchors, aliases or merges, every key once and a string. A fault says the line.
import type { Fault, Parsed } from '@castellan/contract';
import { faulty, parsed } from '@castellan/contract';
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';

export interface YamlFile {
  readonly value: unknown;
  /** The line a dotted path (`rules[0].tier`) stands in; the nearest line around it where the path is missing. */
  lineOf(path: string): number;
}

/**
 * Reads YAML 1.2 that can mean one thing only: tags, aliases, doubled keys and more than one document are faults, each with
 * `file:line`. `file` is only for those messages.
 */
export function parseStrictYaml(text: string, file: string): Parsed<YamlFile> {
  const counter = new LineCounter();
  const at = (offset: number): string => `${file}:${counter.linePos(offset).line || 1}`;
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      strict: true,
      uniqueKeys: true,
      merge: false,
      stringKeys: true,
      prettyErrors: false,
      // Not `silent`: that would also hide that a second document was left out.
      logLevel: 'error',
      lineCounter: counter,
    });
    const faults: Fault[] = [...document.errors, ...document.warnings].map((error) => ({
      path: at(error.pos[0]),
      message: oneLine(error.message),
    }));
    faults.push(...forbidden(document, at));
    if (faults.length > 0) return { ok: false, faults };
    return parsed({
      value: document.toJS({ maxAliasCount: 0 }),
      lineOf: (path) => counter.linePos(offsetOf(document.contents, path)).line || 1,
    });
  } catch (error) {
    // Too deep a nesting ends the parser's stack; nothing else is known to throw, and nothing is let through.
    return faulty({ path: file, message: `cannot be read as YAML: ${error instanceof Error ? error.name : 'error'}` });
  }
}

const oneLine = (message: string): string => {
  const line = message.split('\n')[0] ?? '';
  return line.charAt(0).toLowerCase() + line.slice(1).replace(/\.$/, '');
};

function forbidden(document: Document, at: (offset: number) => string): readonly Fault[] {
  const faults: Fault[] = [];
  const refuse = (node: Node, message: string, hint: string): void => {
    faults.push({ path: at(node.range?.[0] ?? 0), message, hint });
  };
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) refuse(node, 'aliases are not allowed', 'write the value out');
      else if (node.anchor !== undefined) refuse(node, 'anchors are not allowed', 'write the value out');
      // The composer only sets a tag where the text has one.
      if (node.tag !== undefined && !isAlias(node))
        refuse(node, `tag \`${node.tag}\` is not allowed`, 'use plain values');
    },
    Pair(_, pair) {
      const { key } = pair;
      if (!isScalar(key) || typeof key.value !== 'string') {
        if (isNode(key)) refuse(key, 'a key must be a string', 'put it in quotes');
      } else if (key.value === '<<') refuse(key, 'merges are not allowed', 'write the values out');
      else if (key.value === '__proto__') refuse(key, 'key `__proto__` is not allowed', 'remove it');
    },
  });
  return faults;
}

/** Walks down a dotted path as the parsers write it. Keys may hold dots, so the longest key that fits is taken. */
function offsetOf(root: unknown, path: string): number {
  let node: unknown = root;
  let rest = path;
  let offset = isNode(root) ? (root.range?.[0] ?? 0) : 0;
  while (rest !== '') {
    if (isSeq(node)) {
      const match = /^\[(\d+)\]\.?/.exec(rest);
      const item: unknown = match === null ? undefined : node.items[Number(match[1])];
      if (match === null || !isNode(item)) return offset;
      offset = item.range?.[0] ?? offset;
      node = item;
      rest = rest.slice(match[0].length);
    } else if (isMap(node)) {
      const fits = node.items
        .flatMap((pair) =>
          isScalar(pair.key) ? [{ key: pair.key, name: String(pair.key.value), value: pair.value }] : [],
        )
        .filter(({ name }) => rest === name || (rest.startsWith(name) && /^[.[]/.test(rest.slice(name.length))))
        .toSorted((a, b) => b.name.length - a.name.length)[0];
      if (fits === undefined) return offset;
      offset = fits.key.range?.[0] ?? offset;
      node = fits.value;
      rest = rest.slice(fits.name.length).replace(/^\./, '');
    } else return offset;
  }
  return offset;
}
