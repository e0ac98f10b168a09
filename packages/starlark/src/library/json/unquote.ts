// The text between the quotes of a JSON string, escapes undone; half of a surrogate pair becomes U+FFFD. Complaints are in the words of
// Go's package.
import type { Meter } from '../../values/value.ts';
import { quoteCharacter } from './quote.ts';

type Unquoted = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

const NAMED = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

export function unquoteJson(raw: string, thread: Meter): Unquoted {
  thread.step(raw.length >> 3);
  const pieces: string[] = [];
  const special = /[\\\0-\x1f]/g;
  let from = 0;
  for (let match = special.exec(raw); match !== null; match = special.exec(raw)) {
    const at = match.index;
    if (match[0] !== '\\') return complaint(match[0], 'in string literal');
    pieces.push(raw.slice(from, at));
    const letter = raw[at + 1] ?? '';
    const named = NAMED.get(letter);
    if (named !== undefined) {
      pieces.push(named);
      from = at + 2;
    } else {
      if (letter !== 'u') return complaint(letter, 'in string escape code');
      const wrong = /[^0-9a-fA-F]/.exec(raw.slice(at + 2, at + 6));
      if (wrong !== null) return complaint(wrong[0], 'in \\u hexadecimal character escape');
      if (at + 6 > raw.length) return complaint('"', 'in \\u hexadecimal character escape');
      pieces.push(String.fromCharCode(Number.parseInt(raw.slice(at + 2, at + 6), 16)));
      from = at + 6;
    }
    special.lastIndex = from;
  }
  pieces.push(raw.slice(from));
  return { ok: true, text: pieces.join('').toWellFormed() };
}

function complaint(character: string, where: string): Unquoted {
  return { ok: false, message: `invalid character ${quoteCharacter(character)} ${where}` };
}
