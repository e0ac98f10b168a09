// What of a TOML file of Codex is ours: tables between two marks, and single lines with a mark in tables that others began.
// Pure. INVARIANT: outside of them no byte changes; the result is parsed again, and says exactly what was meant, or there is none.
import { isDeepStrictEqual } from 'node:util';
import { blocksOf } from '../../mcp-clients/text/toml-blocks.ts';
import { parseToml } from '../../mcp-clients/text/toml-edit.ts';

type Table = { readonly [key: string]: unknown };

const BEGIN = '# castellan: begin. Written by `castellan connect codex`, taken out by `castellan disconnect`.';
/** Behind BEGIN: what stood there ended without a newline, and does so again afterwards. */
const UNENDED = ' The line above had no end.';
const END = '# castellan: end';
const LINE = ' # castellan';
const PART = /\n?# castellan: begin[^\n]*\n[\s\S]*?\n# castellan: end\r?(?:\n|$)/g;
const LINES = /^[^\n#]* # castellan\r?\n/gm;

export interface OwnPart {
  /** Single values of `[features]`, which others may have begun. */
  readonly features: Readonly<Record<string, boolean>>;
  /** Whole tables. */
  readonly tables: string;
}

/** The text without what is ours; null: nothing of ours is in it. */
export function withoutOwn(text: string): string | null {
  const rest = text.replace(PART, '').replace(LINES, '');
  if (rest === text) return null;
  const isLast = /\n# castellan: end\r?\n?$/.test(text);
  return isLast && text.includes(`${BEGIN}${UNENDED}\n`) ? rest.replace(/\n$/, '') : rest;
}

/** The text with it, in place of what was there of ours; or why that cannot be. */
export function withOwn(
  text: string,
  { features, tables }: OwnPart,
): { readonly text: string } | { readonly why: string } {
  const base = withoutOwn(text) ?? text;
  const before = parseToml(base);
  if (before === null) return { why: 'it is not TOML that can be read' };
  const stands = isTable(before.features) ? before.features : {};
  const against = Object.entries(features).find(
    ([name, value]) => Object.hasOwn(stands, name) && stands[name] !== value,
  );
  if (against !== undefined) return { why: `\`features.${against[0]}\` is set to something else` };
  const lines = Object.entries(features)
    .filter(([name]) => !Object.hasOwn(stands, name))
    .map(([name, value]) => `${name} = ${value}`);
  const own = [Object.hasOwn(before, 'features') ? '' : ['[features]', ...lines, ''].join('\n'), tables].filter(
    Boolean,
  );
  const started = Object.hasOwn(before, 'features') ? insideFeatures(base, lines) : base;
  if (started === null) return { why: '`features` is not written as a table of its own' };
  const expected = merged(merged(before, { features }), parseToml(tables));
  const gap = started === '' ? '' : started.endsWith('\n') ? '\n' : '\n\n';
  const begin = base === '' || base.endsWith('\n') ? BEGIN : `${BEGIN}${UNENDED}`;
  const after = `${started}${gap}${[begin, own.join('\n').trimEnd(), END, ''].join('\n')}`;
  if (expected === null || !isDeepStrictEqual(plain(parseToml(after)), plain(expected)))
    return { why: 'it says something that our entries cannot stand beside' };
  return { text: after };
}

function insideFeatures(text: string, lines: readonly string[]): string | null {
  if (lines.length === 0) return text;
  const block = blocksOf(text)?.find(({ path }) => path.length === 1 && path[0] === 'features');
  if (block === undefined) return null;
  const header = text.indexOf('\n', block.start);
  const at = header < 0 ? text.length : header + 1;
  return `${text.slice(0, at)}${header < 0 ? '\n' : ''}${lines.map((line) => `${line}${LINE}\n`).join('')}${text.slice(at)}`;
}

/** The parser's own tables are like none but each other. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Tables into each other, lists behind each other; null: both say something of the same. */
function merged(a: unknown, b: unknown): unknown {
  if (b === null || a === null) return null;
  if (a === undefined) return b;
  if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
  if (!isTable(a) || !isTable(b)) return isDeepStrictEqual(plain(a), plain(b)) ? a : null;
  const result: Record<string, unknown> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const both = merged(a[key], value);
    if (both === null) return null;
    result[key] = both;
  }
  return result;
}
