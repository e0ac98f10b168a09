// A text that somebody else chose (a server, an agent): every character of it is text, what cannot be seen is written out, a
// long one is folded and opened in place. INVARIANT: it stays inside its box, whatever marks it piles up, and no part is a link.
import { useState } from 'react';
import css from './foreign-text.module.css';
import { ShowMore } from './show-more.tsx';
import { foldedAt, piecesOf } from './text-pieces.ts';
import { countText } from './time-text.ts';

export function ForeignText({ text, mono = false }: { readonly text: string; readonly mono?: boolean }) {
  const [open, setOpen] = useState(false);
  const shown = open ? text : text.slice(0, foldedAt(text));
  const more = text.length - shown.length;
  return (
    <span className={css.text} data-mono={mono || undefined}>
      {piecesOf(shown, []).map(({ at, text, hidden }) =>
        hidden === undefined ? text : <mark key={at}>{hidden}</mark>,
      )}
      {more === 0 ? null : <ShowMore onShow={() => setOpen(true)}>Show {countText(more, 'more character')}</ShowMore>}
    </span>
  );
}
