// The words of an awk program. Whether a slash divides or begins a pattern depends on what stands before it; INVARIANT: where
// that is not beyond doubt, there are no tokens at all. Source: POSIX awk, the lexical conventions; the gawk manual.
export interface Token {
  readonly kind: 'string' | 'regex' | 'word' | 'number' | 'mark' | 'end';
  readonly text: string;
}

const KEYWORDS = new Set(
  'print printf return in else do delete case default BEGIN END BEGINFILE ENDFILE next nextfile exit break continue'.split(
    ' ',
  ),
);
/** A word after which a slash may be either. */
const DOUBTFUL = /^(?:getline|length|rand|srand)$/;
const MARKS = /^(?:\|&|>>|\*\*=|\*\*|\+\+|--|&&|\|\||[<>=!+\-*%^]=|!~|[-{}()[\];,+*%^!<>|?:~$=@&])/;

export function awkTokens(program: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  /** For every open parenthesis: whether a pattern may follow where it closes (`if (…) /x/`). */
  const open: boolean[] = [];
  let patternAfterClose = false;
  let rest = program;
  const push = (kind: Token['kind'], text: string): void => {
    tokens.push({ kind, text });
    rest = rest.slice(text.length);
  };
  while (rest !== '') {
    const blank = /^(?:[ \t]+|\\\n|#[^\n]*)/.exec(rest)?.[0];
    if (blank !== undefined) {
      rest = rest.slice(blank.length);
      continue;
    }
    const last = tokens.at(-1);
    const string = /^"(?:[^"\\\n]|\\[\s\S])*"/.exec(rest)?.[0];
    const word = /^[A-Za-z_]\w*/.exec(rest)?.[0];
    const number = /^(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(rest)?.[0];
    if (rest.startsWith('\n')) push('end', '\n');
    else if (rest.startsWith('"')) {
      if (string === undefined) return undefined;
      push('string', string);
    } else if (rest.startsWith('/')) {
      const may = patternMayFollow(last, patternAfterClose);
      if (may === undefined) return undefined;
      if (may) {
        const regex = patternOf(rest);
        if (regex === undefined) return undefined;
        push('regex', regex);
      } else push('mark', rest.startsWith('/=') ? '/=' : '/');
    } else if (word !== undefined) push('word', word);
    else if (number !== undefined) push('number', number);
    else {
      const mark = MARKS.exec(rest)?.[0];
      if (mark === undefined) return undefined;
      if (mark === '(') open.push(last?.kind === 'word' && /^(?:if|while|for|switch)$/.test(last.text));
      patternAfterClose = mark === ')' && open.pop() === true;
      push(mark === ';' ? 'end' : 'mark', mark);
    }
  }
  return open.length === 0 ? tokens : undefined;
}

/** undefined: nobody can tell without the whole grammar. */
function patternMayFollow(last: Token | undefined, afterCondition: boolean): boolean | undefined {
  if (last === undefined) return true;
  switch (last.kind) {
    case 'end':
      return true;
    case 'string':
    case 'number':
      return false;
    case 'regex':
      return undefined;
    case 'word':
      return DOUBTFUL.test(last.text) ? undefined : KEYWORDS.has(last.text);
    case 'mark':
      if (last.text === ')') return afterCondition;
      if (last.text === ']' || last.text === '$') return false;
      return last.text === '++' || last.text === '--' ? undefined : true;
  }
}

/** awks differ in whether a slash in brackets ends a pattern: where one stands there, it is not read. */
function patternOf(text: string): string | undefined {
  const ends = /^\/(?:[^/\\\n]|\\[^\n])*\//.exec(text)?.[0];
  if (ends === undefined) return undefined;
  const bare = ends.slice(1, -1).replace(/\\./g, '');
  const opens = bare.lastIndexOf('[');
  if (opens < 0) return ends;
  const closes = bare.indexOf(
    ']',
    bare[opens + 1] === ']' ? opens + 2 : bare.startsWith('^]', opens + 1) ? opens + 3 : opens + 1,
  );
  return closes < 0 ? undefined : ends;
}
