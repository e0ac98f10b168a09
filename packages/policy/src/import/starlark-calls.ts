// Reads a file of calls with literals: `prefix_rule(pattern = ["git", "push"], decision = "prompt")`. Nothing is run. Whatever
// is not a call with literal arguments is a fault with its line, because a rule that was not read would not be held.
export type LiteralValue = string | number | boolean | null | readonly LiteralValue[];

export interface LiteralCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, LiteralValue>>;
  readonly line: number;
  readonly text: string;
}
export interface CallFault {
  readonly line: number;
  readonly message: string;
}

interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'mark';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /(?:[ \t\r\n]|\\\n|#[^\n]*)*(?:([A-Za-z_]\w*)|(r?"""[\s\S]*?"""|r?'''[\s\S]*?'''|r?"(?:[^"\\\n]|\\.)*"|r?'(?:[^'\\\n]|\\.)*')|(-?\d+)|(\S))/y;
const MAX_CALLS = 5000;
const MAX_NESTING = 20;

class Unreadable extends Error {}

export function readCalls(text: string): {
  readonly calls: readonly LiteralCall[];
  readonly faults: readonly CallFault[];
} {
  const lineAt = (at: number): number => text.slice(0, at).split('\n').length;
  const calls: LiteralCall[] = [];
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found !== null; found = TOKEN.exec(text)) {
    const [whole, name, string, number, mark] = found;
    const part = name ?? string ?? number ?? mark ?? '';
    const kind =
      name !== undefined ? 'name' : string !== undefined ? 'string' : number !== undefined ? 'number' : 'mark';
    tokens.push({ kind, text: part, at: found.index + whole.length - part.length });
  }
  const faults: CallFault[] = [];
  let next = 0;
  const take = (wanted?: string): Token => {
    const token = tokens[next];
    if (token === undefined || (wanted !== undefined && token.text !== wanted)) throw new Unreadable();
    next += 1;
    return token;
  };
  const value = (depth: number): LiteralValue => {
    if (depth > MAX_NESTING) throw new Unreadable();
    const token = take();
    if (token.kind === 'string') {
      let all = unquoted(token.text);
      while (tokens[next]?.kind === 'string') all += unquoted(take().text);
      return all;
    }
    if (token.kind === 'number') return Number(token.text);
    if (token.kind === 'name' && token.text in WORDS) return WORDS[token.text] ?? null;
    const close = token.text === '[' ? ']' : token.text === '(' ? ')' : undefined;
    if (close === undefined || token.kind !== 'mark') throw new Unreadable();
    const items: LiteralValue[] = [];
    while (tokens[next]?.text !== close) {
      items.push(value(depth + 1));
      if (tokens[next]?.text !== close) take(',');
    }
    take(close);
    return items;
  };
  while (next < tokens.length && calls.length < MAX_CALLS) {
    const from = tokens[next];
    try {
      const name = take();
      if (name.kind !== 'name') throw new Unreadable();
      take('(');
      const given: Record<string, LiteralValue> = {};
      while (tokens[next]?.text !== ')') {
        const key = take();
        if (key.kind !== 'name' || Object.hasOwn(given, key.text)) throw new Unreadable();
        take('=');
        given[key.text] = value(0);
        if (tokens[next]?.text !== ')') take(',');
      }
      const last = take(')');
      calls.push({ name: name.text, arguments: given, line: lineAt(name.at), text: text.slice(name.at, last.at + 1) });
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      const at = from?.at ?? 0;
      faults.push({
        line: lineAt(at),
        message: `what begins with \`${from?.text ?? ''}\` is no call with named literal arguments`,
      });
      // On with the next thing that looks like the beginning of a call.
      do next += 1;
      while (next < tokens.length && !(tokens[next]?.kind === 'name' && tokens[next + 1]?.text === '('));
    }
  }
  return { calls, faults };
}

const WORDS: Readonly<Record<string, boolean | null>> = { True: true, False: false, None: null };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\n': '' };

function unquoted(text: string): string {
  const raw = text.startsWith('r');
  const body = raw ? text.slice(1) : text;
  const inner = /^("""|''')/.test(body) ? body.slice(3, -3) : body.slice(1, -1);
  return raw ? inner : inner.replace(/\\([\s\S])/g, (_, char: string) => ESCAPES[char] ?? char);
}
