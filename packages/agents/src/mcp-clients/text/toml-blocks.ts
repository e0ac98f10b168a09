// Tables of a TOML file as places in its text. Pure. A line that looks like a header inside a string or a list is none.

export interface Block {
  /** `[a.b."c d"]` as keys; of an array of tables too. */
  readonly path: readonly string[];
  /** From the beginning of the header's line. */
  readonly start: number;
  /** Behind the line of its last value: blank lines and comments before the next header belong to that. */
  readonly end: number;
}

/** What is open at the beginning of a line. */
interface Open {
  readonly string: '"""' | "'''" | null;
  readonly depth: number;
}

/** What is open after a line. */
function after(line: string, open: Open): Open {
  let { string, depth } = open;
  let at = 0;
  while (at < line.length) {
    if (string !== null) {
      if (string === '"""' && line[at] === '\\') at += 2;
      else if (line.startsWith(string, at)) {
        at += 3;
        // Up to two quotes may stand before the closing ones.
        while (line[at] === string[0]) at += 1;
        string = null;
      } else at += 1;
      continue;
    }
    const triple = line.startsWith('"""', at) ? '"""' : line.startsWith("'''", at) ? "'''" : null;
    const one = line[at];
    if (triple !== null) {
      string = triple;
      at += 3;
    } else if (one === '"' || one === "'") at = endOfString(line, at);
    else if (one === '#') break;
    else {
      if (one === '[' || one === '{') depth += 1;
      if (one === ']' || one === '}') depth -= 1;
      at += 1;
    }
  }
  return { string, depth };
}

function endOfString(line: string, start: number): number {
  const quote = line[start];
  let at = start + 1;
  while (at < line.length && line[at] !== quote) at += quote === '"' && line[at] === '\\' ? 2 : 1;
  return at + 1;
}

const KEY = /\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(\.|$)/y;

/** Keys of a header; null: it is none, or one that is written with escapes. */
function headerPath(line: string): readonly string[] | null {
  const inner = /^\s*\[\[?([^\]\n]*(?:"[^"]*"[^\]\n]*|'[^']*'[^\]\n]*)*)\]\]?\s*(?:#.*)?\r?\n?$/.exec(line)?.[1];
  if (inner === undefined) return null;
  const keys: string[] = [];
  KEY.lastIndex = 0;
  while (KEY.lastIndex < inner.length) {
    const match = KEY.exec(inner);
    if (match === null) return null;
    const [, double, single, bare] = match;
    if (double?.includes('\\') === true) return null;
    keys.push(double ?? single ?? bare ?? '');
  }
  return keys;
}

/** Every table that has a header; null: a header is not understood. */
export function blocksOf(text: string): readonly Block[] | null {
  const blocks: { path: readonly string[]; start: number; end: number }[] = [];
  let open: Open = { string: null, depth: 0 };
  let at = 0;
  for (const line of text.split(/(?<=\n)/)) {
    const isFree = open.string === null && open.depth === 0;
    const current = blocks.at(-1);
    if (isFree && /^\s*\[/.test(line)) {
      const path = headerPath(line);
      if (path === null) return null;
      blocks.push({ path, start: at, end: at + line.length });
    } else {
      open = after(line, open);
      if (current !== undefined && !(isFree && /^\s*(?:#.*)?\r?\n?$/.test(line))) current.end = at + line.length;
    }
    at += line.length;
  }
  return blocks;
}
