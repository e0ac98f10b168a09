// Colours of Starlark: tokens a line at a time, with a text that goes over several lines carried along. It draws and decides
// nothing. INVARIANT: code never has the colour of a text or of a comment: whoever reviews a source reads past those.
import { StreamLanguage, type StringStream } from '@codemirror/language';
import { tags } from '@lezer/highlight';

const KEYWORDS = new Set('and break continue def elif else for if in lambda not or pass return while'.split(' '));
const ATOMS = new Set(['True', 'False', 'None']);
/** What reaches out of the program: these are what a person looks for. */
const HOST = new Set(['http', 'secrets', 'tools', 'load']);

export interface Carried {
  /** What ends the text that began on an earlier line. */
  until: string | null;
  /** The name that comes next is one that is being made. */
  defines: boolean;
}

/** Eats to the end of a text or of the line. @returns what it goes on until on the next line */
function eatText(stream: StringStream, quote: string): string | null {
  while (!stream.eol()) {
    if (stream.match(quote)) return null;
    // What a backslash stands before does not end a text, raw or not; at the end of a line the text goes on.
    if (stream.next() === '\\' && stream.next() === undefined) return quote;
  }
  return quote.length === 3 ? quote : null;
}

const NUMBER = /^(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)/;

export function starlarkToken(stream: StringStream, state: Carried): string | null {
  if (state.until !== null) {
    state.until = eatText(stream, state.until);
    return 'text';
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^#.*/)) return /^#\s*@[a-z]+\s*:/.test(stream.current()) ? 'declared' : 'remark';
  const opened = stream.match(/^(?:[rR][bB]?|[bB][rR]?)?("""|'''|"|')/);
  if (opened !== null && typeof opened === 'object') {
    state.until = eatText(stream, opened[1] ?? '"');
    return 'text';
  }
  if (stream.match(NUMBER)) return 'figure';
  const name = stream.match(/^[\p{L}_][\p{L}\p{N}_]*/u);
  if (name !== null && typeof name === 'object') return nameToken(name[0], stream, state);
  stream.next();
  return null;
}

function nameToken(word: string, stream: StringStream, state: Carried): string | null {
  if (state.defines) {
    state.defines = false;
    return 'defined';
  }
  state.defines = word === 'def';
  if (KEYWORDS.has(word)) return 'word';
  if (ATOMS.has(word)) return 'figure';
  // After a dot it is a field of something else.
  return HOST.has(word) && !stream.string.slice(0, stream.start).trimEnd().endsWith('.') ? 'host' : null;
}

export const starlark = (): StreamLanguage<Carried> =>
  StreamLanguage.define<Carried>({
    name: 'starlark',
    startState: () => ({ until: null, defines: false }),
    copyState: (state) => ({ ...state }),
    token: starlarkToken,
    tokenTable: {
      text: tags.string,
      remark: tags.comment,
      declared: tags.meta,
      figure: tags.number,
      word: tags.keyword,
      defined: tags.definition(tags.variableName),
      host: tags.standard(tags.variableName),
    },
  });
