// A script's source for a person to review: numbered, coloured, and every character that does not show itself shown as its
// number, so that what is approved is what is read.
import { type Line, line, pieced } from './tone.ts';
import { visible, visibleLines } from './visible.ts';

const KEYWORDS = new Set(
  'and break continue def elif else for if in lambda load not or pass return while True False None'.split(' '),
);
/** What reaches out of the program. */
const REACHES = new Set(['http', 'secrets', 'tools']);
const TOKEN = /#.*|[A-Za-z_][A-Za-z0-9_]*|\d[\w.]*|(?:[rb]{0,2})?("""|'''|"|')|[^\w#"']+/g;

interface Open {
  /** The quotes of a text that goes on in the next line. */
  readonly quotes: string | null;
}

/** A text from `from` to its closing quotes, or to the end of the line. */
function closeOf(text: string, from: number, quotes: string): number | null {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text.startsWith(quotes, at)) return at + quotes.length;
  }
  return null;
}

function paintLine(text: string, open: Open): { readonly pieces: readonly Line[]; readonly open: Open } {
  const pieces: Line[] = [];
  let at = 0;
  const string = (start: number, from: number, quotes: string): Open => {
    const end = closeOf(text, from, quotes);
    pieces.push(line(visible(text.slice(start, end ?? text.length)), 'good'));
    at = end ?? text.length;
    return { quotes: end === null && quotes.length === 3 ? quotes : null };
  };
  let inside = open;
  if (inside.quotes !== null) inside = string(0, 0, inside.quotes);
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (found === null || found.index !== at) {
      pieces.push(line(visible(text[at] ?? '')));
      at += 1;
      continue;
    }
    const [token, quotes] = found;
    if (quotes !== undefined) {
      inside = string(at, at + token.length, quotes);
      continue;
    }
    const tone = token.startsWith('#')
      ? 'quiet'
      : REACHES.has(token)
        ? 'caution'
        : KEYWORDS.has(token)
          ? 'strong'
          : 'plain';
    pieces.push(line(visible(token), tone));
    at += token.length;
  }
  return { pieces, open: inside };
}

/** Lines of the source, each painted; nothing is broken or cut. */
export function paintedSource(source: string): readonly Line[] {
  let open: Open = { quotes: null };
  return source
    .replace(/\r?\n$/, '')
    .split(/\r\n|\n/)
    .map((text) => {
      const painted = paintLine(text.replace(/\t/g, '    '), open);
      open = painted.open;
      return pieced(painted.pieces);
    });
}

/** With its numbers before it. */
export function sourceLines(source: string): readonly Line[] {
  const lines = paintedSource(source);
  const digits = String(lines.length).length;
  return lines.map((each, index) => pieced([line(`${String(index + 1).padStart(digits)}  `, 'quiet'), each]));
}

/** The lines of one text, for comparing. */
export const plainLines = (source: string): readonly string[] => visibleLines(source.replace(/\r?\n$/, ''));
