// `~` at the start of a word that is not quoted, and the places where shells do not agree whether it is home.
import { cannot, literal, type Piece } from './chunks.ts';
import type { Run } from './run.ts';

/** Home, where an unquoted `~` stands at the start (or after `=`, as some shells expand there too). */
export function tilde(run: Run, value: string, text: string, split: boolean, whole: boolean): Piece {
  if (!text.includes('~')) return literal(value);
  if (text === '~' || text.startsWith('~/')) {
    if (text === '~' && !whole) return cannot('`~` joined with something else');
    return text.indexOf('~', 1) > 0 && text.includes(':')
      ? cannot('several `~`')
      : literal(run.facts.home + value.slice(1));
  }
  if (text.startsWith('~')) return cannot('another user’s home');
  const assigned = /^([A-Za-z_]\w*=)~(?=\/|$)/.exec(text);
  if (assigned !== null) {
    if (!whole && text.endsWith('~')) return cannot('`~` joined with something else');
    const name = assigned[1] ?? '';
    return literal(split ? name + run.facts.home + value.slice(name.length + 1) : value);
  }
  return /[:=]~/.test(text) ? cannot('a `~` inside a word') : literal(value);
}
